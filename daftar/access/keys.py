"""Keys for programs: made, renewed and revoked by people; opened by their raw text into what they may do."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access import audit, decide
from daftar.access.models import ApiKey, User
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError, Invalid, Missing, NotAllowed
from daftar.kernel.text import clean_text

RAW = re.compile(r"daftar_([1-9][0-9]{0,18})_([A-Za-z0-9_-]{43})", re.ASCII)
NO_HASH = hashlib.sha256(b"nothing has this hash").hexdigest()
ACTIONS = ("see", "add", "change", "delete", "export", "import")
MOST_KEYS, MOST_NETWORKS, MOST_ADDRESSES, MOST_TYPES = 100, 50, 50, 200
USED_EVERY = timedelta(minutes=1)


class WrongKey(DaftarError):
    """No such key, or not from here, or not any more: one text for all, so that nothing can be learned by trying."""

    status = 401
    code = "wrong_key"
    sentence = gettext_lazy(
        "This key opens nothing. Check that it is whole, still valid and used from an allowed address."
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """What an opened key may: the person's own rights, cut down to the key's scopes."""

    key: ApiKey
    user: User

    def allows(self, action: Any, type_key: str) -> bool:
        """Whether key and person may do this to records of the type at all; each record is asked for by `decide` as ever."""
        if not decide.may(self.user, action, type_key):
            return False
        if not self.key.scopes:
            return True
        return any(action in self.key.scopes.get(name, ()) for name in (type_key, "*"))

    @property
    def propose_only(self) -> bool:
        """Whether changes are kept as proposals until a person accepts them."""
        return self.key.propose_only


# -- opening -------------------------------------------------------------------------------------------


def authenticate_key(raw: str, address: str) -> Grant:
    """What the key opens. The person is read anew each time: who is disabled has no keys from that moment.

    Errors: WrongKey, always with the same text and after the same work.
    """
    found = RAW.fullmatch(raw[:200])
    key_id, secret = (int(found.group(1)), found.group(2)) if found else (0, "")
    key = ApiKey.objects.select_related("user").filter(pk=min(key_id, 2**63 - 1)).first()
    is_right = hmac.compare_digest(hash_of(secret), key.hash if key else NO_HASH)
    if key is None or not is_right or not is_usable(key) or not is_from(key.networks, address):
        raise WrongKey()
    note_use(key, address)
    return Grant(key, key.user)


def is_usable(key: ApiKey) -> bool:
    person = key.user
    return key.state() in ("live", "expiring") and person.is_active and person.deleted_at is None


def is_from(networks: Sequence[str], address: str) -> bool:
    """Whether the address lies in one of the networks; none named means everywhere."""
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ipaddress.ip_network(network) for network in networks)


def note_use(key: ApiKey, address: str) -> None:
    """Keep when and from where, at most once a minute; an address that is new for the key is an audit entry."""
    now = clock.now()
    is_new = address not in key.addresses
    if not is_new and key.used_at and now - key.used_at < USED_EVERY and key.used_from == address:
        return
    with transaction.atomic():
        kept = ApiKey.objects.select_for_update().get(pk=key.pk)
        is_new = address not in kept.addresses
        kept.used_at, kept.used_from = now, address[:45]
        kept.addresses = [*kept.addresses, address[:45]][-MOST_ADDRESSES:] if is_new else kept.addresses
        kept.save(update_fields=["used_at", "used_from", "addresses"])
        if is_new and len(kept.addresses) > 1:
            audit.record("key_new_address", by=key.user, about=("key", key.pk), details={"name": key.name}, door="api")


# -- making and ending ---------------------------------------------------------------------------------


def make_key(
    name: str,
    *,
    by: User,
    user: User | None = None,
    scopes: Mapping[str, Iterable[str]] | None = None,
    propose_only: bool = False,
    networks: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns it and its raw text, which is kept nowhere.

    Shapes: without `user` a personal key of `by`; with it a service key, which only those who run the company make.
    Errors: NotAllowed, Invalid by the names of these arguments.
    """
    person = user or by
    if person.pk != by.pk and not may_have_all(by, person):
        raise NotAllowed()
    key = ApiKey(
        name=checked_name(name),
        user=person,
        is_service=user is not None,
        scopes=checked_scopes(scopes or {}),
        propose_only=propose_only,
        networks=checked_networks(networks),
        created_by=by,
        expires_at=checked_end(expires_at),
    )
    if not person.is_active:
        raise Invalid(_("This person is not active."), field="user")
    secret = secrets.token_urlsafe(32)
    key.hash = hash_of(secret)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if live_keys().filter(user=person).count() >= MOST_KEYS:
            raise Invalid(_("There are too many keys already. Revoke one first."), field="name")
        key.save()
        tell("key_made", key, by)
    return key, raw_of(key, secret)


