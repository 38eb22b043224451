"""What the columns of a bank's table mean, where a person says it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.errors import Conflict, Invalid
from daftar.sales.bank.loading import read_again, refuse_unless_may, table_of
from daftar.sales.bank.reading.table import PLACES, Columns
from daftar.sales.bank.views.statements import BASE, of
from daftar.sales.models import BankAccount
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

NAMES = {
    "day": gettext_lazy("Day"), "value_day": gettext_lazy("Value date"), "amount": gettext_lazy("Amount with its sign"),
    "incoming": gettext_lazy("Came in"), "outgoing": gettext_lazy("Went out"), "direction": gettext_lazy("In or out"),
    "currency_column": gettext_lazy("Currency"), "name": gettext_lazy("Payer"), "account_column": gettext_lazy("Payer's account"),
    "tax_id": gettext_lazy("Payer's tax number"), "purpose": gettext_lazy("Purpose"), "reference": gettext_lazy("Bank's reference"),
    "end_to_end": gettext_lazy("Payer's reference"),
}  # fmt: skip


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Any, statement_id: int) -> HttpResponseBase:
    """GET: the columns as they were read, with the first rows. POST: read the table anew."""
    refuse_unless_may(request.user)
    row = of(statement_id)
    if not row.held:
        raise Conflict(_("Lines of this statement are decided already, so its columns stay as they are."))
    table = table_of(row)
    kept = {key: "" if value is None else value for key, value in row.columns.items()}
    kept |= {"account": row.account_id or "", "per_unit": row.columns.get("per_unit", 1) == 10}
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            read_again(row.pk, chosen_of(form), by=request.user, account_id=account_of(form))
        except (Invalid, Conflict) as refused:
            form.errors[refused.field] = refused.sentence
        else:
            return toast(go(request, f"{BASE}{row.pk}/"), _("The table is read anew."))
    return render(request, "sales/bank_columns.html", {
        "title": _("Columns of %(name)s") % {"name": row.name}, "action": f"{BASE}{row.pk}/columns", "back": f"{BASE}{row.pk}/",
        "headings": list(table.headings), "sample": [cells for _line, cells in table.body[:6]], "widgets": widgets(form, list(table.headings)),
        "error": str(form.errors.get("", "")),
    }, status=422 if form.errors else 200)  # fmt: skip


def widgets(form: PlainForm, headings: list[str]) -> list[Widget]:
    places = [("", "—"), *((str(place), name or str(place + 1)) for place, name in enumerate(headings))]
    accounts = [
        ("", "—"),
        *((str(one.pk), one.name) for one in BankAccount.objects.filter(archived=False).order_by("id")),
    ]
    return [
        *(form.select(key, NAMES[key], places) for key in PLACES),
        form.select("order", _("Days are written"), [("ymd", "2026-12-31"), ("dmy", "31.12.2026"), ("mdy", "12/31/2026")]),
        form.select("decimal", _("Decimal sign"), [(".", "1,234.56"), (",", "1.234,56")]),
        form.select("currency", _("Currency where no column says it"), [(code, code) for code in CURRENCIES]),
        form.check("per_unit", _("Amounts are in toman")),
        form.select("account", _("Account of the bank"), accounts, help=_("Which account of ours it is; the columns are remembered for it.")),
    ]  # fmt: skip


def chosen_of(form: PlainForm) -> dict[str, Any]:
    """The map as `Columns` takes it. Errors: Invalid."""
    places = {
        key: int(text) if (text := form.typed(key)).isascii() and text.isdecimal() and len(text) < 4 else None
        for key in PLACES
    }
    more = {key: form.typed(key) for key in ("order", "decimal", "currency")}
    return Columns.from_json({**places, **more, "per_unit": 10 if form.is_on("per_unit") else 1}).to_json()


def account_of(form: PlainForm) -> int | None:
    text = form.typed("account")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
