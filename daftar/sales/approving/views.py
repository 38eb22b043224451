"""Ask for a discount, decide on one, see which wait."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.crm.models import Deal
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.sales.approving import showing
from daftar.sales.approving.asking import LONGEST, ask_approval, to_be_asked, withdraw
from daftar.sales.approving.deciders import deciders, names_of, nobody_may
from daftar.sales.approving.deciding import decide_on, highest, why_not_decided
from daftar.sales.approving.telling import address_of
from daftar.sales.issuing import lines_of
from daftar.sales.lines import approvals
from daftar.sales.lines.approvals import covers, limit_of
from daftar.sales.lines.rules import why_closed
from daftar.sales.models import DiscountApproval
from daftar.sales.views.forms import refuse
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, toast

LIST = "/sales/approvals/"
MOST = 100
"""So many requests stand in each half of the list."""


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any, record_id: int) -> HttpResponseBase:
    """GET: what would be asked for, and who would be asked. POST: ask."""
    reader, type_, row = to_change(request, "deals", record_id)
    deal: Any = row
    form = PlainForm({"from": request.GET.get("from", "")}, request.POST if request.method == "POST" else None)
    back = type_.address(record_id) + ("lines/" if form.typed("from") == "lines" else "")
    if form.sent is not None:
        try:
            made = ask_approval(record_id, by=reader.user, comment=form.typed("comment"))
        except Invalid as refused:
            form.refuse(refused.at("comment"))
        except Conflict as refused:
            refuse(form, refused)
        else:
            return toast(go(request, back), showing.waits_for(made, made.deal))
    discounts = to_be_asked(deal, reader.user)
    people = deciders(deal, reader.user, approvals.highest(discounts.values())) if discounts else []
    error = str(form.errors.get("", "")) or why_not_asked(deal, discounts, people)
    names = {str(line.pk): line.name for line in lines_of(deal.pk)}
    return show_form(request, {
        "title": _("Ask for approval"), "action": f"{type_.address(record_id)}approval", "back": back, "submit": _("Ask"),
        "error": error, "hidden": {"from": form.typed("from")},
        "rows": [(names.get(id_, ""), reader.formats.percent(one.percent)) for id_, one in discounts.items()],
        "note": _("%(names)s will be asked.") % {"names": names_of(people)} if people else "",
        "widgets": [form.area("comment", _("Why this much"), rows=3, maxlength=LONGEST)],
    }, body="sales/_approval_ask.html", status=422 if form.errors else 200)  # fmt: skip


def why_not_asked(deal: Deal, discounts: dict[str, approvals.Given], people: list[Any]) -> str:
    if why_not := why_closed(deal):
        return why_not
    if not discounts:
        return _("No discount of this deal must be approved.")
    return "" if people else nobody_may(approvals.highest(discounts.values()))


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: Any, approval_id: int) -> HttpResponseBase:
    """GET: what is asked for, what it costs. POST (`act` approve or decline): decide."""
    reader, type_, row = request_of(request, approval_id)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        act = form.choice("act", ("approve", "decline"))
        if act:
            try:
                decide_on(row.pk, approve=act == "approve", words=form.typed("answer"), by=reader.user)
            except Invalid as refused:
                form.refuse(refused.at("answer"))
            except Conflict as refused:
                refuse(form, refused)
                row.refresh_from_db()
            else:
                said = _("The discount is approved.") if act == "approve" else _("The discount is declined.")
                return toast(go(request, address_of(row.pk)), said)
    return show(request, reader, type_, row, form)


def request_of(request: Any, approval_id: int) -> tuple[Reader, RecordType, DiscountApproval]:
    """The request, for who sees its deal; one whose deal lies in the bin opens, too, and says so."""
    reader, type_ = opened(request, "deals")
    row = DiscountApproval.objects.select_related("deal__company", "asked_by", "decided_by").filter(pk=approval_id).first()  # fmt: skip
    if row is None or not decide.may(reader.user, "see", type_.key, row.deal):
        raise Missing()
    return reader, type_, row


def show(request: Any, reader: Reader, type_: RecordType, row: DiscountApproval, form: PlainForm) -> HttpResponse:
    deal, (state, colour) = row.deal, showing.state_of(row)
    why_not = why_not_decided(row, deal, reader.user)
    company = reader.names.get("company", deal.company_id) if deal.company_id else ""
    other_owner = deal.owner_id is not None and deal.owner_id != row.asked_by_id
    rows, newer = showing.rows_of(row, deal, reader), newest(row) if row.state == "replaced" else None
    context = {
        "title": _("Discount for %(deal)s") % {"deal": deal.name}, "back": LIST, "active": "deal", "row": row, "state": state, "colour": colour,
        "deal": deal, "deal_address": "" if deal.deleted_at is not None else type_.address(deal.pk), "company": company or "", "rows": rows,
        "shows_margin": any(one.get("margin") for one in rows), "asked_at": reader.formats.when(row.asked_at),
        "decided_at": reader.formats.when(row.decided_at) if row.decided_at is not None else "",
        "owner": reader.names.get("user", deal.owner_id or 0) if other_owner else "", "beside": showing.beside(row, deal),
        "total": deal_total(deal, reader), "why_not": why_not, "action": address_of(row.pk),
        "newer": address_of(newer) if newer else "",
        "error": str(form.errors.get("", "") or form.errors.get("act", "")),
        "may_withdraw": row.state == "asked" and row.asked_by_id == reader.user.pk,
        "waits": showing.waits_for(row, deal) if row.state == "asked" and why_not else "",
        "answer": form.area("answer", _("Your words"), rows=2, maxlength=LONGEST, help=_("Needed when you decline.")),
    }  # fmt: skip
    status = 200 if not form.errors else 409 if form.errors.keys() == {""} else 422
    return render(request, "sales/approval.html", context, status=status)


def newest(row: DiscountApproval) -> int | None:
    """The last request of the same deal."""
    rows = DiscountApproval.objects.filter(deal=row.deal_id, pk__gt=row.pk).order_by("-id")
    return rows.values_list("pk", flat=True).first()


def deal_total(deal: Any, reader: Reader) -> str:
    field = reader.schema.type("deal").field("amount")
    value = field.get(deal) if field is not None else None
    return reader.formats.money(value) if value is not None else ""


@door("signed_in", "change")
@require_POST
def withdrawn(request: Any, approval_id: int) -> HttpResponseBase:
    """Take an own question back."""
    reader, _type, row = request_of(request, approval_id)
    withdraw(row.pk, by=reader.user)
    return toast(go(request, address_of(row.pk)), _("The question is taken back."))


@door("signed_in", "see")
@require_safe
def waiting(request: Any) -> HttpResponseBase:
    """The open requests that the reader may decide on, and what became of those that the reader made."""
    reader, _type = opened(request, "deals")
    own = DiscountApproval.objects.filter(asked_by=reader.user.pk).select_related("deal", "asked_by", "decided_by")
    seen = reading.visible(current_schema().type("deal"), reader.user)
    asked = own.filter(deal__in=seen.order_by().values("pk")).order_by("-id")[:MOST]
    return render(request, "sales/approvals.html", {
        "to_decide": [words_of(row, reader) for row in to_decide(reader)], "asked": [words_of(row, reader) for row in asked], "active": "deal",
    })  # fmt: skip


def to_decide(reader: Reader) -> list[DiscountApproval]:
    """Open requests of open deals that the reader may decide on, the oldest first."""
    type_ = current_schema().type("deal")
    stages = [stage.id for pipeline in type_.pipelines for stage in pipeline.stages if stage.kind == "open"]
    reached = reading.visible(type_, reader.user, "change").filter(Q(stage__in=stages) | Q(stage=None))
    rows = DiscountApproval.objects.filter(state="asked", deal__in=reached.order_by().values("pk"))
    rows = rows.exclude(asked_by=reader.user.pk)
    found = rows.select_related("deal", "asked_by", "decided_by").order_by("id")[: MOST * 2]
    limit = limit_of(reader.user)
    return [row for row in found if covers(limit, highest(row))][:MOST]


def words_of(row: DiscountApproval, reader: Reader) -> dict[str, Any]:
    state, colour = showing.state_of(row)
    return {
        "href": address_of(row.pk), "deal": row.deal.name, "percent": reader.formats.percent(highest(row)), "by": row.asked_by.name,
        "when": reader.formats.when(row.asked_at), "comment": row.comment, "state": state, "colour": colour,
        "answer": row.answer, "decided_by": row.decided_by.name if row.decided_by is not None else "",
    }  # fmt: skip
