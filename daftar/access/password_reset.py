"""A new password by mail. A request does the same for every address, known or not; the worker looks who it is."""

from __future__ import annotations

import secrets

from django.contrib.auth.tokens import default_token_generator
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from daftar.access import mails, sessions
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import User
from daftar.kernel.errors import Missing
from daftar.kernel.jobs import task


def wish(email: str) -> None:
    """Note that somebody wants a new password for this address."""
    answer_wish.enqueue(email=email, key=secrets.token_hex(8))


@task()
def answer_wish(email: str, key: str) -> None:
    """Send the link, if the address is that of somebody who can sign in. The key keeps a repeated task from sending twice."""
    user: User | None = able_to_sign_in().filter(email=email).first()
    if user is not None:
        address = mails.link(f"/new-password/{token_for(user)}/")
        mails.post(f"new-password:{user.pk}:{key}", "new_password", to=email, language=user.language, link=address)


def token_for(user: User) -> str:
    """Signed, for one hour and one use: it holds only while password and last sign-in are what they are now."""
    return f"{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}"


def whose(token: str) -> User:
    """The person of this link. Errors: Missing for one that is used, over or forged, all alike."""
    name, _dash, signed = token.partition("-")
    try:
        number = base36_to_int(name)
    except ValueError:
        number = 0
    user: User | None = User.objects.filter(pk=number, is_active=True, deleted_at=None).first()
    if user is None or not default_token_generator.check_token(user, signed):
        raise Missing(_("This link is no longer valid. Ask for a new one."))
    return user


def set_password(user: User, password: str) -> None:
    """The new password; all sessions of the old one end."""
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    sessions.end_all(user)
