"""The gallery: every component in all states, and a list, a board and a card of invented deals to look at and measure.

`?lang=fa&theme=dark&density=compact` show a sample as another reader sees it. Nothing here reads the database.
Its words are looked up (`known`) but not collected: translators have real work to do.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as known
from django.views.decorators.http import require_GET

from daftar.kernel import clock, formats
from daftar.kernel.errors import Missing
from daftar.kernel.money import Money
from daftar.ui import gallery_words as words
from daftar.ui.jinja import TASTES
from daftar.ui.parts import Option, Shown, Widget

COLOURS = ("grey", "blue", "green", "teal", "amber", "orange", "red", "pink", "purple")
TONES = ("danger", "warn", "ok", "quiet", "quiet")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All components, four times: light and dark, left-to-right and right-to-left."""
    return _as_reader(
        request, "ui/gallery/index.html", lambda: {"widgets": widgets(), "values": values(), "colours": COLOURS}
    )


@require_GET
def sample(request: HttpRequest, sample: str) -> HttpResponse:
    """One of the samples: list, board, card, form."""
    makers = {"list": a_list, "board": a_board, "card": a_card, "form": lambda: {"widgets": widgets()}}
    if sample not in makers:
        raise Missing()
    return _as_reader(request, f"ui/gallery/{sample}.html", makers[sample])


@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """What a look-up answers: options whose words begin like ?q=."""
    asked = request.GET.get("q", "").lower()
    with translation.override(_language(request)):
        people = words.people()
    found = [(str(place), name) for place, name in enumerate(people, 1) if asked in name.lower()]
    return render(request, "ui/_options.html", {"options": [Option(value, name) for value, name in found[:20]]})


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"


def _as_reader(request: HttpRequest, template: str, make: Any) -> HttpResponse:
    language = _language(request)
    request.tastes = {  # type: ignore[attr-defined]
        name: request.GET[name] for name, choices in TASTES.items() if request.GET.get(name) in choices
    }
    with translation.override(language), formats.using(formats.default_for(language)):
        return render(request, template, {"active": "gallery", "gallery": True, **make()})


def money(amount: int, style: str = "whole") -> str:
    reader = formats.current()
    scale = 500_000 if reader.currency == "IRR" else 1
    return reader.money(Money(Decimal(amount * scale), reader.currency), style)


def deals(count: int) -> list[dict[str, Any]]:
    """Invented deals, always the same."""
    reader, now = formats.current(), clock.now()
    firms, goods, people, stages, steps = words.firms(), words.goods(), words.people(), words.stages(), words.steps()
    made = []
    for place in range(count):
        tone = TONES[place * 7 % 5]
        due = now + timedelta(days={"danger": -2, "ok": 0, "quiet": 1 + place % 9}.get(tone, 0), hours=place % 5)
        step = (
            Shown(known("no next step"), "step", tone="warn")
            if tone == "warn"
            else Shown(
                f"{steps[place % len(steps)]} · {reader.when(due)}", "step", tone=tone, title=reader.date_time(due)
            )
        )
        amount = 1200 + place * 3571 % 48000
        made.append(
            {
                "id": place + 1,
                "version": 1,
                "amount": amount,
                "stage_place": place * 3 % 5,
                "name": f"{goods[place % len(goods)]} – {firms[place * 3 % len(firms)]}",
                "company": Shown(firms[place * 3 % len(firms)], "link", href="#", direction="auto"),
                "sum": Shown(money(amount), "money"),
                "short": money(amount),
                "stage": Shown(stages[place * 3 % 5][0], "tag", colour=stages[place * 3 % 5][1]),
                "step": step,
                "owner": people[place % len(people)],
                "tone": tone,
                "person": Shown(people[place % len(people)], "person"),
                "last": Shown(reader.ago(now - timedelta(days=place % 12, hours=3)), "date", tone="quiet"),
                "closes": Shown(reader.date(now + timedelta(days=place * 2)), "date"),
                "source": Shown(words.sources()[place % 4], "tag", colour="grey"),
                "phone": Shown(f"+1 202 555 01{place:02d}", "phone", direction="ltr"),
                "chance": Shown(reader.percent(10 + place * 17 % 80), "number"),
            }
        )
    return made


def a_list() -> dict[str, Any]:
    rows = deals(50)
    columns = [
        ("name", known("Name"), "text", 1),
        ("stage", known("Stage"), "stage", 1),
        ("sum", known("Amount"), "money", 1),
        ("step", known("Next step"), "step", 1),
        ("person", known("Owner"), "person", 2),
        ("company", known("Company"), "link", 2),
        ("last", known("Last contact"), "date", 2),
        ("closes", known("Expected close"), "date", 3),
        ("chance", known("Chance"), "number", 4),
        ("source", known("Source"), "tags", 4),
        ("phone", known("Phone"), "phone", 5),
    ]
    total = sum(row["amount"] for row in rows)
    return {
        "rows": rows,
        "columns": columns,
        "main_class": "fills",
        "total": money(total),
        "count": formats.current().number(8800),
    }


def a_board() -> dict[str, Any]:
    every, columns = deals(110), []
    for place, (name, colour, kind) in enumerate(words.stages()):
        cards = [card for number, card in enumerate(every) if number % 7 == place]
        columns.append(
            {
                "key": place,
                "name": name,
                "colour": colour,
                "kind": kind,
                "cards": cards,
                "count": formats.current().number(len(cards) * 9),
                "sum": money(sum(card["amount"] for card in cards), "short"),
            }
        )
    return {"columns": columns, "main_class": "fills"}


