"""Small forms over settings that are no records: widgets of what is kept, values of what was sent, sentences beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid, Sentence
from daftar.kernel.text import clean_text
from daftar.ui.parts import Option, Widget


class PlainForm:
    """Shapes: `kept` are the values before anybody typed, as texts by name; `sent` is the form that came, or None."""

    def __init__(self, kept: Mapping[str, Any] | None = None, sent: QueryDict | None = None) -> None:
        self.kept, self.sent = dict(kept or {}), sent
        self.errors: dict[str, Sentence] = {}

    # -- reading -----------------------------------------------------------------------------------

    def typed(self, name: str) -> str:
        """What was typed, else what is kept."""
        if self.sent is not None:
            return self.sent.get(name, "")
        kept = self.kept.get(name)
        return "" if kept is None or kept is False else "1" if kept is True else str(kept)

    def text(self, name: str, *, max_length: int, required: bool = False, multiline: bool = False) -> str:
        """The cleaned text; a sentence at the field and "" when it cannot be taken."""
        with self.about(name):
            text = clean_text(self.typed(name), max_length=max_length, multiline=multiline)
            if required and not text:
                raise Invalid(_("This is needed."))
            return text
        return ""

    def choice(self, name: str, allowed: Iterable[str]) -> str:
        """One of the allowed words; a sentence at the field and "" for anything else."""
        value = self.typed(name)
        if value not in allowed:
            self.errors[name] = _("Choose one of the list.")
            return ""
        return value

    def several(self, name: str) -> list[str]:
        """All words that were ticked, else those that are kept."""
        found = self.sent.getlist(name) if self.sent is not None else self.kept.get(name) or ()
        return [str(word) for word in found if word]

    def is_on(self, name: str) -> bool:
        values = self.sent.getlist(name) if self.sent is not None else [self.typed(name)]
        return "1" in values

    @contextmanager
    def about(self, name: str) -> Iterator[None]:
        """A refusal inside the block is kept as the sentence of this field."""
        try:
            yield
        except Invalid as refused:
            self.errors[name] = refused.sentence

    def refuse(self, refused: Invalid) -> None:
        """Keep the sentences of a refusal by their fields; those of none stand above the form (key "")."""
        self.errors.update(refused.errors)

    # -- widgets -----------------------------------------------------------------------------------

    def input(self, name: str, label: Any, *, required: bool = False, help: Any = "", **attrs: Any) -> Widget:
        value = "" if attrs.get("type") == "password" else self.typed(name)
        return self.widget("input", name, label, value=value, required=required, help=help, attrs=attrs)

    def area(self, name: str, label: Any, *, help: Any = "", **attrs: Any) -> Widget:
        return self.widget("textarea", name, label, value=self.typed(name), help=help, attrs=attrs)

    def select(
        self, name: str, label: Any, choices: Iterable[tuple[str, Any]], *, required: bool = True, help: Any = ""
    ) -> Widget:
        """A choice with the empty key stands for "nothing chosen", so the browser must not insist on another."""
        value, words = self.typed(name), [(key, str(word)) for key, word in choices]
        options = tuple(Option(key, word, chosen=key == value) for key, word in words if key)
        nothing = next((word for key, word in words if not key), None)
        return self.widget(
            "select", name, label, value=value, options=options, help=help,
            required=required and nothing is None, attrs={"placeholder": nothing} if nothing else {},
        )  # fmt: skip

    def ticks(self, name: str, label: Any, choices: Iterable[tuple[str, Any]], *, help: Any = "") -> Widget:
        """Several of a list, each with a box."""
        chosen = self.several(name)
        options = tuple(Option(key, str(word), chosen=key in chosen) for key, word in choices)
        return self.widget("checks", name, label, options=options, help=help)

    def check(self, name: str, label: Any, *, help: Any = "") -> Widget:
        return self.widget("checkbox", name, label, value="1" if self.is_on(name) else "", help=help)

    def widget(self, kind: str, name: str, label: Any, *, help: Any = "", **parts: Any) -> Widget:
        error = str(self.errors.get(name, ""))
        return Widget(kind, name, label=str(label), help=str(help), error=error, **parts)
