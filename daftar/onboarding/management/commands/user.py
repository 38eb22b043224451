"""bin/daftar user add EMAIL [--name NAME] [--role ROLE …] · user list · user deactivate EMAIL"""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from daftar.access import audit
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Role, User
from daftar.access.shipped_roles import SHIPPED
from daftar.exchange.people import acting
from daftar.kernel.errors import DaftarError
from daftar.kernel.text import fold
from daftar.records import accounts


class Command(BaseCommand):
    help = (
        "Add a person who may sign in, list everybody, or close an account at once. "
        "Without a terminal the password is read from standard input; an empty one is made up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["add", "list", "deactivate"])
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--role", action="append", help="key of a role, several times for several: " + ", ".join(SHIPPED)
        )

    def handle(self, *args: Any, verb: str, email: str, **options: Any) -> None:
        if verb == "list":
            return self.show_all()
        if not email:
            raise CommandError(f"Say whose e-mail: user {verb} EMAIL.")
        if verb == "add":
            return self.add(email.strip().lower(), options["name"], options["role"] or [Role.SELLER])
        self.deactivate(email.strip().lower())

    def add(self, email: str, name: str, asked: list[str]) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        roles = list(dict.fromkeys(key for words in asked for key in words.replace(",", " ").split()))
        known = list(Role.objects.filter(archived=False).values_list("key", flat=True))
        for role in roles:
            if role not in known:
                raise CommandError(f"There is no role “{role}”. There are: {', '.join(known)}.")
        if not roles:
            raise CommandError(f"Name a role. There are: {', '.join(known)}.")
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} is already there.")
        given = asked_password()
        password = given or secrets.token_urlsafe(12)
        try:
            validate_password(password)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        name = name or email.partition("@")[0]
        with transaction.atomic():
            search = fold(f"{name} {email}")
            person = User.objects.create_user(email=email, password=password, name=name, roles=roles, search=search)
            changes = {key: [None, getattr(person, key)] for key in ("name", "email", "roles")}
            audit.record("person_changed", about=("user", person.pk), details={"changes": changes})
        made = "" if given else f" Password (shown once): {password}"
        self.stdout.write(f"{email} may sign in as {', '.join(roles)}.{made}")

    def show_all(self) -> None:
        """One line each: e-mail, name, roles, and whether they can sign in."""
        able = set(able_to_sign_in().values_list("pk", flat=True))
        for person in User.objects.filter(deleted_at=None).order_by("name", "pk"):
            state = "can sign in" if person.pk in able else "owns records only" if person.is_active else "not active"
            self.stdout.write("\t".join([person.email or "-", person.name, ",".join(person.roles), state]))

    def deactivate(self, email: str) -> None:
        person = User.objects.filter(email=email, deleted_at=None).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail {email}.")
        try:
            with audit.at_the_command_line():
                accounts.deactivate(person.pk, by=acting())
        except DaftarError as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{email} is signed out everywhere and cannot sign in any more. Their records stay.")


def asked_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password (empty: make one up): ")
    return sys.stdin.readline().rstrip("\n")
