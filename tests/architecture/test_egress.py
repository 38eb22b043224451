"""Only one module speaks HTTP to the outside, and only the outbox speaks SMTP (security rule 4.7)."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = (
    *("httpx", "httpcore", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "pycurl", "ftplib", "telnetlib"),
    *("smtplib", "imaplib", "poplib"),
)  # fmt: skip
ALLOWED = {
    "daftar/kernel/egress.py": {"httpx", "httpcore"},
    "daftar/kernel/outbox.py": {"smtplib"},
    # Only the name of its error: django-allauth calls the company's account service, whose address is in the settings alone.
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
    return {client for client in CLIENTS for name in imported(path) if name == client or name.startswith(f"{client}.")}


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
