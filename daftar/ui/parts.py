"""What a value looks like and how it is edited, as plain data: field kinds make these, `ui` templates draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Shown(NamedTuple):
    """A value as one reader sees it; `text` is already in the reader's language, digits, calendar and zone.

    A named tuple, for a list makes five hundred of them.

    Shapes: `style` is one of text, long, number, money, tag, tags, link, person, date, yes_no, phone, email, web, file,
    image, step, list.
    `colour` is a palette name (grey, blue, green, teal, amber, orange, red, pink, purple);
    `tone` is "", quiet, accent, ok, warn or danger.
    `direction` is "ltr" for phones, codes and addresses of the web, "auto" for people's words, "" for the page's own.
    A quiet person is away; `title` says until when. `image` is the address of a person's photo.
    `items` are the parts of a list (tags, phones); `title` is the long form (a full date).
    """

    text: str = ""
    style: str = "text"
    href: str = ""
    tone: str = ""
    colour: str = ""
    title: str = ""
    direction: str = ""
    items: tuple[Shown, ...] = ()
    image: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.items)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, check list or menu."""

    value: str
    label: str
    colour: str = ""
    chosen: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """How a value is edited, without HTML.

    Shapes: `kind` is one of
      input     one line; `attrs` carries type, inputmode, maxlength, dir, autocomplete, step, placeholder
      textarea  several lines
      select    one of `options` (with an empty first line unless required)
      checks    several of `options`
      checkbox  yes or no; `value` "1" or ""
      date, date_time   text box with a calendar in the reader's calendar
      lookup    a record or person found by typing: `value` is the id as text, `shown` its name,
                `url` answers ?q= with options
      lookups   several of them: `parts` are lookup widgets that stand there now, `url` as above
      rows      a growing list: `parts` are the rows that stand there now, `blank` is an empty one
      group     several inputs in one line or block (`parts`), e.g. amount and currency, or the lines of an address
      tags      free words, `value` comma-separated, `options` known ones
      file      upload
    Names in a form are `name`; parts carry their own full names (`amount`, `amount.currency`, `phones.value`,
    `phones.label`: repeated names make rows).
    """

    kind: str
    name: str
    label: str = ""
    value: str = ""
    shown: str = ""
    options: tuple[Option, ...] = ()
    parts: tuple[Widget, ...] = ()
    blank: Widget | None = None
    url: str = ""
    required: bool = False
    help: str = ""
    error: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)
