"""Requests that no page of ours sends, over the route table: its parameters, queries, bodies and headers.

Written from a seed rather than by hypothesis: its engine repeats what it has sent with small changes, and most of the repeats
went to the same doors; this way ten thousand different requests take a minute and are the same ones on each run.
"""

from __future__ import annotations

import inspect
import json
import random
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from .routes import Route

ROOT = Path(__file__).resolve().parent.parent.parent
BIG = "9" * 20
LONG = "x" * 100_000
DEEP = "[" * 3_000 + "]" * 3_000
NUMBERS = (
    "0", "-1", "1", "2", "007", "2147483648", "9223372036854775807", "9223372036854775808", BIG, "-" + BIG, "1e400", "1e-400",
    "NaN", "Infinity", "-0", "1.5", "1,5", "0x10", "१२", "۱۲۳", "²", "1_000", "+1", " 1 ", "9" * 5_000,
)  # fmt: skip
DAYS = (
    "2026-02-30", "0000-00-00", "2026-13-01", "10000-01-01", "0001-01-01", "9999-12-31", "31.02.2026", "1405-12-30", "1405/01/32",
    "2026-11-25T25:61", "2026-11-25T23:59:60Z", "2026-W54", "today+99999999999d", "yesterday", "2026-11-25..2026-02-30", "..", "T",
    "9999-12-31T23:59:59+14:00", "0001-01-01T00:00-14:00", "24:00", "-99999-01-01",
)  # fmt: skip
TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff x", "\ufffe", "\u202e", "\r\nSet-Cookie: a=b", "%", "%00", "%zz", "'", "\"", "';--", "\\",
    "{{7*7}}", "{%", "<script>", "=1+1", "../../etc/passwd", "//evil.example/", "http://[", "javascript:1", "null", "true", "{}", "[]",
    "None", "undefined", "me", "nobody", "everybody", "a.b.c", "a=b=c", ",", ",,,", ":", "-", ".", "*", "_", "💥", "ي" * 300, "\t",
    DEEP, LONG, "a" * 256, "a@" + "b" * 300 + ".c", "+" + "9" * 40, "xn--" + "a" * 70 + ".example", "http://" + "a." * 200,
)  # fmt: skip
FILTERS = (
    "and(", "and()", "not(a,b)", "or(" * 200, "and(" * 60 + "name:is:x" + ")" * 60, "name:is", "name:is:", "name::x", ":::", "owner:is:me",
    "name:contains:\0", "amount:more:1e400", "amount:more:" + BIG, "created_at:on:2026-02-30", "stage:is:" + BIG, "nothing:is:x",
    "owner.name:is:x", "password:is:x", "owner__password:startswith:a", "name:nothing:x", "id:is:" + BIG, "name:is:" + "x" * 9_000,
)  # fmt: skip
CURSORS = (
    "bnVsbA",
    "W10",
    "eyJhIjoxfQ",
    "WzFd",
    "WyJhIiwgMV0",
    "====",
    "AAAA",
    "WzFlNDAwLDFd",
    "WyJcdWQ4MDAiLDFd",
    "A" * 3_000,
)
HUGE = "x" * 5_000_000
WORD = re.compile(r"""(?:get|getlist|pop)\(\s*"([\w.-]+)"|name="([\w.-]+)\"""")
RIGHT = ("1", "2", "text", "2026-11-25", "me", "on", "USD", "a@b.example", "load", "new")
TYPES = (
    "application/json", "application/json; charset=utf-16", "text/plain", "application/xml", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300, "application/x-www-form-urlencoded; charset=nothing",
    "application/x-www-form-urlencoded; charset=utf-16", "application/octet-stream", "a/b/c", "", "image/png\x7f",
)  # fmt: skip
HEADERS = (
    {}, {}, {}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "\x01", "HTTP_HX_CURRENT_URL": "http://["},
    {"HTTP_ACCEPT": "application/json"}, {"HTTP_ACCEPT": "q=;,;*/*;q=x"}, {"HTTP_ACCEPT_LANGUAGE": "fa;q=9,ru;q=" + BIG},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 6_000}, {"HTTP_RANGE": "bytes=5-1"}, {"HTTP_IF_MODIFIED_SINCE": "Thu, 31 Feb 0000 99:99:99 GMT"},
    {"HTTP_REFERER": "http://["}, {"HTTP_USER_AGENT": "\xff" * 300}, {"HTTP_AUTHORIZATION": "Bearer daftar_" + BIG + "_" + "a" * 43},
    {"HTTP_COOKIE": "; ".join(("a" * 30_000, "messages=\xff", "daftar_device=" + "a" * 30_000, "csrftoken=", "=;=", "daftar_language=xx"))},
    {"HTTP_REFERER": "https://testserver/deals/?" + "x" * 60_000}, {"HTTP_USER_AGENT": "x" * 60_000}, {"HTTP_X_ANYTHING": "\x7f" * 60_000},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/deals/board/?" + "stage=" * 9_000}, {"HTTP_ACCEPT": "*/*," * 15_000},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/deals/?sort=nothing&limit=-1&after=%00"}, {"HTTP_X_CSRFTOKEN": "\xff"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "9" * 30},
    {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_X_FORWARDED_FOR": "' OR 1"}, {"HTTP_IDEMPOTENCY_KEY": LONG}, {"HTTP_HOST": "evil.example"},
)  # fmt: skip


def words_of_addresses() -> list[str]:
    """Each name that a view or a template of ours asks a query or a form for, read from the source."""
    found: set[str] = set()
    for path in (ROOT / "daftar").rglob("*"):
        if path.suffix in (".py", ".html") and "tests" not in path.parts:
            found |= {a or b for a, b in WORD.findall(path.read_text(encoding="utf-8"))}
    return sorted(found)


@cache
def words_of_view(module: str) -> list[str]:
    """The names that the module of a view asks for, so that most of what is sent is looked at."""
    return sorted({a or b for a, b in WORD.findall(inspect.getsource(sys.modules[module]))})


@dataclass(frozen=True)
class Known:
    """What the requests may name so that they come far: field keys, slugs, keys of types, and ids that exist."""

    fields: list[str]
    slugs: list[str]
    types: list[str]
    ids: list[str]
    records: list[tuple[str, str, str]]
    fields_of: dict[str, list[str]]
    words: list[str] = field(default_factory=words_of_addresses)


@dataclass(frozen=True)
class Asked:
    """One request as the test client sends it."""

    route: Route
    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    headers: dict[str, str]

    def __str__(self) -> str:
        return (
            f"{self.method} {self.path[:150]}?{self.query[:200]} {self.content_type[:60]} {self.body[:300]!r} {self.headers}"[:700]
        )  # fmt: skip


class Writer:
    """Writes malformed requests from a seed: most of each one is right, so that it comes far, and something in it is not."""

    def __init__(self, routes: list[Route], known: Known, seed: str) -> None:
        self.routes, self.known, self.random = routes, known, random.Random(seed)
        self.near, self.asked = known.fields, known.words
        self.junk_texts = (*TEXTS, *NUMBERS, *DAYS, *FILTERS, *CURSORS)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def junk(self) -> str:
        if self.chance(0.25):
            return self.random.choice((*self.known.ids, *self.known.slugs, *self.known.types, *self.known.fields))
        if self.chance(0.2):
            return "".join(
                chr(self.random.choice((*range(1, 256), 0x627, 0x1F600, 0x200F)))
                for _ in range(self.random.randint(1, 12))
            )
        return self.random.choice(self.junk_texts)

    def name(self) -> str:
        field, sort = self.random.choice(self.near), self.random.random()
        if sort < 0.5:
            return field
        if sort < 0.65:
            return self.random.choice(self.asked or self.known.words)
        if sort < 0.8:
            return self.random.choice(self.known.words)
        if sort < 0.95:
            return f"{field}.{self.random.choice(('is', 'gte', 'lt', 'in', 'not', 'contains', 'empty', 'id', 'how', '1', 'currency', 'role'))}"
        return self.junk()[:100]

    def pairs(self) -> list[tuple[str, str]]:
        made = [(self.name(), self.junk()) for _ in range(self.random.randint(0, 6))]
        return made + [(self.name(), self.random.choice(RIGHT)) for _ in range(self.random.randint(0, 4))] + made[:1]

    def values(self, route: Route) -> dict[str, str]:
        """Parameters of the address: usually a record that exists and a field of its type."""
        fitting = [one for one in self.known.records if route.pattern.startswith(f"{one[1]}/")]
        type_key, slug, record = self.random.choice(fitting or self.known.records)
        right = {"slug": slug, "record_id": record, "type_key": type_key, "key": self.random.choice(self.known.fields)}
        filled = {}
        for name, kind in route.parameters.items():
            if name in right and not self.chance(0.15):
                filled[name] = right[name]
            elif kind == "int":
                filled[name] = self.random.choice(
                    ("1", "2", "3", *self.known.ids, "0", "007", BIG, "9223372036854775807", "9" * 60)
                )
            elif kind == "slug":
                filled[name] = self.random.choice(
                    (*self.known.slugs, *self.known.types, *self.known.fields, "opportunities", "-", "_" * 300)
                )
            else:
                filled[name] = self.random.choice((*self.known.ids, self.junk()[:300].replace("/", "") or "x"))
        return filled

    def method(self, route: Route) -> str:
        if self.chance(0.08):
            return self.random.choice(("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "GET", "POST"))
        return self.random.choice([m for m in methods_of(route.view) if m in ("GET", "POST")] or ["GET"])

    def one(self) -> Asked:
        route = self.random.choice(self.routes)
        values = self.values(route)
        self.near = self.known.fields_of.get(values.get("slug", ""), self.known.fields)
        self.asked = words_of_view(route.view.__module__)
        path = route.path(**{name: quote(text, safe="", errors="surrogatepass") for name, text in values.items()})
        method = self.method(route)
        query = encoded(self.pairs()) if method in ("GET", "HEAD") or self.chance(0.3) else ""
        if len(query) > 7_000 and self.chance(0.95):
            query = query[:6_000]
        content_type, body = ("application/x-www-form-urlencoded", b"") if method in ("GET", "HEAD") else self.body()
        return Asked(
            route, method, path, query, body, content_type, self.random.choice(HEADERS) if self.chance(0.5) else {}
        )

    def body(self) -> tuple[str, bytes]:
        """A form that is nearly right, a form in parts with a file, JSON of any depth, or bytes of a wrong kind."""
        sort = self.random.random()
        if sort < 0.57:
            return "application/x-www-form-urlencoded", encoded(self.pairs()).encode()
        if sort < 0.575:
            return "application/x-www-form-urlencoded", encoded([*self.pairs(), (self.name(), HUGE)]).encode()
        if sort < 0.58:
            return "application/x-www-form-urlencoded", encoded(self.pairs() * 900).encode()[:2_000_000]
        if sort < 0.63:
            return self.random.choice(BROKEN_PARTS)
        if sort < 0.8:
            return in_parts(self.pairs(), self.random.choice(FILES))
        if sort < 0.9:
            return "application/json", json.dumps(self.tree(4)).encode()
        return self.random.choice(TYPES), self.junk().encode("utf-8", "surrogatepass")

    def tree(self, depth: int) -> Any:
        if depth and self.chance(0.6):
            some = range(self.random.randint(0, 3))
            return (
                [self.tree(depth - 1) for _ in some]
                if self.chance(0.5)
                else {self.name(): self.tree(depth - 1) for _ in some}
            )
        return self.random.choice((None, True, 10**30, float("nan"), self.junk()))


def methods_of(view: Any) -> list[str]:
    """What the view takes, read from the decorator that says it; a view without one takes all."""
    while view is not None:
        cells = dict(zip(view.__code__.co_freevars, view.__closure__ or ())) if hasattr(view, "__code__") else {}
        if "request_method_list" in cells:
            return list(cells["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return ["GET", "POST"]


FILES = (
    ("file", "a.csv", b"Name\n\xff\xfe\0"), ("file", "a.csv", b""), ("file", "a.xlsx", b"PK\x03\x04" + b"\0" * 50),
    ("file", "a.xlsx", b"not a workbook"), ("file", "../../a\0.csv", b"Name,Phone\nA,1\n"), ("files", "a.png", b"\x89PNG\r\n\x1a\n<svg/>"),
    ("file", "x" * 400 + ".csv", b'"' * 5_000), ("files", "a.html", b"<script>1</script>"), ("file", "", b"x"), ("attached", "a.zip", b"PK"),
    ("file", "a.csv", b"a,b\n" + b"1,2\n" * 3_000), ("photo", "a.svg", b"<svg onload=alert(1)>"), ("file", "a.xls", b"\xd0\xcf\x11\xe0"),
)  # fmt: skip


def framed(head: bytes, said: bytes = b"x", times: int = 1) -> bytes:
    return (b"--cut\r\n" + head + b"\r\n\r\n" + said + b"\r\n") * times + b"--cut--\r\n"


NAMED = b'Content-Disposition: form-data; name="name"'
PARTS = "multipart/form-data; boundary=cut"
BROKEN_PARTS = (
    ("multipart/form-data; boundary=other", framed(NAMED)), (PARTS, framed(NAMED)[:-9]), (PARTS, framed(b"")),
    (PARTS, framed(NAMED + b"\r\nContent-Transfer-Encoding: base64", b"=")),
    (PARTS, framed(NAMED + b"\r\nContent-Type: text/plain; charset=nothing")),
    (PARTS, framed(NAMED + b"; filename*=utf-8''%ff%00")), (PARTS, framed(NAMED + b'; filename="a"', times=40)),
    (PARTS + "; charset=utf-16", framed(NAMED)), ("application/json", b'{"name": 1, "name": 2, "name": {"name": []}}'),
    ("application/json", b"[" * 100_000), ("application/json", b"\xff\xfe{"),
)  # fmt: skip
"""Frames that lie about themselves, with more files than are taken, and JSON that says a thing twice."""


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{plus(key)}={plus(value)}" for key, value in pairs)


def plus(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def in_parts(pairs: list[tuple[str, str]], file: tuple[str, str, bytes]) -> tuple[str, bytes]:
    """A form in parts with a file; one name in three hundred breaks its own frame, which is meant."""
    name, filename, content = file
    lines = [f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in pairs]
    lines.append(f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n')
    return "multipart/form-data; boundary=cut", "".join(lines).encode(
        "utf-8", "surrogatepass"
    ) + content + b"\r\n--cut--\r\n"
