"""What only a person can say of the files: the questions as the pages show them, and the answers that a form brings."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.exchange.importing.answering import questions_of
from daftar.exchange.models import ImportRun
from daftar.exchange.views.column_widgets import select
from daftar.ui.parts import Option


def asked(run: ImportRun) -> list[dict[str, Any]]:
    """The questions of the run, each with its widget where there is something to choose."""
    return [question_widget(n, question, run) for n, question in enumerate(questions_of(run))]


def question_widget(n: int, question: dict[str, Any], run: ImportRun) -> dict[str, Any]:
    """A question with its rows to look at and, where there is something to choose, its answers."""
    options = [
        Option(
            str(number),
            choice["label"],
            chosen=bool(choice["chosen"] and (question.get("answered") or not question["blocks"])),
        )
        for number, choice in enumerate(question["choices"])
    ]
    widget = select(f"answer-{n}", question["sentence"], "", options, nothing=_("— choose —")) if options else None
    return {**question, "widget": widget, "name": run.files[question["file"]]["name"]}


def answers_in(form: QueryDict) -> dict[int, int]:
    said = {key[len("answer-") :]: str(value) for key, value in form.items() if key.startswith("answer-")}
    return {
        int(key): int(value) for key, value in said.items() if key.isdecimal() and value.isdecimal() and len(value) < 9
    }
