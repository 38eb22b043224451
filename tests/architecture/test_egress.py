"""Only one module speaks HTTP to the outside, and only the outbox speaks SMTP (security rule 4.7)."""

import ast
from pathlib import Path

import pytest
from allauth.socialaccount.adapter import get_adapter
from requests import RequestException

from daftar.access.outward import ByEgress
from daftar.kernel import egress

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = (
    *("httpx", "httpcore", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "pycurl", "ftplib", "telnetlib"),
    *("smtplib", "imaplib", "poplib"),
)  # fmt: skip
ALLOWED = {
    "daftar/kernel/egress.py": {"httpx", "httpcore"},
    "daftar/kernel/outbox.py": {"smtplib"},
    # django-allauth speaks through a session of `requests`; this one sends by egress alone (the test below looks at it).
    "daftar/access/outward.py": {"requests"},
    # Only the name of its error.
    "daftar/access/views/company_sign_in.py": {"requests"},
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def clients_in(path: Path) -> set[str]:
    """HTTP and mail clients that the file imports, wherever in it."""
    names = imported(path)
    return {client for client in CLIENTS if any(name == client or name.startswith(f"{client}.") for name in names)}


def test_only_the_egress_module_speaks_to_the_outside():
    wrong = {}
    for folder in ("daftar", "config"):
        for path in (ROOT / folder).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if "tests" not in path.parts and (found := clients_in(path) - ALLOWED.get(name, set())):
                wrong[name] = found

    assert not wrong, f"go through daftar/kernel/egress.py instead: {wrong}"


def test_another_way_out_would_be_found(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(
        "def f():\n    from urllib import request\n    import requests.sessions\n    from http import client\n"
    )

    assert clients_in(path) == {"urllib.request", "requests", "http.client"}


def test_the_sessions_of_allauth_know_no_other_way_out(monkeypatch):
    asked = []

    def fetch(url, **more):
        asked.append((url, more["method"], more["content"]))
        return egress.Answer(200, {"content-type": "application/json"}, b'{"a": 1}')

    with get_adapter().get_requests_session() as session:
        assert {type(way) for way in session.adapters.values()} == {ByEgress}
        assert not session.trust_env
        for inner in ("http://127.0.0.1:9/", "http://[::1]/", "http://169.254.169.254/latest", "ftp://example.org/"):
            with pytest.raises(RequestException):
                session.get(inner)

        monkeypatch.setattr(egress, "fetch", fetch)
        answer = session.post("https://accounts.example/token", data={"code": "x"})

    assert answer.json() == {"a": 1}
    assert asked == [("https://accounts.example/token", "POST", b"code=x")]


def test_a_redirect_inwards_is_refused(monkeypatch):
    real = egress.fetch

    def fetch(url, **more):
        if "accounts.example" in url:
            return egress.Answer(302, {"location": "http://127.0.0.1:9/secret"}, b"")
        return real(url, **more)

    monkeypatch.setattr(egress, "fetch", fetch)
    with get_adapter().get_requests_session() as session, pytest.raises(RequestException):
        session.get("https://accounts.example/.well-known/openid-configuration")
