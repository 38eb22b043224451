"""The server's one entry: live streams by asyncio, static files from disk, everything else Django's pages."""

import asyncio
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.bridge import Message, Pages, Receive, Send
from config.static_files import StaticFiles
from config.wsgi import application as wsgi
from daftar.kernel.live.stream import events, open_streams

_pages = Pages(wsgi)
_static = StaticFiles()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Route one connection."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1000})
    elif scope["path"] == "/events":
        await events(scope, receive, send)
    elif scope["path"].startswith("/static/") and scope["method"] in {"GET", "HEAD"}:
        await _static(scope, receive, send)
    else:
        await _pages(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    ear = open_streams(asyncio.get_running_loop())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    ear.close()
    await send({"type": "lifespan.shutdown.complete"})
