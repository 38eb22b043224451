"""The company's accounts with payment providers: their secrets are sealed, their addresses cannot be guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError, Invalid
from daftar.kernel.ids import new_token
from daftar.kernel.secrets import CannotUnseal, binding, seal, unseal
from daftar.kernel.text import clean_text
from daftar.sales.models import PaymentProvider
from daftar.sales.paying.providers.known import PROVIDERS
from daftar.sales.paying.providers.provider import Provider

LONGEST_SECRET = 300


def add(kind: str, name: str, secrets: Mapping[str, str], *, by: User, is_test: bool = False) -> PaymentProvider:
    """Set up a provider. Errors: Invalid for an unknown kind, a secret that is none."""
    if kind not in PROVIDERS:
        raise Invalid(_("Choose one of the list."), field="kind")
    path = new_token(192)
    with transaction.atomic():
        row = PaymentProvider.objects.create(
            kind=kind, name=clean_text(name, max_length=100) or str(PROVIDERS[kind].name), is_test=is_test, made_by=by,
            path_hash=hash_of(path),
        )  # fmt: skip
        row.path = seal(path, binding(row, "path"))
        row.save(update_fields=["path"])
        keep_secrets(row, secrets)
        audit.record_change("settings_changed", {}, shown_of(row), by=by, name=_("Payments"))
    return row


def change(
    row: PaymentProvider, name: str, secrets: Mapping[str, str], *, by: User, is_on: bool, is_test: bool
) -> None:
    """Rename it, switch it on or off, give it other secrets; an empty one stays as it is."""
    before = shown_of(row)
    with transaction.atomic():
        row.name, row.is_on, row.is_test = clean_text(name, max_length=100) or row.name, is_on, is_test
        row.problem = ""
        row.save(update_fields=["name", "is_on", "is_test", "problem"])
        keep_secrets(row, secrets)
        new_secrets = {"secrets": " ".join(sorted(key for key, text in secrets.items() if text.strip()))}
        audit.record_change("settings_changed", before, shown_of(row) | new_secrets, by=by, name=_("Payments"))


def shown_of(row: PaymentProvider) -> dict[str, object]:
    """What the audit log says of a provider: no secret."""
    return {"provider": row.name, "kind": row.kind, "is_on": row.is_on, "is_test": row.is_test, "secrets": ""}


def keep_secrets(row: PaymentProvider, given: Mapping[str, str]) -> None:
    kept = secrets_of(row)
    for field in PROVIDERS[row.kind].secret_fields:
        text = given.get(field.key, "").strip()
        if len(text) > LONGEST_SECRET or not text.isascii() or not text.isprintable() or " " in text:
            raise Invalid(_("This is no such secret. Copy it again, without blanks."), field=field.key)
        if text:
            kept[field.key] = text
    row.secrets = seal(orjson.dumps(kept).decode(), binding(row, "secrets"))
    row.save(update_fields=["secrets"])


def secrets_of(row: PaymentProvider) -> dict[str, str]:
    """The secrets by key; none when their key is not here."""
    if not row.secrets:
        return {}
    try:
        found: dict[str, str] = orjson.loads(unseal(row.secrets, binding(row, "secrets")))
    except CannotUnseal:
        return {}
    return found


def opened(row: PaymentProvider) -> Provider:
    """The provider, ready to be asked."""
    return PROVIDERS[row.kind](secrets_of(row), is_test=row.is_test)


def webhook_address(row: PaymentProvider) -> str:
    """Where the provider sends its messages; "" when it sends none."""
    if not PROVIDERS[row.kind].has_webhooks:
        return ""
    try:
        return f"{settings.PUBLIC_URL}/hooks/payments/{unseal(row.path, binding(row, 'path'))}/"
    except CannotUnseal:
        return ""


def by_path(path: str) -> PaymentProvider | None:
    return PaymentProvider.objects.filter(path_hash=hash_of(path)).first()


def hash_of(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def usable(currency: str) -> list[PaymentProvider]:
    """Providers that a client can pay by in the currency: switched on, with their secrets."""
    rows = PaymentProvider.objects.filter(is_on=True).order_by("id")
    return [row for row in rows if PROVIDERS[row.kind](secrets_of(row)).is_ready and opened(row).takes(currency)]


def test(row: PaymentProvider) -> str:
    """Ask the provider something harmless; what is wrong, "" when all is well. Kept beside it."""
    try:
        opened(row).test()
        problem = ""
    except DaftarError as refused:
        problem = str(refused.sentence)[:500]
    PaymentProvider.objects.filter(pk=row.pk).update(tested_at=clock.now(), problem=problem)
    return problem
