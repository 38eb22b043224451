"""The first act in a new installation: the company and its owner."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Installation, Role, User
from daftar.catalogue import shipped
from daftar.kernel.errors import Conflict
from daftar.kernel.text import fold


def found_company(company: Installation, *, name: str, email: str, password: str) -> User:
    """Keep the company's settings and make its owner, who can sign in from then on.

    Shapes: `email` is in its normal form, `password` has been checked; somebody who is known by that address
    (loaded from a file) becomes the owner.
    Errors: Conflict when somebody else was first; nothing is saved then.
    """
    with transaction.atomic():
        Installation.objects.get_or_create(pk=1)
        Installation.objects.select_for_update().get(pk=1)
        if able_to_sign_in().exists():
            raise Conflict(_("Somebody has set up this company a moment ago. Sign in, or ask them for an account."))
        before = Installation.load()
        company.pk = 1
        company.save(force_update=True)
        shipped.speak(company.language)
        owner = User.objects.filter(email=email).first() or User(email=email, roles=[])
        known = {"name": owner.name or None, "email": owner.email if owner.pk else None, "roles": owner.roles or None}
        owner.name, owner.roles, owner.is_active, owner.deleted_at = name, [Role.OWNER], True, None
        owner.search = fold(f"{name} {email}")
        owner.set_password(password)
        owner.save()
        audit.record_change(
            "settings_changed", audit.columns(before), audit.columns(company), by=owner, name=_("Company")
        )
        now = {"name": owner.name, "email": owner.email, "roles": owner.roles}
        audit.record_change("person_changed", known, now, by=owner, about=("user", owner.pk))
    return owner
