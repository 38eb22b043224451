"""django-allauth's calls to the company's account service, by the one way out: its sessions send through `kernel.egress`."""

from __future__ import annotations

from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from daftar.kernel import egress
from daftar.kernel.errors import DaftarError


def outward_session() -> Session:
    """A session that knows no other way than egress: addresses are checked, also of each redirect; nothing of the environment steers it."""
    session = Session()
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", ByEgress())
    session.mount("http://", ByEgress())
    return session


class ByEgress(BaseAdapter):
    """Errors: requests' own ConnectionError, which is what its callers expect, for all that egress refuses."""

    def send(self, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        body: Any = request.body or b""  # a form or nothing: nothing is streamed
        content = body.encode() if isinstance(body, str) else bytes(body)
        headers: Any = dict(request.headers)
        try:
            answer = egress.fetch(request.url or "", method=request.method or "GET", headers=headers, content=content)
        except DaftarError as refused:
            raise NoConnection(str(refused), request=request) from refused
        made = Response()
        made.status_code, made._content = answer.status, answer.content
        made.headers = CaseInsensitiveDict(answer.headers)
        made.encoding = get_encoding_from_headers(made.headers)
        made.url, made.request = request.url or "", request
        return made

    def close(self) -> None:
        """Nothing stays open."""
