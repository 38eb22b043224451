"""Who comes back from the company's account service (OpenID Connect), and what we make of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access import entering
from daftar.access.accounts import able_to_sign_in
from daftar.access.invitations import PersonJoined
from daftar.access.models import Department, Role, User
from daftar.access.openid import openid
from daftar.access.shipped_roles import role_names
from daftar.kernel import events
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid


def entered(request: Any, sociallogin: Any) -> HttpResponse:
    """Sign in the person whom the service vouches for: known by its number for them, else by a verified e-mail address."""
    claims = sociallogin.account.extra_data.get("id_token", {})
    known = sociallogin.account.user if sociallogin.account.pk else None
    person = known or by_address(claims) or joined(claims)
    if person is None or not person.is_active or person.deleted_at:
        return refused(
            request,
            _("%(service)s knows you, but nobody here has your e-mail address. Ask an administrator to add you.")
            % {"service": openid().label},
        )
    if known is None:
        sociallogin.account.user = person
        sociallogin.account.save()
    return entering.enter(request, person, "company", entering.safe_target(sociallogin.state.get("next") or "/"))


def by_address(claims: dict[str, Any]) -> User | None:
    """The active person with the address that the service has verified."""
    email = verified_address(claims)
    return User.objects.filter(email=email, is_active=True, deleted_at=None).first() if email else None


def verified_address(claims: dict[str, Any]) -> str:
    if claims.get("email_verified") is not True:
        return ""
    try:
        return parse_email(str(claims.get("email", "")))
    except Invalid:
        return ""


def joined(claims: dict[str, Any]) -> User | None:
    """A new person, when the settings name a role for those who are not known yet; never an owner."""
    role, email = openid().joins_as, verified_address(claims)
    if not email or role == Role.OWNER or role not in role_names() or not able_to_sign_in().exists():
        return None
    department = Department.objects.live().filter(name=openid().department).first()
    name = str(claims.get("name") or email.partition("@")[0])[:200]
    try:
        with transaction.atomic():
            person: User = User.objects.create_user(email, None, name=name, role=role, department=department)
            events.publish(PersonJoined(person.pk))
    except IntegrityError:
        return None
    return person


def refused(request: Any, sentence: str = "") -> HttpResponse:
    """The sign-in page, with what went wrong."""
    sentence = sentence or _("Signing in by %(service)s did not work. Try again, or use your password.") % {
        "service": openid().label
    }
    return page(request, error=sentence, status=403)


def page(request: Any, *, target: str = "/", email: str = "", error: str = "", status: int = 200) -> HttpResponse:
    """The page of signing in."""
    return render(request, "access/sign_in.html", {
        "email": email, "error": error, "next": target, "company": request.company.name,
        "service": openid().label if settings.OPENID else "",
    }, status=status)  # fmt: skip
