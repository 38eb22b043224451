"""bin/daftar work: a worker and scheduler alone, for teams with several machines."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from daftar.kernel import logs
from daftar.kernel.serving.worker import work


class Command(BaseCommand):
    help = "Take tasks from the queue and run repeating jobs until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")

    def handle(self, *args: Any, **options: Any) -> None:
        logs.start()
        work(watch_parent=options["with_parent"])
