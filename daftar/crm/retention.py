"""What the CRM tells rules of retention: with whom it deals, who agreed to be written to, and which rules it ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.crm.consenting import PEOPLE, now_of
from daftar.crm.models import Consent, Deal
from daftar.kernel.personal import Record
from daftar.records.models import RecordLink, RetentionRule
from daftar.records.retention import conditions
from daftar.records.retention.conditions import Condition
from daftar.records.retention.rules import Shipped, ship
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

Act, Since = RetentionRule.Act, RetentionRule.Since
WITH_DEALS = ("contact", "company")


def deals_of(type_key: str, record: object) -> QuerySet[Deal]:
    """Live deals with a contact or company, or that came from a lead; `record` is an id or an outer reference."""
    live = Deal.objects.filter(deleted_at__isnull=True)
    if type_key != "contact":
        return live.filter(**{type_key: record})
    beside = RecordLink.objects.filter(
        type="deal", field="contacts", to_type="contact", to_id=record, record_id=OuterRef("pk")
    )
    return live.filter(Q(contact=record) | Q(Exists(beside)))


def without_deals(type_: RecordType) -> Q:
    main = Deal.objects.filter(deleted_at__isnull=True, **{type_.key: OuterRef("pk")})
    beside = RecordLink.objects.filter(
        Exists(Deal.objects.filter(pk=OuterRef("record_id"), deleted_at__isnull=True)),
        type="deal", field="contacts", to_type=type_.key, to_id=OuterRef("pk"),
    )  # fmt: skip
    return ~Q(Exists(main)) & ~Q(Exists(beside))


def nobody_agreed(purpose: str = "") -> Callable[[Sequence[Record]], bool]:
    """Whether no consent of the person holds now, for this purpose or for any."""

    def asked(records: Sequence[Record]) -> bool:
        own = [one for one in now_of(*records[0]) if one.given]
        return not [one for one in own if purpose in ("", one.purpose)]

    return asked


@conditions.keep_back_when
def open_deal(records: Sequence[Record]) -> str:
    """Who is being sold to is not forgotten."""
    for key, id_ in records:
        if key in (*WITH_DEALS, "lead"):
            deal = current_schema().type("deal").unfinished(deals_of(key, id_)).first()
            if deal is not None:
                return _now("The deal “%(deal)s” is open.") % {"deal": deal}
    return ""


conditions.add(Condition("deal", WITH_DEALS, _("without any deal"), where=without_deals))
conditions.add(Condition("consent", PEOPLE, _("without any consent"), holds_for=nobody_agreed()))
for purpose, label in Consent.Purpose.choices:
    words = _("without consent: %(purpose)s")
    conditions.add(
        Condition(
            f"consent:{purpose}", PEOPLE, conditions.lazily(words, purpose=label), holds_for=nobody_agreed(purpose)
        )
    )

ship(
    Shipped("lost_leads", "lead", Since.ACTIVITY, 24, Act.ERASE, stage_kind="lost"),
    Shipped("lost_leads_nameless", "lead", Since.ACTIVITY, 12, Act.NAMELESS, stage_kind="lost"),
    Shipped("forgotten_leads", "lead", Since.ACTIVITY, 12, Act.BIN, stage_kind="open"),
    Shipped("strangers", "contact", Since.ACTIVITY, 36, Act.ERASE, without=("consent", "deal")),
    Shipped("lost_deals", "deal", Since.ACTIVITY, 60, Act.BIN, stage_kind="lost"),
)
