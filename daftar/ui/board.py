"""The cards of a board, written in Python as the rows of a list are (`ui.table`): a board shows hundreds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from jinja2 import Environment, pass_environment
from markupsafe import Markup

from daftar.ui.parts import Shown
from daftar.ui.table import in_language, safe


@dataclass(frozen=True, slots=True)
class Card:
    """The face of one record: name; amount and client; next step and owner. `more` are facts without a place."""

    id: int
    version: int
    href: str
    title: str
    tone: str
    amount: Shown
    client: Shown
    step: Shown
    owner: str
    more: tuple[Shown, ...] = ()
    owner_image: str = ""
    lacks: str = ""


@pass_environment
def board_cards(env: Environment, cards: Iterable[Card], field: str) -> Markup:
    """The cards as HTML. Without scripts a link leads to the form that moves a card along `field`, the key of the board's field."""
    writer = Writer(env.globals["ui"], field)
    return Markup("".join([writer.card(card) for card in cards]))  # noqa: S704  # the writer escapes


class Writer:
    """Writes cards of one board; each is three lines."""

    def __init__(self, ui: Any, field: str) -> None:
        self.shown: Callable[[Shown], str] = in_language(ui.shown)
        self.lacks, self.avatar = ui.lacks, ui.avatar
        self.faces: dict[tuple[str, str], str] = {}
        self.kind, self.move = safe(gettext("card")), f"move?field={safe(field)}"
        self.move_word = safe(gettext("Move"))

    def card(self, card: Card) -> str:
        tone = f" board-card--{safe(card.tone)}" if card.tone else ""
        href, title = safe(card.href), safe(card.title)
        return (
            f'<li id="card-{card.id}" class="board-card{tone}" data-id="{card.id}" data-version="{card.version}" '
            f'tabindex="0" aria-roledescription="{self.kind}">\n'
            f'<a class="board-card__title" href="{href}" tabindex="-1" title="{title}"><bdi>{title}</bdi></a>\n'
            f'<div class="board-card__line">{self.money(card)}<span class="board-card__client">{self.shown(card.client)}</span></div>\n'
            f'<div class="board-card__line">{self.facts(card)}{self.owner(card)}</div>\n'
            f'<noscript><a class="board-card__move" href="{href}{self.move}">{self.move_word}</a></noscript>\n</li>\n'
        )

    def money(self, card: Card) -> str:
        return f'<bdi class="board-card__amount">{self.shown(card.amount)}</bdi>' if card.amount else ""

    def facts(self, card: Card) -> str:
        more = [f'<span class="board-card__fact">{self.shown(fact)}</span>' for fact in card.more]
        return f"{self.shown(card.step)}{''.join(more)}{self.lacks(card.lacks) if card.lacks else ''}"

    def owner(self, card: Card) -> str:
        """The face of the owner, drawn once for all their cards."""
        if not card.owner:
            return ""
        key = card.owner, card.owner_image
        if key not in self.faces:
            name = safe(card.owner)
            self.faces[key] = (
                f'<span class="board-card__owner" title="{name}">{self.avatar(card.owner, "small", image=card.owner_image)}'
                f'<span class="visually-hidden">{name}</span></span>'
            )
        return self.faces[key]
