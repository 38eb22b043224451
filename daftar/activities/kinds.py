"""Kinds and results of activities, with their words and icons."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("call", _("Call"), "blue"),
    ("meeting", _("Meeting"), "purple"),
    ("task", _("Task"), "teal"),
    ("note", _("Note"), "grey"),
    ("comment", _("Comment"), "grey"),
)
PLANNABLE = ("call", "meeting", "task")
DIRECTIONS = (("out", _("Outgoing")), ("in", _("Incoming")))
RESULTS = (
    ("reached", _("Reached"), "green"),
    ("no_answer", _("No answer"), "amber"),
    ("busy", _("Busy"), "amber"),
    ("left_message", _("Left a message"), "blue"),
    ("call_back", _("Asked to call back"), "blue"),
    ("wrong_number", _("Wrong number"), "red"),
    ("did_not_happen", _("Did not take place"), "amber"),
)
CALL_RESULTS = ("reached", "no_answer", "busy", "left_message", "call_back", "wrong_number")
MEETING_RESULTS = ("reached", "did_not_happen")
ICONS = {
    "call": "phone",
    "meeting": "users",
    "task": "square-check",
    "note": "sticky-note",
    "comment": "message-square",
}
NAMES = {key: name for key, name, *_colour in KINDS}


@cache
def shipped_subjects() -> frozenset[str]:
    """The names of the kinds in all languages: subjects that nobody typed, which need not be said twice."""
    said: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.update(str(name) for name in NAMES.values())
    return frozenset(said)
