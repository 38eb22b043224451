"""Traces of people in this room: accounts, sessions, ways to sign in, invitations, keys, shares, and the words of the audit log."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.access import audit, photos, sessions
from daftar.access.audit.erasing import entries_about, erase_details
from daftar.access.models import ApiKey, AuditDetail, AuditEntry, Department, Invitation, Role, Share, User
from daftar.kernel import personal
from daftar.kernel.personal import Place, Subject

WHY = "a person's wish"


# -- accounts -------------------------------------------------------------------------------------------


def find_accounts(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for row in User.objects.filter(pk__in=subject.user_ids)]


def photos_on_disk(subject: Subject) -> list[dict[str, Any]]:
    names = User.objects.filter(pk__in=subject.user_ids).exclude(photo="").values_list("photo", flat=True)
    return [{"name": f"photo-{name}", "path": photos.folder() / name} for name in names]


def erase_accounts(subject: Subject) -> int:
    """The account becomes an empty one: whose records and entries were theirs is still told apart, by a number."""
    for row in User.objects.filter(pk__in=subject.user_ids):
        sessions.end_all(row)
        row.set_unusable_password()
        row.email, row.name, row.is_active, row.last_login = None, f"#{row.pk}", False, None
        row.roles, row.phones, row.working_hours, row.custom = [Role.READER], [], {}, {}
        row.position, row.search, row.substitute, row.absent_from, row.absent_until = "", "", None, None, None
        transaction.on_commit(lambda photo=row.photo: photos.forget(photo))  # type: ignore[misc]  # bound now
        row.photo = ""
        row.save()
    Department.objects.filter(head__in=subject.user_ids).update(head=None)
    Department.objects.filter(deputy__in=subject.user_ids).update(deputy=None)
    User.objects.filter(substitute__in=subject.user_ids).update(substitute=None)
    return len(subject.user_ids)


def still_in_use(subject: Subject) -> str:
    """An account must be switched off first, so that its work is handed over by somebody who looks at it."""
    if User.objects.filter(pk__in=subject.user_ids, is_active=True).exists():
        return str(
            _(
                "This person can still sign in. Switch the account off first; then what they owned can be given to others."
            )
        )
    return ""


# -- signing in -----------------------------------------------------------------------------------------


def find_sessions(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"address": row.ip, "device": row.user_agent, "began": str(row.created_at), "seen": str(row.last_seen_at)}
        for row in UserSession.objects.filter(user__in=subject.user_ids)
    ]


def erase_sessions(subject: Subject) -> int:
    rows = list(UserSession.objects.filter(user__in=subject.user_ids))
    sessions.end(rows)
    count = len(rows)
    for session in Session.objects.all().iterator() if subject.user_ids else ():
        if str(session.get_decoded().get("_auth_user_id")) in [str(id_) for id_ in subject.user_ids]:
            session.delete()
            count += 1
    return count


def find_ways(subject: Subject) -> list[dict[str, Any]]:
    """That there is a second factor and since when; never the secret."""
    ways = Authenticator.objects.filter(user__in=subject.user_ids)
    return [{"kind": way.type, "since": str(way.created_at), "used": str(way.last_used_at or "")} for way in ways] + [
        {"kind": "company", "id": one.uid, "told": one.extra_data}
        for one in SocialAccount.objects.filter(user__in=subject.user_ids)
    ]


def erase_ways(subject: Subject) -> int:
    return sum(
        model.objects.filter(user__in=subject.user_ids).delete()[0]
        for model in (Authenticator, SocialAccount, EmailAddress)
    )


def invitations(subject: Subject) -> QuerySet[Invitation]:
    wanted = [Q(email__iexact=address) for address in subject.emails]
    return Invitation.objects.filter(reduce(or_, wanted, Q(person__in=subject.user_ids)))


def keys(subject: Subject) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(user__in=subject.user_ids)


def shares(subject: Subject) -> QuerySet[Share]:
    wanted = (Q(type=key, record_id=id_) for key, id_ in subject.records)
    return Share.objects.filter(reduce(or_, wanted, Q(user__in=subject.user_ids)))


# -- the audit log --------------------------------------------------------------------------------------


def entries(subject: Subject) -> list[int]:
    """Numbers of the entries with words left that are about them or name them."""
    numbers = {number for id_ in subject.user_ids for number in entries_about(id_)}
    for key, id_ in subject.records:
        numbers.update(AuditEntry.objects.filter(about_type=key, about_id=id_).values_list("number", flat=True))
    bodies = AuditDetail.objects.exclude(body="").values_list("pk", "body")
    if words := [Q(body__icontains=word) for word in subject.emails | subject.whole_names]:
        numbers.update(pk for pk, body in bodies.filter(reduce(or_, words)).iterator() if subject.is_in(body))
    if subject.phones:
        numbers.update(pk for pk, body in bodies.iterator() if subject.is_in(body))
    kept = (
        AuditEntry.objects.filter(number__in=numbers)
        .exclude(detail__body="")
        .exclude(what__in=("audit_details_erased", "personal_data_erased"))
    )
    return sorted(kept.values_list("number", flat=True))


def find_entries(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"at": str(e.at), "what": str(audit.KINDS[e.what].label) if e.what in audit.KINDS else e.what, "result": e.result, "details": e.detail.body}
        for e in AuditEntry.objects.filter(number__in=entries(subject)).select_related("detail").order_by("number")
    ]  # fmt: skip


def erase_entries(subject: Subject) -> int:
    return erase_details(entries(subject), by=None, why=WHY)


personal.refuse_when(still_in_use)
personal.add(
    Place(
        "accounts", _("Account"),
        {"access.User": "name email phones photo last_login password roles working_hours custom search position"},
        find_accounts, erase_accounts, 80, photos_on_disk,
    )
)  # fmt: skip
personal.add(
    Place(
        "sessions", _("Sessions"),
        {"usersessions.UserSession": "ip user_agent session_key data", "sessions.Session": "session_key session_data"},
        find_sessions, erase_sessions,
    )
)  # fmt: skip
personal.add(
    Place(
        "ways", _("Ways to sign in"),
        {"mfa.Authenticator": "type data", "socialaccount.SocialAccount": "provider uid extra_data", "account.EmailAddress": "email"},
        find_ways, erase_ways,
    )
)  # fmt: skip
personal.rows("invitations", _("Invitations"), {"access.Invitation": "email token_hash"}, invitations)
personal.rows("keys", _("Keys for programs"), {"access.ApiKey": "hash scopes networks used_from addresses"}, keys)
personal.rows("shares", _("Shares"), {"access.Share": "record_id"}, shares)
personal.add(
    Place(
        "audit", _("Audit log"), {"access.AuditDetail": "body entry", "access.AuditEntry": "about_id"}, find_entries, erase_entries, 95
    )
)  # fmt: skip
personal.excuse("access.Department", "custom search", "A department is no person; its name may be changed by hand.")
personal.excuse("access.Office", "custom search", "An office is no person.")
personal.excuse("access.Role", "grants", "Rights name no person.")
personal.excuse("access.SignInDelay", "key", "A hash, and forgotten after a day.")
personal.excuse("account.EmailConfirmation", "*", "Not used: addresses are confirmed by our own mails.")
personal.excuse("socialaccount.SocialApp", "*", "Settings of the company's sign-in service.")
personal.excuse("socialaccount.SocialToken", "*", "Not kept.")
