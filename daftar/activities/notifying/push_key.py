"""The installation's own pair of keys for web push: made when the first person switches it on, kept sealed."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction

from daftar.activities.models import PushBrowser, PushKey
from daftar.kernel import clock, secrets, web_push
from daftar.kernel.secrets import CannotUnseal, binding


@dataclass(frozen=True, slots=True)
class Pair:
    private: str
    public: str

    def authorization(self, endpoint: str) -> str:
        """How the push service of this endpoint knows us."""
        return web_push.authorization(
            self.private, self.public, endpoint=endpoint, contact=contact(), now=clock.now()
        )  # fmt: skip


def contact() -> str:
    """Where the people of a push service find ours, should we send them too much."""
    return settings.PUBLIC_URL if settings.IS_TLS else f"mailto:{parseaddr(settings.MAIL_FROM)[1]}"


def pair() -> Pair | None:
    """The keys that are there. Errors: CannotUnseal."""
    row = PushKey.objects.filter(pk=1).first()
    return Pair(secrets.unseal(row.private, binding(row, "private")), row.public) if row else None


def public_key() -> str:
    """The public key; made on first need, and anew when the folder of keys was lost with what opens the old one.

    Browsers of an old pair can be reached by nobody any more, so they are forgotten; each comes back with the new one when its
    person signs in again, or switches it on.
    """
    try:
        if found := pair():
            return found.public
    except CannotUnseal:
        pass
    with transaction.atomic():
        PushKey.objects.bulk_create([made(PushKey(pk=1))], ignore_conflicts=True)
        row = PushKey.objects.select_for_update().get(pk=1)
        if not is_readable(row):
            made(row).save()
            PushBrowser.objects.all().delete()
    return row.public


def is_readable(row: PushKey) -> bool:
    try:
        return bool(secrets.unseal(row.private, binding(row, "private")))
    except CannotUnseal:
        return False


def made(row: PushKey) -> PushKey:
    """The row with a new pair."""
    private, row.public = web_push.new_pair()
    row.private, row.made_at = secrets.seal(private, binding(row, "private")), clock.now()
    return row
