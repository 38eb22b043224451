"""What django-allauth asks of us: names for its second factors, and who may come in by the company's account service."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from daftar.access import company
from daftar.access.models import Installation


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """Nobody signs up by themselves, and mail goes through our outbox alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        return None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth has no types
    """How we are called in authenticator apps and by passkeys."""

    def _get_site_name(self) -> str:
        return Installation.load().name or "Daftar"

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.name}


class CompanySignIn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # django-allauth has no types
    """Sign-in by OpenID Connect leads into our own (company.py)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        raise ImmediateHttpResponse(company.refused(request))

    def get_requests_session(self) -> Any:
        from daftar.access.outward import outward_session  # an HTTP client is loaded by who uses it

        return outward_session()

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        raise ImmediateHttpResponse(company.entered(request, sociallogin))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        return None
