"""A record type for tests: one declaration, and list, board, card, forms, history, import and rights are there."""

from django.utils.translation import gettext_lazy as _

from daftar.records.fields import Choice, Date, LongText, Money, Person, Phones, Stage, Text, YesNo
from daftar.records.types import Board, RecordType, Section, ShippedPipeline, ShippedStage


class SiteVisitType(RecordType):
    key, icon = "site_visit", "map-pin"
    names = _("site visit"), _("site visits")
    in_menu = False
    fields = [
        Text("name", _("Place"), title=True),
        Stage("stage", _("Stage")),
        Money("cost", _("Cost"), total=True),
        Date("day", _("Day")),
        Choice("roof", _("Roof"), options=[("flat", _("Flat"), "blue"), ("gable", _("Gable"), "green")]),
        YesNo("urgent", _("Urgent")),
        Phones("phones", _("Phones")),
        LongText("remarks", _("Remarks")),
        Person("owner", _("Owner"), assigns=True),
    ]
    card = [Section(_("Visit"), "name stage day roof"), Section(_("Money"), "cost urgent")]
    board = Board(by="stage", face="cost roof owner")
    pipelines = [
        ShippedPipeline(
            "visits",
            _("Visits"),
            [
                ShippedStage("planned", _("Planned"), colour="blue", next=("measured", "cancelled")),
                ShippedStage("measured", _("Measured"), colour="amber", required=("roof", "day")),
                ShippedStage("done", _("Done"), "won", colour="green", required=("cost",)),
                ShippedStage("cancelled", _("Cancelled"), "lost", colour="red", required=("remarks",)),
            ],
        )
    ]
