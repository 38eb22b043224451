"""Questions about the files that only a person can answer: an answer changes the map of a step, and nothing is loaded before those that block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.steps import Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun


def questions_of(run: ImportRun) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = run.proposal.get("questions", [])
    return questions


def answer(run: ImportRun, answers: Mapping[int, int]) -> None:
    """Take the answers into the maps, unsaved. Shapes: number of the question → number of the choice; others stay as they are."""
    steps = steps_of(run.steps)
    for number, question in enumerate(questions_of(run)):
        chosen = answers.get(number)
        if chosen is None or not 0 <= chosen < len(question["choices"]):
            continue
        for n, choice in enumerate(question["choices"]):
            choice["chosen"] = n == chosen
        question["answered"] = True
        change = question["choices"][chosen]["change"]
        steps = [changed(step, change) if step.file == question["file"] else step for step in steps]
    run.steps = to_json(steps)


def changed(step: Step, change: Mapping[str, Any]) -> Step:
    """The step with these words in its map; of tables only the named entries."""
    map_ = dict(step.map)
    for word, value in change.items():
        map_[word] = {**map_.get(word, {}), **value} if isinstance(value, Mapping) else value
    return step.but(map=map_)


def check_answered(run: ImportRun) -> None:
    """Errors: Unreadable with the first question that must be answered before anything is loaded."""
    used = {step.file for step in steps_of(run.steps) if not step.off}
    for question in questions_of(run):
        if question["blocks"] and question["file"] in used and not question.get("answered"):
            raise Unreadable(_("Answer this first: %(question)s") % {"question": question["sentence"]})
