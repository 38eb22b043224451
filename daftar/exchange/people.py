"""As whom a command acts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel.errors import Missing


def acting(email: str = "") -> User:
    """The person with that e-mail, else the owner of the company. Errors: Missing, with what to do."""
    if email:
        user: User | None = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise Missing(_("There is no active person with the e-mail “%(email)s”.") % {"email": email[:100]})
        return user
    people = User.objects.filter(is_active=True, deleted_at=None).order_by("pk")
    owner: User | None = next((person for person in people if person.is_owner), None)
    if owner is None:
        raise Missing(_("There is no owner yet. Open the first page and create the owner account, or use --as."))
    return owner
