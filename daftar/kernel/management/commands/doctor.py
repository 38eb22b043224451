"""bin/daftar doctor"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from daftar.kernel.diagnosis import findings

SIGNS = {"ok": "  ok   ", "warn": "  look ", "wrong": "  WRONG"}


class Command(BaseCommand):
    help = "Say what is wrong with this installation and how to mend it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for finding in found:
            self.stdout.write(f"{SIGNS[finding.kind]} {finding.sentence}")
        if any(finding.kind == "wrong" for finding in found):
            sys.exit(1)
        if all(finding.kind == "ok" for finding in found):
            self.stdout.write("  ok    Nothing is wrong.")
