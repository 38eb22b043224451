"""Static files from the server itself: hashed names for a year, compressed beforehand, ranges, not-modified."""

import asyncio
import re
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from whitenoise import WhiteNoise

from config.bridge import Message, Receive, Send, refuse

HASHED_NAME = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")


class StaticFiles:
    """The ASGI application below /static/."""

    def __init__(self) -> None:
        self.noise = WhiteNoise(None, max_age=3600, immutable_file_test=_is_hashed, allow_all_origins=False)
        if settings.IS_BUILT:
            self.noise.add_files(str(settings.STATIC_ROOT), prefix=settings.STATIC_URL)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        found = self.noise.files.get(scope["path"]) or self._unbuilt(scope["path"])
        if found is None:
            await refuse(send, 404, "There is no such file.")
            return
        wanted = {
            "HTTP_" + name.decode("latin1").upper().replace("-", "_"): value.decode("latin1")
            for name, value in scope["headers"]
        }
        answer = found.get_response(scope["method"], wanted)
        headers = [(name.lower().encode(), str(value).encode("latin1")) for name, value in answer.headers]
        headers += [(b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin")]
        await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
        body = await asyncio.to_thread(_read, answer.file) if answer.file else b""
        await send({"type": "http.response.body", "body": body})

    def _unbuilt(self, path: str) -> Any:
        if settings.IS_BUILT:
            return None
        source = finders.find(path.removeprefix(settings.STATIC_URL))
        if not source:
            return None
        fresh = WhiteNoise(None, max_age=0, allow_all_origins=False)
        fresh.add_file_to_dictionary(path, str(source))
        return fresh.files.get(path)


def _is_hashed(path: str, url: str) -> bool:
    return bool(HASHED_NAME.search(url))


def _read(file: Any) -> bytes:
    with file:
        return bytes(file.read())
