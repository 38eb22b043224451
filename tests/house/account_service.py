"""A small but whole account service (OpenID Connect provider) on this machine: discovery, keys, code flow with PKCE, signed id tokens.

Its page signs in whoever is named in `people`; keys and tokens are made by joserfc, which the product does not use.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "daftar-of-oak", "a secret between the two"


class AccountService:
    """`claims` are what it says of the person who signs in; `tamper` may change an id token before it goes out."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {
            "sub": "4711",
            "email": "boss@oak.example",
            "email_verified": True,
            "name": "Boss",
        }
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self.codes: dict[str, dict[str, str]] = {}
        self.more: dict[str, Any] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                service.answer_get(self)

            def do_POST(self) -> None:  # noqa: N802
                service.answer_post(self)

            def log_message(self, *words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer_get(self, handler: BaseHTTPRequestHandler) -> None:
        place = urlsplit(handler.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path == "/.well-known/openid-configuration":
            send(handler, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"], "userinfo_endpoint": f"{self.issuer}/userinfo",
            })  # fmt: skip
        elif place.path == "/keys":
            send(handler, {"keys": [self.key.as_dict(private=False)]})
        elif (
            place.path == "/authorize"
            and asked.get("client_id") == CLIENT
            and asked.get("code_challenge_method") == "S256"
        ):
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})
            body = f'<!doctype html><title>Accounts</title><main><h1>Accounts</h1><a id="me" href="{back.replace("&", "&amp;")}">It is me</a></main>'
            send(handler, body)
        elif place.path == "/favicon.ico":
            send(handler, "")
        else:
            send(handler, {"error": "invalid_request"}, 400)

    def answer_post(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(sent.get("code", ""), None)  # a code works once
        if not asked or not self.is_right(asked, sent):
            send(handler, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = (
            {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "jti": secrets.token_hex(8)}
            | self.claims
            | self.more
        )
        header = {"alg": "RS256", "kid": "one"}
        send(handler, {
            "access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300,
            "id_token": jwt.encode(header, claims, self.signs_with),
        })  # fmt: skip

    @staticmethod
    def is_right(asked: dict[str, str], sent: dict[str, str]) -> bool:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )


def send(handler: BaseHTTPRequestHandler, body: dict[str, Any] | str, status: int = 200) -> None:
    kind, raw = (
        ("text/html", body.encode()) if isinstance(body, str) else ("application/json", json.dumps(body).encode())
    )
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)


@contextmanager
def open_account_service() -> Iterator[AccountService]:
    service = AccountService()
    thread = threading.Thread(target=service.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
