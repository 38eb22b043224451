"""Discounts that wait for a word, as a reader sees them: on a line of the editor, above the lines, on the page of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.crm.models import Deal
from daftar.kernel.money import Money
from daftar.records.reader import Reader
from daftar.sales.approving.deciders import deciders, may_decide, names_of
from daftar.sales.approving.deciding import highest
from daftar.sales.approving.telling import address_of
from daftar.sales.choices import APPROVAL_STATES
from daftar.sales.issuing import lines_of
from daftar.sales.lines import approvals
from daftar.sales.lines.rules import why_closed
from daftar.sales.models import DealLine, DiscountApproval, SalesSettings, SaleTerms

ZERO, HUNDRED = Decimal(0), Decimal(100)
STATES = {key: (name, colour) for key, name, colour in APPROVAL_STATES}
TONES = {"must_ask": "warn", "asked": "warn", "approved": "ok", "declined": "danger"}


# -- one line, and all of them -----------------------------------------------------------------------------


def marks_on(deal: Deal, discounts: Mapping[str, approvals.Given]) -> dict[str, dict[str, str]]:
    """Line → what stands beside its discount, of those above the reader's limit: `state`, `text`, `tone`, `href`,
    `covers` (percent) and `most` (base units; "" for any number)."""
    words = approvals.words_on(deal.pk, discounts)
    row = next((word.row for word in words.values() if word.state == "asked"), None)
    waits = waits_for(row, deal) if row is not None else ""
    return {line: mark_of(line, word, waits) for line, word in words.items()}


def mark_of(line: str, word: approvals.Word, waits: str) -> dict[str, str]:
    row, text = word.row, _("This discount must be approved.")
    if row is not None:
        who = row.decided_by.name if row.decided_by is not None else ""
        text = {
            "asked": waits,
            "approved": _("Approved by %(name)s.") % {"name": who},
            "declined": _("Declined by %(name)s: %(reason)s") % {"name": who, "reason": row.answer},
        }[word.state]
    covered = approvals.asked_in(row)[line] if row is not None and word.state in ("asked", "approved") else None
    most = covered.quantity if covered is not None else None
    return {
        "state": word.state, "text": text, "tone": TONES[word.state], "href": address_of(row.pk) if row is not None else "",
        "covers": f"{covered.percent.normalize():f}" if covered is not None else "", "most": f"{most.normalize():f}" if most is not None else "",
    }  # fmt: skip


def waits_for(row: DiscountApproval, deal: Deal) -> str:
    """For whom an open request waits."""
    people = deciders(deal, row.asked_by, highest(row))
    if not people:
        return _("Asked; nobody may decide on it now.")
    return _("Asked; waits for %(names)s.") % {"names": names_of(people)}


def block_of(
    deal: Deal, reader: Reader, settings: SalesSettings, lines: Sequence[DealLine] | None = None, *, editor: bool = False
) -> dict[str, Any]:  # fmt: skip
    """What stands above the lines of a deal, with a button; {} where no discount waits. Shapes: `text`, `tone`, `label`, `href`, `in_dialog`."""
    terms = SaleTerms.objects.filter(deal=deal.pk).first() if settings.discount_limit is not None else None
    if terms is None:
        return {}
    lines = lines_of(deal.pk) if lines is None else lines
    row = DiscountApproval.objects.filter(deal=deal.pk, state="asked").select_related("asked_by").first()
    is_open = not why_closed(deal)
    if row is not None and is_open and may_decide(reader.user, deal, highest(row)):
        said = {"name": row.asked_by.name, "percent": reader.formats.percent(highest(row))}
        text = _("%(name)s asks for a discount of %(percent)s.") % said
        return {"text": text, "tone": "warn", "label": _("Decide"), "href": address_of(row.pk), "in_dialog": False}
    over = approvals.above(lines, terms, approvals.limit_of(reader.user, settings))
    marks = marks_on(deal, over)
    waiting = [line for line in lines if marks.get(str(line.pk), {}).get("state") in ("must_ask", "declined")]
    if waiting and is_open and decide.may(reader.user, "change", "deal", deal):
        mark = marks[str(waiting[0].pk)]
        text = _("The discount on “%(name)s” must be approved before a paper is issued.") % {"name": waiting[0].name}
        return {
            "text": f"{mark['text']} {text}" if mark["state"] == "declined" else text, "tone": "warn", "label": _("Ask for approval"),
            "href": f"/deals/{deal.pk}/approval{'?from=lines' if editor else ''}", "in_dialog": True,
        }  # fmt: skip
    if row is None or not is_open:
        return {}
    return {
        "text": waits_for(row, deal), "tone": "", "label": _("Look at the request"), "href": address_of(row.pk), "in_dialog": False,
    }  # fmt: skip


# -- the page of a request -----------------------------------------------------------------------------------


def rows_of(row: DiscountApproval, deal: Deal, reader: Reader) -> list[dict[str, Any]]:
    """The lines that a request is about, as they are now: what is sold, for how much less, what is left. Cost only for who may see it."""
    lines, terms = lines_of(deal.pk), SaleTerms.objects.filter(deal=deal.pk).first()
    by_id, whole = {str(line.pk): line for line in lines}, approvals.whole_of(lines)
    asked = approvals.asked_in(row)
    return [line_words(by_id.get(id_), one, terms, whole, reader) for id_, one in asked.items()]


def line_words(
    line: DealLine | None, asked: approvals.Given, terms: SaleTerms | None, whole: Decimal, reader: Reader
) -> dict[str, Any]:
    formats, seen = reader.formats, reader.schema.type("deal_line")
    if line is None or terms is None:
        return {"name": _("This line was removed."), "asked": formats.percent(asked.percent), "is_gone": True}

    def money(amount: Decimal | None, field: str = "price") -> str:
        is_shown = amount is not None and seen.field(field) is not None
        return formats.money(Money(amount, terms.currency)) if is_shown and amount is not None else "—"

    full, rest = approvals.given_on(line, terms, whole)
    now = approvals.given_of(line, terms, whole)
    return {
        "name": line.name, "product": line.product_id, "quantity": formats.number(line.quantity.normalize()), "unit": line.unit,
        "list_price": money(approvals.list_price_of(line), "list_price"), "price": money(line.price),
        "asked": formats.percent(asked.percent), "now": formats.percent(now.percent),
        "note": change_words(asked, now, line, formats), "costs": money(full - rest), "rest": money(rest),
        "margin": margin_of(line, reader), "is_gone": False, "is_raised": not asked.holds_for(now),
    }  # fmt: skip


def change_words(asked: approvals.Given, now: approvals.Given, line: DealLine, formats: Any) -> str:
    """What changed on the line since it was asked for."""
    if asked.quantity is not None and asked.product != now.product:
        return _("Another product stands here since it was asked; it must be asked for anew.")
    if asked.quantity is not None and now.quantity is not None and now.quantity > asked.quantity:
        before = formats.number((asked.quantity / line.factor).normalize())
        return _("Asked for %(quantity)s; for more it must be asked anew.") % {
            "quantity": f"{before} {line.unit}".strip()
        }
    percent = formats.percent(now.percent)
    if now.percent > asked.percent:
        return _("Raised to %(percent)s since it was asked; what is more must be asked for anew.") % {
            "percent": percent
        }
    return _("Now only %(percent)s.") % {"percent": percent} if now.percent < asked.percent else ""


def margin_of(line: DealLine, reader: Reader) -> str:
    """What is left of the line after its cost, in percent; "" for who may not see costs and where none is known in this currency."""
    shows = all(reader.schema.type(key).field("cost") is not None for key in ("deal_line", "product"))
    if not shows or line.cost is None or line.cost_currency != line.net_currency or not line.net:
        return ""
    return reader.formats.percent(
        ((line.net - line.cost * line.quantity) * HUNDRED / line.net).quantize(Decimal("0.1"))
    )


def beside(row: DiscountApproval, deal: Deal) -> list[str]:
    """Names of lines that wait, too, and are no part of the request."""
    lines, terms = lines_of(deal.pk), SaleTerms.objects.filter(deal=deal.pk).first()
    if terms is None or row.state != "asked":
        return []
    asked = approvals.asked_in(row)
    return [line.name for line in approvals.waiting(deal, lines, terms, by=row.asked_by) if str(line.pk) not in asked]


def state_of(row: DiscountApproval) -> tuple[str, str]:
    """(name, colour) of the state of a request."""
    name, colour = STATES.get(row.state, (row.state, "grey"))
    return str(name), colour
