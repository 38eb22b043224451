"""A type that no room knows: one declaration, and every page is there. Tests of the engine run on it."""

from daftar.records.fields import Choice, Date, Link, Money, Person, Phones, Stage, Text
from daftar.records.types import Board, RecordType, Section, ShippedPipeline, ShippedStage


class HomeVisit(RecordType):
    key, icon, letter = "home_visit", "house", "v"
    names = "home visit", "home visits"
    fields = [
        Text("subject", "Subject", title=True),
        Stage("stage", "Stage"),
        Money("cost", "Cost", total=True, quick=True),
        Link("colleague", "Colleague", to="user"),
        Person("owner", "Owner", assigns=True),
        Date("day", "Day", quick=True),
        Choice("kind", "Kind", options=[("measure", "Measuring", "blue"), ("repair", "Repair", "amber")]),
        Link("belongs", "Belongs to", to="home_visit"),
        Phones("phones", "Phones", searched=True),
    ]
    card = [Section("Visit", "subject stage day kind cost")]
    board = Board(by="stage", face="cost colleague day owner")
    pipelines = [
        ShippedPipeline("visits", "Visits", [
            ShippedStage("asked", "Asked for", colour="blue", next=("planned", "cancelled")),
            ShippedStage("planned", "Planned", colour="teal", required=("day",)),
            ShippedStage("done", "Done", kind="won", colour="green", required=("cost", "day")),
            ShippedStage("cancelled", "Cancelled", kind="lost", colour="red"),
        ]),
        ShippedPipeline("repairs", "Repairs", [
            ShippedStage("in", "Came in"), ShippedStage("out", "Went out", kind="won"),
        ]),
    ]  # fmt: skip
