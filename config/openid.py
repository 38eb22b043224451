"""Sign-in by the company's own account service (OpenID Connect), as the environment names it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from config import environment

LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class OpenIdProvider:
    """The service and what we are called there.

    Shapes: `joins_as` is the role of somebody who is not known here yet and may come in all the same; "" lets in only whom an
    administrator has added. `department` is the name of theirs, or "". `asks_second` says that the service asks for a second
    factor itself, so that we need not.
    """

    issuer: str
    client_id: str
    secret: str
    label: str
    joins_as: str
    department: str
    asks_second: bool

    @property
    def key(self) -> str:
        """Names the service in our tables: people are known there by a number that another service may use for others."""
        return f"company-{sha256(self.issuer.encode()).hexdigest()[:12]}"

    def as_app(self) -> dict[str, Any]:
        """The same in the words of django-allauth."""
        return {
            "provider_id": self.key, "name": self.label, "client_id": self.client_id, "secret": self.secret,
            "settings": {"server_url": self.issuer, "fetch_userinfo": False},
        }  # fmt: skip


def openid_provider() -> OpenIdProvider | None:
    """What the environment says; None when no service is named. Errors: ValueError for half a setting or a clear-text issuer."""
    issuer, client_id = environment.text("DAFTAR_OIDC_ISSUER").rstrip("/"), environment.text("DAFTAR_OIDC_CLIENT_ID")
    if not issuer and not client_id:
        return None
    place = urlsplit(issuer)
    if (
        not client_id
        or place.scheme not in {"https", "http"}
        or (place.scheme == "http" and place.hostname not in LOCAL)
    ):
        raise ValueError("Sign-in by OpenID Connect needs DAFTAR_OIDC_ISSUER (https) and DAFTAR_OIDC_CLIENT_ID")
    return OpenIdProvider(
        issuer,
        client_id,
        secret=environment.text("DAFTAR_OIDC_SECRET"),
        label=environment.text("DAFTAR_OIDC_LABEL", place.hostname or "OpenID"),
        joins_as=environment.text("DAFTAR_OIDC_JOIN_ROLE"),
        department=environment.text("DAFTAR_OIDC_JOIN_DEPARTMENT"),
        asks_second=environment.is_on("DAFTAR_OIDC_SECOND_FACTOR"),
    )
