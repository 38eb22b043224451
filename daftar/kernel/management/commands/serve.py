"""bin/daftar serve: checks, upgrade, then web, worker and scheduler together."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.urls import get_resolver

from daftar.kernel import logs, soundness
from daftar.kernel.data_lock import DataFolderInUse, DataLock
from daftar.kernel.serving.child import Child, manage, wait_to_begin
from daftar.kernel.serving.upgrade import UpgradeFailed, upgrade
from daftar.kernel.serving.web import open_socket, serve_web, start_again
from daftar.kernel.serving.worker import work


class Command(BaseCommand):
    help = "Serve pages and do background work in one command."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo company first")
        parser.add_argument("--web-only", action="store_true", help="pages without a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        address = settings.PUBLIC_URL
        self._lock_folder()
        try:
            listening = open_socket(settings.HOST, settings.PORT)
        except OSError as problem:
            raise CommandError(
                f"Port {settings.PORT} of {settings.HOST} cannot be used ({problem.strerror}). Try --port."
            ) from None
        self._refuse_troubles()
        try:
            upgrade(self._say)
        except UpgradeFailed as problem:
            raise CommandError(str(problem)) from None
        self._refuse_troubles()
        if options["demo"]:
            self._load_demo()
        for warning in soundness.warnings():
            self._say(f"Warning: {warning}")
        get_resolver().url_patterns  # noqa: B018 - loads every view now: a broken one must stop the start, not the first visitor
        connections.close_all()
        logs.start()
        child = None if options["web_only"] else Child(manage("work", "--with-parent"))
        if child and child.divide():
            self.lock.release()
            listening.close()
            wait_to_begin()
            work(watch_parent=True)
            return

        def on_ready() -> None:
            self._say(f"Daftar is ready at {address} (started in {time.monotonic() - began:.1f} s, Ctrl+C stops it)")
            if child:
                child.start()

        wants_restart = serve_web(listening, on_ready)
        if child:
            child.stop()
        if wants_restart:
            self._say("Restarting.")
            start_again(listening)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _lock_folder(self) -> None:
        self.lock = DataLock(settings.DATA)
        try:
            self.lock.take(shared=connection.vendor == "postgresql")
        except DataFolderInUse as problem:
            raise CommandError(str(problem)) from None

    def _refuse_troubles(self) -> None:
        if found := soundness.troubles():
            raise CommandError("Daftar does not start:\n" + "\n".join(f"- {sentence}" for sentence in found))

    def _load_demo(self) -> None:
        if "demo" in get_commands():
            call_command("demo", "load")
        else:
            self._say("The demo company does not exist yet.")
