"""Statements of banks: drop a file, look at its lines, confirm, ignore, take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, Q, When
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.kernel.text import isolated
from daftar.sales.bank import confirming
from daftar.sales.bank.loading import load, refuse_unless_may
from daftar.sales.bank.matching import SHORT, WORDS, Candidate, Certainty, Match, Reason
from daftar.sales.bank.reading.statement import MOST_BYTES
from daftar.sales.models import Allocation, BankStatement, Invoice, StatementLine
from daftar.sales.paying.record import Who
from daftar.sales.paying.views.by_hand import chosen
from daftar.sales.views.opening import show_form
from daftar.ui.answers import go, is_fragment, toast

BASE = "/bank/"
MOST_SHOWN = 500
GROUPS = ("certain", "proposed", "unknown", "matched", "ignored", "outgoing")


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: Any) -> HttpResponseBase:
    """GET: what was loaded. POST: load a file."""
    refuse_unless_may(request.user)
    error = ""
    if request.method == "POST":
        try:
            return upload(request)
        except (Invalid, Conflict) as refused:
            error = str(refused.sentence)
    rows = BankStatement.objects.select_related("account").annotate(
        all=Count("lines"), waiting=Count("lines", filter=Q(lines__state="open"))
    )  # fmt: skip
    return render(request, "sales/bank.html", {
        "title": _("Bank statements"), "rows": rows.order_by("-id")[:200], "error": error, "base": BASE,
    }, status=422 if error else 200)  # fmt: skip


def upload(request: Any) -> HttpResponseBase:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose the file first."))
    if file.size > MOST_BYTES:
        raise Invalid(_("This file is larger than 20 MB. Ask the bank for a shorter period, please."))
    found = load(file.read(), file.name or "", by=request.user, formats=current())
    first = found.statements[0]
    address = (
        f"{BASE}{first.pk}/"
        if first.lines.exists() or not first.held or found.is_again
        else f"{BASE}{first.pk}/columns"
    )
    if found.is_again:
        return toast(go(request, address), _("This very file was loaded before: nothing has changed."), "warn")
    known = sum(one.known for one in found.statements)
    if known:
        words = ngettext("%(num)s line was known already and is left out.", "%(num)s lines were known already and are left out.", known)  # fmt: skip
        return toast(go(request, address), words % {"num": current().number(known)})
    return toast(go(request, address), _("The statement is loaded."))


@door("signed_in", "add")
@require_safe
def statement(request: Any, statement_id: int) -> HttpResponse:
    """The lines by what they seem to pay."""
    refuse_unless_may(request.user)
    row = of(statement_id)
    template = "sales/_bank_lines.html" if is_fragment(request) else "sales/bank_statement.html"
    return render(request, template, context_of(request, row))


def of(statement_id: int) -> BankStatement:
    row = BankStatement.objects.select_related("account").filter(pk=statement_id).first()
    if row is None:
        raise Missing()
    return row


def context_of(request: Any, row: BankStatement) -> dict[str, Any]:
    waiting_first = Case(When(state="open", then=0), default=1)
    rows = StatementLine.objects.filter(statement=row).select_related("payment").order_by(waiting_first, "line", "id")
    lines = list(rows[:MOST_SHOWN])
    matches = confirming.matches_of(lines, request.user)
    ids = {share.invoice_id for match in matches.values() for one in match.candidates for share in one.shares}
    invoices = {one.pk: one for one in Invoice.objects.filter(pk__in=ids)}
    paid = paid_numbers([line.payment_id for line in lines if line.state == "matched"])
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in GROUPS}
    for line in lines:
        match = matches.get(line.pk)
        key = str(match.certainty) if match is not None else line.state
        groups[key].append(shown(line, match, invoices, paid))
    names = {
        "certain": _("Certain"), "proposed": _("Proposed"), "unknown": _("Unknown"), "matched": _("Recorded"),
        "ignored": _("Ignored"), "outgoing": _("Went out"),
    }  # fmt: skip
    count = StatementLine.objects.filter(statement=row).count()
    return {
        "title": _("Statement %(name)s") % {"name": isolated(row.name)}, "row": row, "base": f"{BASE}{row.pk}/", "back": BASE,
        "groups": [(key, names[key], groups[key]) for key in GROUPS if groups[key]], "facts": facts(row), "more": max(count - MOST_SHOWN, 0),
        "may_correct": bool(row.held) and not groups["matched"] and not groups["ignored"], "count": count,
        "new_account": f"/settings/payments/accounts/new/?number={row.number}" if row.number and row.account is None else "",
    }  # fmt: skip


def facts(row: BankStatement) -> list[tuple[str, str]]:
    formats = current()
    found = [(_("Account of the bank"), row.account.name if row.account else row.number or "—")]
    if row.since and row.until:
        found.append((_("Days"), f"{formats.date(row.since)} – {formats.date(row.until)}"))
    for label, amount in ((_("Before"), row.opening), (_("After"), row.closing)):
        if amount is not None and row.currency:
            found.append((label, formats.money(Money(amount, row.currency))))
    return found


def shown(
    line: StatementLine, match: Match | None, invoices: dict[int, Invoice], paid: dict[int, list[str]]
) -> dict[str, Any]:
    """One line, ready to be drawn."""
    formats = current()
    return {
        "line": line, "sum": formats.money(Money(line.amount, line.currency)),
        "reasons": marks(match.reasons) if match else [],
        "candidates": [candidate(one, invoices) for one in match.candidates] if match else [],
        "paid": formats.joined(paid.get(line.payment_id or 0, ())),
        "is_certain": match is not None and match.certainty is Certainty.CERTAIN,
    }  # fmt: skip


def candidate(one: Candidate, invoices: dict[int, Invoice]) -> dict[str, Any]:
    formats = current()
    shares = [
        (share.invoice_id, invoices[share.invoice_id].number, formats.money(Money(share.amount, invoices[share.invoice_id].total_currency)))
        for share in one.shares if share.invoice_id in invoices
    ]  # fmt: skip
    return {
        "shares": shares, "ids": ",".join(str(id_) for id_, _number, _sum in shares),
        "reasons": marks(one.reasons),
    }  # fmt: skip


def marks(reasons: Sequence[Reason]) -> list[tuple[str, str, str]]:
    """(mark, colour, sentence) of each reason."""
    return [(str(SHORT[reason][0]), SHORT[reason][1], str(WORDS[reason])) for reason in reasons]


def paid_numbers(payment_ids: Sequence[int | None]) -> dict[int, list[str]]:
    """Payment → numbers of the invoices that it pays."""
    found: dict[int, list[str]] = {}
    rows = Allocation.objects.filter(payment__in=[id_ for id_ in payment_ids if id_]).order_by("id")
    for payment_id, number in rows.values_list("payment", "invoice__number"):
        found.setdefault(payment_id, []).append(number)
    return found


# -- acts ----------------------------------------------------------------------------------------------


@door("signed_in", "add")
@require_POST
def confirm_all(request: Any, statement_id: int) -> HttpResponseBase:
    """Record every line that is certain."""
    row = of(statement_id)
    found = confirming.confirm_certain(row.pk, by=request.user)
    words = ngettext("%(num)s payment is recorded.", "%(num)s payments are recorded.", found.count) % {
        "num": current().number(found.count)
    }
    if found.refused:
        words += " " + _("%(num)s could not be recorded: %(why)s") % {
            "num": current().number(found.refused),
            "why": found.why,
        }
    if found.left:
        words += " " + _("More are certain: press again.")
    return back_to(request, row.pk, words, "warn" if found.refused else "ok")


@door("signed_in", "add")
@require_POST
def confirm(request: Any, line_id: int) -> HttpResponseBase:
    """Record that a line pays these invoices."""
    refuse_unless_may(request.user)
    ids = [
        int(text)
        for text in request.POST.get("invoices", "").split(",")[:100]
        if text.isascii() and text.isdecimal() and len(text) < 19
    ]
    if not ids:
        raise Invalid(_("Choose which invoice is paid."))
    confirming.confirm(line_id, ids, by=request.user)
    return done(request, line_id, _("The payment is recorded."))


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Any, line_id: int) -> HttpResponseBase:
    """Look up what a line pays: invoices, or a client whose credit it is."""
    refuse_unless_may(request.user)
    line = StatementLine.objects.filter(pk=line_id).first()
    if line is None:
        raise Missing()
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        names = [name for name in ("invoice", "invoice_2", "invoice_3") if form.typed(name).strip()]
        ids = [id_ for name in names if (id_ := chosen(form, name)) is not None]
        clients = {name: chosen(form, name) for name in ("company", "contact") if form.typed(name).strip()}
        if not ids and not clients and not form.errors:
            form.errors["invoice"] = _("Choose an invoice, or a client whose credit it is.")
        if not form.errors:
            who = Who(clients.get("company"), clients.get("contact")) if clients else None
            try:
                confirming.confirm(line_id, ids, by=request.user, who=who)
            except (Invalid, Conflict) as refused:
                form.errors[""] = refused.sentence
            else:
                return toast(go(request, f"{BASE}{line.statement_id}/"), _("The payment is recorded."))
    invoices = [
        form.widget("lookup", name, label, url="/lookup/invoice", value=form.typed(name))
        for name, label in (
            ("invoice", _("Invoice")),
            ("invoice_2", _("Second invoice")),
            ("invoice_3", _("Third invoice")),
        )
    ]
    money = current().money(Money(line.amount, line.currency))
    return show_form(request, {
        "title": _("What does %(money)s pay?") % {"money": money}, "action": f"{BASE}lines/{line.pk}/choose", "back": f"{BASE}{line.statement_id}/",
        "submit": _("Record the payment"), "error": str(form.errors.get("", "")),
        "note": " · ".join(part for part in (line.name, line.purpose) if part),
        "widgets": [
            *invoices,
            form.widget("lookup", "company", _("Credit of the company"), url="/lookup/company", value=form.typed("company")),
            form.widget("lookup", "contact", _("Credit of the contact"), url="/lookup/contact", value=form.typed("contact")),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "add")
@require_POST
def ignore(request: Any, line_id: int) -> HttpResponseBase:
    confirming.ignore(line_id, by=request.user)
    return done(request, line_id, _("The line is ignored."))


@door("signed_in", "add")
@require_POST
def reopen(request: Any, line_id: int) -> HttpResponseBase:
    confirming.reopen(line_id, by=request.user)
    return done(request, line_id, _("The line waits again."))


@door("signed_in", "add")
@require_POST
def undo(request: Any, line_id: int) -> HttpResponseBase:
    confirming.undo(line_id, by=request.user)
    return done(request, line_id, _("The match is taken back; what it paid is open again."))


def done(request: Any, line_id: int, words: str) -> HttpResponseBase:
    return back_to(request, StatementLine.objects.values_list("statement", flat=True).get(pk=line_id), words)


def back_to(request: Any, statement_id: int, words: str, tone: str = "ok") -> HttpResponseBase:
    """To scripts the lines as they are now, to others the page."""
    if is_fragment(request):
        answer = render(request, "sales/_bank_lines.html", context_of(request, of(statement_id)))
        return toast(answer, words, tone)
    return toast(go(request, f"{BASE}{statement_id}/"), words, tone)