def a_card() -> dict[str, Any]:
    reader, now = formats.current(), clock.now()
    deal = deals(1)[0]
    stages = [
        {"id": place, "name": name, "colour": colour, "kind": kind}
        for place, (name, colour, kind) in enumerate(words.stages())
    ]
    facts = words.facts(reader, now, deal)
    return {
        "deal": deal,
        "stages": stages,
        "sections": facts,
        "events": words.events(reader, now),
        "main_class": "fills",
        "linked": [
            {"name": Shown(name, "link", href="#", direction="auto"), "note": note} for name, note in words.linked()
        ],
    }


def values() -> list[tuple[str, Shown]]:
    """One of every style of `Shown`."""
    reader, now = formats.current(), clock.now()
    tags = tuple(Shown(word, "tag", colour=colour) for word, colour in zip(words.sources(), COLOURS[1:], strict=False))
    return [
        ("text", Shown(words.firms()[0], direction="auto")),
        ("long", Shown(words.long(), "long")),
        ("number", Shown(reader.number(Decimal("22700.5")), "number")),
        ("money", Shown(money(22700, "full"), "money")),
        ("tag", tags[0]),
        ("tags", Shown(style="tags", items=tags)),
        ("link", Shown(words.firms()[1], "link", href="#", direction="auto")),
        ("person", Shown(words.people()[0], "person")),
        ("date", Shown(reader.when(now + timedelta(days=1)), "date", title=reader.date_time(now))),
        ("yes_no", Shown(known("Yes"), "yes_no")),
        ("no", Shown(known("No"), "yes_no", tone="quiet")),
        ("phone", Shown("+98 21 8899 1234", "phone", direction="ltr")),
        ("email", Shown("sara@example.com", "email", direction="ltr")),
        ("web", Shown("example.com/offers", "web", href="https://example.com/", direction="ltr")),
        ("file", Shown("Offer 14.pdf", "file", href="#")),
        ("list", Shown(style="list", items=tags[:2])),
        ("step late", Shown(known("Call · yesterday 10:00"), "step", tone="danger")),
        ("step none", Shown(known("no next step"), "step", tone="warn")),
        ("step today", Shown(known("Meeting · today 16:00"), "step", tone="ok")),
        ("step later", Shown(known("Letter · Tue"), "step", tone="quiet")),
        ("empty", Shown()),
    ]


def widgets() -> list[Widget]:
    """One of every kind of `Widget`."""
    reader, now = formats.current(), clock.now()
    stages = tuple(
        Option(str(place), name, colour, place == 1) for place, (name, colour, _kind) in enumerate(words.stages())
    )
    day = reader.date_numeric(now)
    person = Widget(
        "lookup",
        "owner",
        known("Owner"),
        value="1",
        shown=words.people()[0],
        url="/ui/gallery/lookup/options",
        required=True,
    )
    phone = Widget(
        "group",
        "phones",
        parts=(
            Widget(
                "input", "phones.value", known("Phone"), value="+1 202 555 0144", attrs={"type": "tel", "dir": "ltr"}
            ),
            Widget(
                "select",
                "phones.label",
                known("Kind"),
                options=(Option("work", known("work"), chosen=True), Option("home", known("home"))),
                required=True,
            ),
        ),
    )
    blank = Widget(
        "group",
        "phones",
        parts=(
            Widget("input", "phones.value", known("Phone"), attrs={"type": "tel", "dir": "ltr"}),
            Widget(
                "select",
                "phones.label",
                known("Kind"),
                options=(Option("work", known("work"), chosen=True), Option("home", known("home"))),
                required=True,
            ),
        ),
    )
    return [
        Widget(
            "input", "name", known("Name"), value=words.firms()[0], required=True, help=known("As it stands on papers.")
        ),
        Widget("input", "code", known("Code"), value="12-a", error=known("A code has only digits.")),
        Widget(
            "group",
            "amount",
            known("Amount"),
            parts=(
                Widget(
                    "input",
                    "amount",
                    known("Amount"),
                    value=reader.number(22700),
                    attrs={"inputmode": "decimal", "dir": "ltr"},
                ),
                Widget(
                    "select",
                    "amount.currency",
                    known("Currency"),
                    required=True,
                    options=(Option("USD", "USD", chosen=True), Option("EUR", "EUR")),
                ),
            ),
        ),
        Widget("select", "stage", known("Stage"), value="1", options=stages),
        Widget("checks", "tags", known("Channels"), options=stages[:3]),
        Widget("checkbox", "vat", known("Pays VAT"), value="1"),
        Widget("date", "closes", known("Expected close"), value=day),
        Widget("date_time", "call", known("Call at"), value=f"{day} 14:30"),
        person,
        Widget(
            "lookups",
            "contacts",
            known("Contacts"),
            parts=(person,),
            blank=Widget("lookup", "contacts", known("Contact"), url="/ui/gallery/lookup/options"),
        ),
        Widget("rows", "phones", known("Phones"), parts=(phone,), blank=blank),
        Widget(
            "tags",
            "labels",
            known("Labels"),
            value=", ".join(words.sources()[:2]),
            options=tuple(Option(w, w) for w in words.sources()),
        ),
        Widget("textarea", "note", known("Note"), value=words.long()),
        Widget("file", "files", known("Files")),
    ]


# Only invented data, so access may let everyone in (ui may not import it).
for view in (index, sample, options):
    vars(view).update(door="everyone", door_action="see")
