"""Checking the chain in the background, and what the last check found."""

from __future__ import annotations

from daftar.access.audit import anchors
from daftar.access.audit.chain import PROBLEMS, Verdict, verify
from daftar.access.models import AuditCheck
from daftar.kernel import clock


def check() -> Verdict:
    """Verify the whole log and keep what was found; a whole one is marked outside of the database."""
    verdict = verify()
    AuditCheck.objects.update_or_create(
        pk=1,
        defaults={"at": clock.now(), "entries": verdict.entries, "bad": verdict.bad, "problem": verdict.problem},
    )
    if verdict.is_whole:
        anchors.drop()
    return verdict


def last_check() -> AuditCheck | None:
    return AuditCheck.objects.filter(pk=1).first()


def problem_words(problem: str, number: int | None) -> str:
    """The sentence about what is wrong, for page and command."""
    return str(PROBLEMS[problem]) % {"number": number}