def rotate_key(key_id: int, *, by: User) -> tuple[ApiKey, str]:
    """Give the key a new secret; the old one opens nothing from now on. Errors: NotAllowed, Missing, Invalid for an ended key."""
    with transaction.atomic():
        key = locked(key_id, by)
        if key.revoked_at:
            raise Invalid(_("This key is revoked. Make a new one."))
        secret = secrets.token_urlsafe(32)
        key.hash = hash_of(secret)
        key.save(update_fields=["hash"])
        tell("key_rotated", key, by)
    return key, raw_of(key, secret)


def revoke_key(key_id: int, *, by: User) -> ApiKey:
    """End the key at once and for good; safe to repeat. Errors: NotAllowed, Missing."""
    with transaction.atomic():
        key = locked(key_id, by)
        if key.revoked_at is None:
            key.revoked_at, key.revoked_by = clock.now(), by
            key.save(update_fields=["revoked_at", "revoked_by"])
            tell("key_revoked", key, by)
    return key


def revoke_keys_of(user: User, *, by: User) -> int:
    """End every key of a person who leaves; how many there were."""
    ids = list(live_keys().filter(user=user).values_list("pk", flat=True))
    for key_id in ids:
        revoke_key(key_id, by=by)
    return len(ids)


def live_keys() -> Any:
    """Keys that are neither revoked nor over."""
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()), revoked_at=None)


def keys_for(by: User, *, everybody: bool = False) -> Any:
    """The person's own personal keys, or all keys for those who run the company; live ones first, then the newest."""
    rows = ApiKey.objects.select_related("user").order_by(F("revoked_at").asc(nulls_first=True), "-id")
    if not everybody:
        return rows.filter(user=by, is_service=False)
    if not decide.may_settings(by):
        raise NotAllowed()
    return rows


def locked(key_id: int, by: User) -> ApiKey:
    """The key under a lock, for its person or for those who run the company; others do not learn that it exists."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None or (key.user_id != by.pk and not decide.may_settings(by)):
        raise Missing()
    if key.is_service and not decide.may_settings(by):
        raise Missing()
    return key


def may_have_all(by: User, person: User) -> bool:
    """Whether `by` may let a program act as that person: settings, and for an owner only an owner."""
    return decide.may_settings(by) and (by.is_owner or not person.is_owner)


def tell(what: str, key: ApiKey, by: User) -> None:
    details = {
        "name": key.name, "key": key.pk, "scopes": key.scopes, "networks": key.networks,
        "propose_only": key.propose_only, "expires_at": key.expires_at,
    }  # fmt: skip
    audit.record(what, by=by, about=("user", key.user_id), details=details)


def hash_of(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 random bits, so it cannot be guessed from its hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def raw_of(key: ApiKey, secret: str) -> str:
    return f"daftar_{key.pk}_{secret}"


# -- checks --------------------------------------------------------------------------------------------


def checked_name(name: str) -> str:
    try:
        text = clean_text(name, max_length=100)
    except Invalid as refused:
        raise refused.at("name") from None
    if not text:
        raise Invalid(_("Give it a name."), field="name")
    return text


def checked_scopes(scopes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    given = {str(key)[:64]: set(actions) for key, actions in list(scopes.items())[:MOST_TYPES]}
    if any(actions - set(ACTIONS) for actions in given.values()):
        raise Invalid(_("Choose one of the list."), field="scopes")
    return {key: [action for action in ACTIONS if action in actions] for key, actions in given.items() if actions}


def checked_networks(networks: Iterable[str]) -> list[str]:
    made: list[str] = []
    for text in list(networks)[: MOST_NETWORKS + 1]:
        try:
            made.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError:
            sentence = _("“%(text)s” is no network address. Write 192.0.2.7 or 192.0.2.0/24.") % {
                "text": text.strip()[:50]
            }
            raise Invalid(sentence, field="networks") from None
    if len(made) > MOST_NETWORKS:
        raise Invalid(_("At most %(most)s networks fit here.") % {"most": MOST_NETWORKS}, field="networks")
    return made


def checked_end(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= clock.now():
        raise Invalid(_("This day is over. Choose a later one."), field="expires_at")
    return moment
