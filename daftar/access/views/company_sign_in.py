"""The way to the company's account service (OpenID Connect) and back; django-allauth speaks the protocol."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpResponseBase
from django.views.decorators.http import require_GET
from requests import RequestException

from daftar.access import company, mails
from daftar.access.doors import door
from daftar.access.entering import safe_target
from daftar.access.openid import openid

BROKEN = (OAuth2Error, RequestException, KeyError, ValueError, TypeError)


class Service(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # django-allauth has no types
    """As django-allauth has it, but the signature of what comes is always checked, and the way back has our configured address."""

    def get_callback_url(self, request: Any, app: Any) -> str:
        return mails.link("/sign-in/company/back/")

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


@door("everyone")
@require_GET
def go(request: Any) -> HttpResponseBase:
    """Send the browser to the service. A link and no form, for our policy lets forms lead to ourselves alone."""
    service(request)
    provider = get_adapter().get_provider(request, provider=openid().key)
    provider.oauth2_adapter_class = Service
    try:
        answer: HttpResponseBase = provider.redirect(
            request, process="login", next_url=safe_target(request.GET.get("next", "/"))
        )
    except BROKEN:
        return company.refused(request)
    return answer


@door("everyone")
@require_GET
def back(request: Any) -> HttpResponseBase:
    """The service sends the browser back with a code, which we change for a signed word about who it is."""
    try:
        answer: HttpResponseBase = OAuth2CallbackView.adapter_view(service(request))(request)
    except BROKEN:
        return company.refused(request)
    return answer


def service(request: Any) -> Service:
    return Service(request, openid().key)
