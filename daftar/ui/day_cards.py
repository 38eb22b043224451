"""The cards of a calendar's days, written in Python as the cards of a board are: a month shows hundreds of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext
from jinja2 import Environment, pass_environment
from markupsafe import Markup

from daftar.ui.parts import Shown
from daftar.ui.table import safe


@dataclass(frozen=True, slots=True)
class DayCard:
    """The face of one record on its day. Shapes: `move` is the address of its date's form, "" where it cannot be moved."""

    id: int
    version: int
    href: str
    title: str
    tone: str
    time: str
    stage: Shown
    fact: Shown
    owner: Shown
    move: str


@pass_environment
def day_writer(env: Environment, back: str) -> Writer:
    """What writes the cards of one page. Without scripts a link leads to the form of the date, which comes back to the address `back`."""
    return Writer(env.globals["ui"], back)


class Writer:
    """Writes cards, each a link of one line; the face of an owner is drawn once."""

    def __init__(self, ui: Any, back: str) -> None:
        self.avatar = ui.avatar
        self.faces: dict[tuple[str, str], str] = {}
        self.back, self.move_word = safe(quote(back, safe="")), safe(gettext("Move"))

    def cards(self, cards: Iterable[DayCard]) -> Markup:
        return Markup("".join([self.card(card) for card in cards]))  # noqa: S704  # the writer escapes

    def card(self, card: DayCard) -> str:
        tone = f" day-card--{safe(card.tone)}" if card.tone else ""
        hint = " · ".join(
            filter(None, (card.title, card.stage.text, card.fact.text, card.owner.title or card.owner.text))
        )
        return (
            f'<li class="{"is-movable" if card.move else "is-fixed"}"><a id="card-{card.id}" class="day-card{tone}" href="{safe(card.href)}" '
            f'data-id="{card.id}" data-version="{card.version}" draggable="false" title="{safe(hint)}">'
            f'{self.dot(card.stage)}{self.time(card)}<bdi class="day-card__title">{safe(card.title)}</bdi>{self.stage(card.stage)}'
            f"{self.fact(card.fact)}{self.owner(card.owner)}</a>{self.move(card)}</li>\n"
        )

    def dot(self, stage: Shown) -> str:
        colour = f" dot--{safe(stage.colour)}" if stage.colour else ""
        return f'<span class="dot{colour}" aria-hidden="true"></span>' if stage else ""

    def time(self, card: DayCard) -> str:
        return f'<time class="day-card__time">{safe(card.time)}</time>' if card.time else ""

    def stage(self, stage: Shown) -> str:
        return f'<span class="visually-hidden">, <bdi>{safe(stage.text)}</bdi></span>' if stage else ""

    def fact(self, fact: Shown) -> str:
        return f'<bdi class="day-card__fact">{safe(fact.text)}</bdi>' if fact else ""

    def owner(self, owner: Shown) -> str:
        if not owner:
            return ""
        name = owner.title or owner.text
        key = name, owner.image
        if key not in self.faces:
            face = self.avatar(owner.text, "small", image=owner.image)
            self.faces[key] = (
                f'<span class="day-card__owner">{face}<span class="visually-hidden">{safe(name)}</span></span>'
            )
        return self.faces[key]

    def move(self, card: DayCard) -> str:
        if not card.move:
            return ""
        return f'<noscript><a class="day-card__move" href="{safe(card.move)}?back={self.back}">{self.move_word}</a></noscript>'
