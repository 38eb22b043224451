"""The one way out: HTTP to foreign services, never to what lies behind our own door. A test lets no other module import an HTTP client.

A name is looked up once, all its addresses are checked, and the connection goes to a checked address (the name stays in TLS and in
`Host`), so a name that changes its address between check and use gains nothing. `check_host` does the same for mail and directory hosts.
The body of an answer is for our code: never show it to whoever typed the address.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid, OutsideFailure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SECONDS, LOOKUP_SECONDS, MOST_BYTES, LONGEST_URL = 10.0, 5.0, 1_048_576, 4_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PRIVATE_TO_US = frozenset({"authorization", "cookie", "proxy-authorization"})
CLOSED_NETWORKS = tuple(
    map(ipaddress.ip_network, ("192.88.99.0/24", "fec0::/10", "64:ff9b:1::/48", "100::/64", "5f00::/16"))
)
NAT64, COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")

_lookups = ThreadPoolExecutor(8, thread_name_prefix="lookup")


class ForbiddenHost(Invalid):
    """The address is not one of the public internet, and no administrator has allowed it."""

    code = "forbidden_host"
    sentence = _(
        "This address is not on the public internet, so nothing is sent there. An administrator can allow it by name."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


# -- may we go there? ----------------------------------------------------------------------------------


def check_host(host: str, port: int) -> list[str]:
    """The addresses to connect to, all of them public, or those of a host that an administrator allowed.

    Errors: ForbiddenHost; OutsideFailure when the name has no address.
    """
    name = host.strip().rstrip(".").lower()
    if not name or not 0 < port < 65_536 or any(c.isspace() or c in "/\\@?#" or not c.isprintable() for c in name):
        raise ForbiddenHost()
    found = look_up(name, port)
    if not is_allowed(name, port) and not all(is_public(address) for address in found):
        raise ForbiddenHost()
    return [str(address) for address in found]


def look_up(name: str, port: int) -> list[Address]:
    """Every address of a name. The system's own lookup also reads the odd spellings: 2130706433, 0177.1, 0x7f.1."""
    try:
        answers = _lookups.submit(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM).result(LOOKUP_SECONDS)
    except (OSError, UnicodeError, Late):
        raise OutsideFailure(_("The address of this service cannot be found.")) from None
    texts = dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers)
    return [ipaddress.ip_address(text) for text in texts]


def is_allowed(name: str, port: int) -> bool:
    """Whether an administrator named this host ("erp.local" or "erp.local:8069") in DAFTAR_ALLOWED_HOSTS_OUT."""
    return any(allowed in (name, f"{name}:{port}") for allowed in settings.ALLOWED_HOSTS_OUT)


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, also when IPv4 hides inside IPv6."""
    if any(address in network for network in CLOSED_NETWORKS if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (inner := hidden_ipv4(address)) is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def hidden_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a mapped, 6to4, Teredo, NAT64 or compatible one leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


# -- going there ---------------------------------------------------------------------------------------


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
    redirects: int = 0,
) -> Answer:
    """Ask a foreign service and return what it answers, whatever the status.

    Units: `seconds` for everything together, from the lookup to the last byte; `most_bytes` of the answer's body.
    Shapes: `redirects` is how many are followed, each checked anew; from https never to http; keys and cookies stay with their host.
    Errors: ForbiddenHost; OutsideFailure for an answer that is late, too long, unreadable or none.
    """
    deadline, sent = time.monotonic() + seconds, dict(headers or {})
    for _step in range(redirects + 1):
        answer = once(checked_url(url), method, sent, content, deadline, most_bytes)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        if not redirects:
            return answer
        before, url = checked_url(url), urljoin(url, target)
        after = checked_url(url)
        if before.scheme == "https" and after.scheme != "https":
            raise OutsideFailure(_("The service leads to an address without encryption."))
        if (before.scheme, before.host, before.port) != (after.scheme, after.host, after.port):
            sent = {name: value for name, value in sent.items() if name.lower() not in PRIVATE_TO_US}
        if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
            method, content = "GET", b""
            sent = {name: value for name, value in sent.items() if not name.lower().startswith("content-")}
    raise OutsideFailure(_("The service leads from one address to the next without end."))


def checked_url(text: str) -> httpx.URL:
    """The address taken apart. Errors: ForbiddenHost for anything but http and https without a name and password in it."""
    if len(text) > LONGEST_URL:
        raise ForbiddenHost()
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise ForbiddenHost() from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ForbiddenHost()
    return url


def once(url: httpx.URL, method: str, headers: Mapping[str, str], content: bytes, deadline: float, most: int) -> Answer:
    # Nothing of the environment (proxies, .netrc) steers us; nothing is unpacked, so a small answer stays small.
    sent = {**headers, "Accept-Encoding": "identity"}
    try:
        with (
            httpx.Client(
                transport=Transport(deadline), trust_env=False, follow_redirects=False, timeout=SECONDS
            ) as client,
            client.stream(method, url, headers=sent, content=content) as response,
        ):
            if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
                raise OutsideFailure(_("The service answered in a form that was not asked for."))
            return Answer(response.status_code, dict(response.headers), body_of(response, most))
    except (
        httpx.HTTPError,
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpx.InvalidURL,
        OSError,
    ):
        raise OutsideFailure() from None
    except (ValueError, UnicodeError):  # a header that is none
        raise OutsideFailure() from None


def body_of(response: httpx.Response, most: int) -> bytes:
    found = bytearray()
    for chunk in response.iter_raw():
        found += chunk
        if len(found) > most:
            raise OutsideFailure(_("The answer of the service is too long."))
    return bytes(found)


class Transport(httpx.BaseTransport):
    """httpx's requests over connections that go to checked addresses and end at the deadline."""

    def __init__(self, deadline: float) -> None:
        self.pool = httpcore.ConnectionPool(ssl_context=tls(), network_backend=Checked(deadline), max_connections=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )  # fmt: skip
        answer = self.pool.handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=Stream(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        self.pool.close()


class Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        parts: Any = self.answer.stream
        yield from parts

    def close(self) -> None:
        self.answer.close()


class Checked(httpcore.NetworkBackend):
    """Looks a name up once and connects to what was checked."""

    def __init__(self, deadline: float) -> None:
        self.deadline, self.inner = deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError()
        for address in check_host(host, port)[:4]:
            try:
                stream = self.inner.connect_tcp(address, port, left(self.deadline), local_address, socket_options)
                return Timed(stream, self.deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem


class Timed(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, so that one byte every nine seconds does not keep us."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self.inner, self.deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, left(self.deadline))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Timed(self.inner.start_tls(ssl_context, server_hostname, left(self.deadline)), self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def left(deadline: float) -> float:
    """Seconds until the deadline. Errors: httpcore.ReadTimeout when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout()
    return seconds


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
