"""Requests that no page of ours sends: strategies over the route table, its parameters, queries, bodies and headers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

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
CURSORS = ("bnVsbA", "W10", "eyJhIjoxfQ", "WzFd", "WyJhIiwgMV0", "====", "AAAA", "WzFlNDAwLDFd", "WyJcdWQ4MDAiLDFd", "A" * 3_000)
WORD = re.compile(r"""(?:get|getlist|pop)\(\s*"([\w.-]+)"|name="([\w.-]+)\"""")
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
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
    {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_X_FORWARDED_FOR": "' OR 1"}, {"HTTP_IDEMPOTENCY_KEY": LONG}, {"HTTP_HOST": "evil.example"},
)  # fmt: skip


def words_of_addresses() -> list[str]:
    """Each name that a view or a template of ours asks a query or a form for, read from the source."""
    found: set[str] = set()
    for path in (ROOT / "daftar").rglob("*"):
        if path.suffix in (".py", ".html") and "tests" not in path.parts:
            found |= {a or b for a, b in WORD.findall(path.read_text(encoding="utf-8"))}
    return sorted(found)


@dataclass(frozen=True)
class Known:
    """What the requests may name so that they come far: field keys, slugs, keys of types, and ids that exist."""

    fields: list[str]
    slugs: list[str]
    types: list[str]
    ids: list[str]
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


def requests(routes: list[Route], known: Known) -> st.SearchStrategy[Asked]:
    """Any malformed request to any of the routes; about half of what each one says is right, so that it comes far."""
    ids = st.sampled_from([*known.ids, *known.ids, *NUMBERS])
    junk = st.one_of(
        st.sampled_from((*TEXTS, *NUMBERS, *DAYS, *FILTERS, *CURSORS)),
        st.sampled_from(known.ids), st.sampled_from(known.slugs), st.sampled_from(known.types), st.sampled_from(known.fields),
        st.text(max_size=12),
    )  # fmt: skip
    parts = {
        "int": ids.map(lambda text: text if re.fullmatch("[0-9]{1,30}", text) else "1"),
        "slug": st.sampled_from([*known.slugs, *known.types, *known.fields, "x", "-", "_" * 300, "opportunities"]),
        "str": st.one_of(ids, junk.map(lambda text: text[:300].replace("/", "") or "x")),
    }
    names = st.one_of(st.sampled_from(known.words), st.sampled_from(known.fields), st.sampled_from(known.words), st.builds(
        "{}.{}".format, st.sampled_from(known.fields), st.sampled_from(("is", "more", "on", "id", "how", "1", "x", "currency", "role")),
    ), junk.map(lambda text: text[:100]))  # fmt: skip
    pairs = st.lists(st.tuples(names, junk), max_size=6)
    exact = st.lists(st.tuples(st.sampled_from(known.fields), st.sampled_from(("1", "text", "2026-11-25", "me"))), max_size=5)

    @st.composite
    def one(draw: st.DrawFn) -> Asked:
        route = draw(st.sampled_from(routes))
        values = {name: draw(parts.get(kind, parts["str"])) for name, kind in route.parameters.items()}
        path = route.path(**{name: quote(text, safe="", errors="surrogatepass") for name, text in values.items()})
        method = draw(st.sampled_from(METHODS))
        query = encoded(draw(pairs)) if method in ("GET", "HEAD") or draw(st.booleans()) else ""
        content_type, body = "application/x-www-form-urlencoded", b""
        if method not in ("GET", "HEAD"):
            content_type, body = draw(bodies(pairs, exact, junk))
        return Asked(route, method, path, query, body, content_type, draw(st.sampled_from(HEADERS)))

    return one()


def bodies(pairs, exact, junk) -> st.SearchStrategy[tuple[str, bytes]]:  # type: ignore[no-untyped-def]
    """Forms that are nearly right, forms in parts, JSON of any depth, and bytes of a wrong kind."""
    form = st.tuples(pairs, exact).map(lambda two: ("application/x-www-form-urlencoded", encoded(two[0] + two[1]).encode()))
    files = st.tuples(pairs, exact, st.sampled_from(FILES)).map(lambda three: in_parts(three[0] + three[1], three[2]))
    leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), junk)
    tree = st.recursive(leaf, lambda t: st.one_of(st.lists(t, max_size=3), st.dictionaries(junk, t, max_size=3)), max_leaves=5)
    data = tree.map(lambda value: ("application/json", json.dumps(value).encode()))
    wrong = st.tuples(st.sampled_from(TYPES), st.one_of(st.binary(max_size=50), junk.map(lambda t: t.encode("utf-8", "surrogatepass"))))
    return st.one_of(form, form, files, data, wrong)


FILES = (
    ("file", "a.csv", b"Name\n\xff\xfe\0"), ("file", "a.csv", b""), ("file", "a.xlsx", b"PK\x03\x04" + b"\0" * 50),
    ("file", "a.xlsx", b"not a workbook"), ("file", "../../a\0.csv", b"Name,Phone\nA,1\n"), ("files", "a.png", b"\x89PNG\r\n\x1a\n<svg/>"),
    ("file", "x" * 400 + ".csv", b'"' * 5_000), ("files", "a.html", b"<script>1</script>"), ("file", "", b"x"), ("attached", "a.zip", b"PK"),
    ("file", "a.csv", b"a,b\n" + b"1,2\n" * 3_000), ("photo", "a.svg", b"<svg onload=alert(1)>"), ("file", "a.xls", b"\xd0\xcf\x11\xe0"),
)  # fmt: skip


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{plus(key)}={plus(value)}" for key, value in pairs)


def plus(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def in_parts(pairs: list[tuple[str, str]], file: tuple[str, str, bytes]) -> tuple[str, bytes]:
    """A form in parts with a file; one name in three hundred breaks its own frame, which is meant."""
    name, filename, content = file
    lines = [f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in pairs]
    lines.append(f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n')
    return "multipart/form-data; boundary=cut", "".join(lines).encode("utf-8", "surrogatepass") + content + b"\r\n--cut--\r\n"
