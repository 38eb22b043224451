"""Pages: from the asyncio server to Django's WSGI handler in a few lasting threads.

A thread is busy only while Django works. The whole body is read before one is taken, and a finished page is sent
after it is given back, so slow clients (or a slow-post attack) hold memory and a socket, never one of the threads.
"""

import asyncio
import contextvars
import functools
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from a2wsgi.wsgi import Body, build_environ
from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY_BYTES = 1_048_576
BODY_SECONDS = 120
PAGE_THREADS = 4
STREAM_THREADS = 4


class TooLarge(Exception):
    """The body is longer than settings.MAX_BODY_BYTES."""


class Pages:
    """The ASGI side of Django's WSGI application."""

    def __init__(self, wsgi: Callable[..., Any]) -> None:
        self.wsgi = wsgi
        self.threads = ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page")
        self.stream_threads = ThreadPoolExecutor(STREAM_THREADS, thread_name_prefix="stream")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            refuse_declared_size(scope)
            body = await asyncio.wait_for(read_body(receive), BODY_SECONDS)
        except TooLarge:
            await refuse(send, 413, f"The request is larger than {settings.MAX_BODY_BYTES // 1_048_576} MB.")
            return
        except TimeoutError:
            await refuse(send, 408, "The request did not arrive in time.")
            return
        except ConnectionError:
            return
        with body:
            answer = await self._in_thread(self.threads, self._page, environ(scope, body))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.page is not None:
            await send({"type": "http.response.body", "body": answer.page})
            return
        try:
            await self._stream(answer.chunks, send)
        finally:
            await self._in_thread(self.stream_threads, answer.close)

    def _page(self, environ: dict[str, Any]) -> "Answer":
        answer = Answer()
        response = self.wsgi(environ, answer.start)
        answer.close = response.close
        if getattr(response, "streaming", False):
            # FileResponse goes through wsgi.file_wrapper, which we do not offer, so chunks is always iterable.
            answer.chunks = iter(response)
        else:
            try:
                answer.page = b"".join(response)
            finally:
                response.close()
        return answer

    async def _stream(self, chunks: Iterator[bytes], send: Send) -> None:
        while (chunk := await self._in_thread(self.stream_threads, next, chunks, None)) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    @staticmethod
    async def _in_thread(pool: ThreadPoolExecutor, call: Callable[..., Any], *arguments: Any) -> Any:
        run = functools.partial(contextvars.copy_context().run, call, *arguments)
        return await asyncio.get_running_loop().run_in_executor(pool, run)


class Answer:
    """What WSGI's start_response was told, and the page or the chunks that follow."""

    def __init__(self) -> None:
        self.status, self.headers = 500, list[tuple[bytes, bytes]]()
        self.page: bytes | None = None
        self.chunks: Iterator[bytes] = iter(())
        self.close: Callable[[], object] = lambda: None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [
            (name.strip().lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers
        ]


def refuse_declared_size(scope: Message) -> None:
    """Errors: TooLarge, before the client has sent what it announces."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > settings.MAX_BODY_BYTES:
        raise TooLarge


async def read_body(receive: Receive) -> IO[bytes]:
    """The whole body as a file, on disk when it is long. Errors: TooLarge; ConnectionError when the client left."""
    body = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise ConnectionError
        body.write(message.get("body", b""))
        if body.tell() > settings.MAX_BODY_BYTES:
            body.close()
            raise TooLarge
        more = message.get("more_body", False)
    return body


def environ(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment; headers with an underscore are dropped, for they could pose as a proxy's."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    cleaned: Any = {**scope, "headers": headers}
    nothing: Any = None
    made: dict[str, Any] = dict(build_environ(cleaned, Body(nothing, nothing)))
    made["CONTENT_LENGTH"] = str(body.tell())
    body.seek(0)
    made["wsgi.input"] = body
    return made


async def refuse(send: Send, status: int, sentence: str) -> None:
    """A plain answer without Django."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode() + b"\n"})
