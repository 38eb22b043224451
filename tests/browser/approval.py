"""A seller with a limit, her head, and a deal with a discount above it. Run inside the product."""

from __future__ import annotations

from decimal import Decimal

from django.http import QueryDict

from daftar.access.models import Department, Role, User
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.lines.saving import save_lines
from daftar.sales.lines.typed import LinesForm
from daftar.sales.models import SalesSettings
from tests.browser.company import PASSWORD, PEOPLE

SELLER, HEAD = "sara@example.com", "hana@example.com"


def make() -> None:
    """Prints the number of the deal."""
    SalesSettings.objects.update_or_create(
        pk=1, defaults={"discount_limit": Decimal(10), "role_limits": {Role.HEAD: "30"}}
    )
    sales = Department.objects.create(name="Desk")
    sara, hana = person(SELLER, "Sara", Role.SELLER, sales, "en"), person(HEAD, "Hana", Role.HEAD, sales, "fa")
    Department.objects.filter(pk=sales.pk).update(head=hana)
    olga = User.objects.get(email=PEOPLE["en"])
    gtx = {"name": "Band saw", "code": "SAW-9", "price": Money(Decimal(100), "USD")}
    product = writing.create(current_schema().type("product"), gtx, by=olga, via="page")
    company = writing.create(current_schema().type("company"), {"name": "Kavir Machines"}, by=olga, via="page")
    deal = writing.create(
        current_schema().type("deal"), {"name": "Drills for Alvand", "company": company.pk, "owner": sara.pk}, by=olga, via="page"
    )  # fmt: skip
    words = (
        f"currency=USD&row=n1&n1.name=GTX&n1.product={product.pk}&n1.quantity=12&n1.price=100&n1.discount=25%25"
        f"&row=n2&n2.name=Second&n2.product={product.pk}&n2.quantity=1&n2.price=100&n2.is_price_typed=1"
    )
    form = LinesForm(QueryDict(words), Formats(language="en"))
    save_lines(deal.pk, form.lines, form.terms, by=sara)
    print(deal.pk)  # noqa: T201 - read by the test


def person(email: str, name: str, role: str, department: Department, language: str) -> User:
    made: User = User.objects.create_user(
        email=email, password=PASSWORD, name=name, role=role, department=department, language=language
    )
    return made
