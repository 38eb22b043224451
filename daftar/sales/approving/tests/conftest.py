"""Sara may give 10 %, her head Hana 30 %; 25 % stand on one line of her deal and 5 % on another."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from daftar.access.models import Department, Role, User
from daftar.activities.models import Notice
from daftar.crm.tests.conftest import Shop, at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.sales.lines.saving import mark_of
from daftar.sales.models import DealLine, SalesSettings
from daftar.sales.tests.conftest import Store, store  # noqa: F401  # the goods

D = Decimal


def row(what, quantity=1, price=100, discount="", **more):
    """What the editor sends of a line."""
    named = {"name": what} if isinstance(what, str) else {"name": what.name, "product": what.pk}
    return {"quantity": quantity, "price": price, "discount": discount, **named, **more}


class Office(SimpleNamespace):
    """`save` sends rows, {token: values}, in the editor; `told` are the kinds of notices of somebody, the newest first."""

    def save(self, deal, rows, by=None, **more):
        form = {"currency": "USD", "rounding": "line", "mark": mark_of(deal.pk), "row": list(rows), **more}
        for token, values in rows.items():
            form |= {f"{token}.{name}": str(value) for name, value in values.items()}
        return self.at(by or self.shop.sara).post(f"/deals/{deal.pk}/lines/", form)

    def lines(self, deal):
        return list(DealLine.objects.filter(deal=deal.pk, deleted_at=None).order_by("position"))

    def again(self, deal, **changes):
        """The rows as they stand, with changes for the first one."""
        rows = {}
        for line in self.lines(deal):
            discount = f"{line.discount_percent.normalize():f}%" if line.discount_percent else ""
            rows[str(line.pk)] = {
                "name": line.name, "quantity": line.quantity, "price": line.price, "discount": discount, "product": line.product_id or "",
                "factor": line.factor,
            }  # fmt: skip
        first = next(iter(rows))
        rows[first] |= changes
        return rows

    def told(self, user):
        return list(Notice.objects.filter(to=user.pk).order_by("-id").values_list("kind", flat=True))

    def limits(self, **roles):
        SalesSettings.objects.update_or_create(pk=1, defaults={"discount_limit": D(10), "role_limits": roles})

    def person(self, name, role, department):
        return User.objects.create_user(
            f"{name.lower()}@shop.example", f"secret-{name}", name=name, role=role, department=department
        )


@pytest.fixture
def office(shop, store, at):  # noqa: F811  # the fixtures
    made = Office(shop=shop, store=store, at=at)
    made.limits(head="30")
    sales = shop.sara.department
    made.hana = made.person("Hana", Role.HEAD, sales)
    made.iris = made.person("Iris", Role.HEAD, Department.objects.get(name="Service"))
    Department.objects.filter(pk=sales.pk).update(head=made.hana)
    made.gtx, made.saw = store.product(price=100), store.product("Saw", price=40)
    made.deal = shop.deal(company=store.alvand.pk, owner=shop.sara.pk)
    rows = {"n1": row(made.gtx, 12, discount="25%"), "n2": row(made.saw, 1, 40, discount="5%")}
    assert made.save(made.deal, rows).status_code == 302
    return made
