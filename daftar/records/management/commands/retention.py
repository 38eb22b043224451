"""bin/daftar retention [--dry-run] [--run] [--rule KEY]"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import current, using
from daftar.records.models import RetentionRule
from daftar.records.retention import rules, running
from daftar.records.retention.planning import Plan
from daftar.records.retention.sentences import sentence
from daftar.records.schema import current_schema


def owner() -> User | None:
    """In whose name a rule would run that is off."""
    people = User.objects.filter(is_active=True, deleted_at=None).order_by("pk")
    return next((person for person in people if person.is_owner), None)


class Command(BaseCommand):
    help = "Say what the retention rules would do now; with --run do what those say that are switched on and whose night has come."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--dry-run", action="store_true", help="change nothing (this is what happens without --run, too)"
        )
        how.add_argument("--run", action="store_true", help="do it")
        parser.add_argument(
            "--rule", action="append", default=[], metavar="KEY", help="only this rule, by its key or number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        formats = formats_for(None)
        try:
            with using(formats), translation.override(formats.language):
                self.keep(options["rule"], really=options["run"])
        except DaftarError as problem:
            raise CommandError(str(problem), returncode=2) from None

    def keep(self, keys: list[str], *, really: bool) -> None:
        chosen = rules.by_key(keys) if keys else [rule for rule in rules.listed() if rule.is_on]
        if not chosen:
            self.stdout.write(_("No rule is switched on."))
        if not really:
            for rule, planned in zip(chosen, running.plans_of(chosen, by=owner()).values(), strict=True):
                self.tell(rule, planned)
            return
        ready = set(running.due().values_list("pk", flat=True))
        for rule in [rule for rule in chosen if rule.pk not in ready]:
            self.stdout.write(f"{rule.key or rule.pk}: {self.why_not(rule)}")
        planned_by = running.run([rule for rule in chosen if rule.pk in ready])
        for rule in [rule for rule in chosen if rule.pk in planned_by]:
            rule.refresh_from_db()
            self.tell(rule, planned_by[rule.pk])

    def why_not(self, rule: RetentionRule) -> str:
        if not rule.is_on or rule.next_at is None:
            return _("This rule is switched off.")
        return _("This rule runs from %(when)s on.") % {"when": current().date_time(rule.next_at)}

    def tell(self, rule: RetentionRule, planned: Plan) -> None:
        """One rule in words: its sentence, what it reaches by type, why others are left alone."""
        number, types = current().number, current_schema().types
        self.stdout.write(f"{rule.key or rule.pk}: {sentence(rule)}")
        reached = _("Reached: %(count)s") % {"count": number(len(planned.records))}
        held = _("Held back: %(count)s") % {"count": number(len(planned.held))}
        self.stdout.write(f"  {reached}")
        for key, count in sorted(Counter(key for key, _id in planned.records).items()):
            self.stdout.write(f"    {types[key].heading}: {number(count)}")
        self.stdout.write(f"  {held}")
        for why, count in Counter(one.why for one in planned.held).most_common(20):
            self.stdout.write(f"    {number(count)} × {why}")
