"""bin/daftar user add EMAIL [--name NAME] [--role ROLE]"""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email


class Command(BaseCommand):
    help = "Add a person who may sign in. Without a terminal the password is read from standard input; an empty one is made up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["add"])
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--role", default="seller", help="key of a role: " + ", ".join(_shipped_roles()))

    def handle(self, *args: Any, email: str, name: str, role: str, **options: Any) -> None:
        people = get_user_model()
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        known = list(apps.get_model("access", "Role").objects.filter(archived=False).values_list("key", flat=True))
        if role not in known:
            raise CommandError(f"There is no role “{role}”. There are: {', '.join(known)}.")
        if people.objects.filter(email=email).exists():
            raise CommandError(f"{email} is already there.")
        given = _asked_password()
        password = given or secrets.token_urlsafe(12)
        try:
            validate_password(password)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        people.objects.create_user(email=email, password=password, name=name or email.partition("@")[0], role=role)
        made = "" if given else f" Password (shown once): {password}"
        self.stdout.write(f"{email} may sign in as {role}.{made}")


def _shipped_roles() -> list[str]:
    role = apps.get_model("access", "Role")
    return [role.OWNER, role.ADMINISTRATOR, role.HEAD, role.SELLER, role.ASSISTANT, role.ACCOUNTANT, role.READER]


def _asked_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password (empty: make one up): ")
    return sys.stdin.readline().rstrip("\n")
