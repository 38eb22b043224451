"""bin/daftar audit verify · bin/daftar audit show [--last N] [--what KIND] [--who EMAIL]"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from daftar.access.audit import checking, triggers
from daftar.access.audit.kinds import KINDS
from daftar.access.audit.reading import Line, lines_of
from daftar.access.models import AuditEntry, User


class Command(BaseCommand):
    help = "Say whether the audit log is whole (ends with 1 and names the first bad entry if not), or show its last entries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["verify", "show"])
        parser.add_argument("--last", type=int, default=50, help="how many entries to show; 50 by default")
        parser.add_argument("--what", choices=sorted(KINDS), help="only this kind")
        parser.add_argument("--who", default="", metavar="EMAIL", help="only what this person did")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "verify":
            self.verify()
        else:
            self.show(**{name: options[name] for name in ("last", "what", "who")})

    def verify(self) -> None:
        verdict = checking.check()
        if not verdict.is_whole:
            raise CommandError(f"Broken: {checking.problem_words(verdict.problem, verdict.bad)}")
        if lost := triggers.missing(connection):
            raise CommandError(
                f"The entries are whole, but the database lets them be changed: {', '.join(lost)} missing."
            )
        self.stdout.write(f"The audit log is whole: {verdict.entries:,} entries, last hash {verdict.hash or '-'}.")
        self.stdout.write("Write number and hash down elsewhere, and nobody can shorten the log unseen.")

    def show(self, *, last: int, what: str | None, who: str) -> None:
        rows = AuditEntry.objects.order_by("-number")
        if what:
            rows = rows.filter(what=what)
        if who:
            person = User.objects.filter(email=who.strip().lower()).first()
            if person is None:
                raise CommandError(f"Nobody has the address {who}.")
            rows = rows.filter(by_id=person.pk)
        active = User.objects.filter(is_active=True).order_by("pk")
        reader = next((person for person in active if person.is_owner), None) or User(roles=[])
        for line in reversed(lines_of(list(rows[: min(max(last, 1), 10_000)]), reader)):
            self.stdout.write(as_text(line))


def as_text(line: Line) -> str:
    """One entry on one line; what came from outside cannot begin a new one or steer the terminal."""
    changes = "".join(f"; {key}: {old} → {new}" for key, old, new in line.changes)
    repeats = f" ×{line.count}" if line.count > 1 else ""
    where = " ".join(filter(None, (line.address, line.device, line.door)))
    text = f"{line.number}  {line.at:%Y-%m-%d %H:%M:%S}Z  {line.who}: {line.sentence}{repeats}{changes}  [{where}]"
    return "".join(c if c.isprintable() else "�" for c in text + ("  REFUSED" if line.is_refused else ""))
