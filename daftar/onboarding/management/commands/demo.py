"""bin/daftar demo load|remove: the invented hardware shop, to look around in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from daftar.access.models import Installation
from daftar.onboarding import demo


class Command(BaseCommand):
    help = "Load the demo company, or remove everything that it made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load", "remove"])
        parser.add_argument("--language", default="", choices=["", *dict(settings.LANGUAGES)], help="of the records")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "load":
            self.load(options["language"])
        else:
            self.remove()

    def load(self, language: str) -> None:
        if not language and not Installation.load().name:
            language = settings.LANGUAGE_CODE.partition("-")[0]
        made = demo.load(language)
        count = sum(len(ids) for ids in made.made.values())
        self.stdout.write(f"The demo company is loaded: {count} records.")

    def remove(self) -> None:
        removed = demo.remove()
        self.stdout.write(f"Removed {removed.count} records of the demo company.")
        if removed.kept:
            self.stdout.write("Kept, because people worked with them:")
            for name, address in removed.kept:
                self.stdout.write(f"- {name} ({address})")
