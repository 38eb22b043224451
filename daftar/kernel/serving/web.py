"""The web server's process."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn
from django.conf import settings

from daftar.kernel.live.hub import hub

GRACE_SECONDS = 10


class Server(uvicorn.Server):
    """uvicorn that ends open streams when told to stop, and restarts on SIGHUP."""

    wants_restart = False

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        signal.signal(signal.SIGHUP, self.restart)
        self.on_ready()

    def restart(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(signal.SIGTERM, frame)
        self.wants_restart = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.wants_restart = False
        if hub.loop and not hub.loop.is_closed():
            hub.loop.call_soon_threadsafe(hub.end_all)
        super().handle_exit(sig, frame)
        self._captured_signals.clear()  # or uvicorn raises the signal again and we die before the worker is told


def serve_web(listening: socket.socket, on_ready: Callable[[], None]) -> bool:
    """Serve until told to stop; True when a restart was asked for."""
    config = uvicorn.Config(
        "config.asgi:application",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=None,
        h11_max_incomplete_event_size=64 * 1024,
        root_path=getattr(settings, "ROOT_PATH", ""),
    )
    server = Server(config, on_ready)
    server.run(sockets=[listening.dup()])  # it closes what it is given; ours may be handed on
    return server.wants_restart


HANDED_ON = "DAFTAR_LISTENING"


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket: the one handed on by a restart, so that nobody is refused meanwhile, or a new one.

    Errors: OSError when the port is taken.
    """
    if handed_on := os.environ.pop(HANDED_ON, ""):
        return socket.socket(fileno=int(handed_on))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    return listening


def start_again(listening: socket.socket) -> None:
    """Become a fresh process with the same command and the same socket; does not return."""
    listening.set_inheritable(True)
    os.environ[HANDED_ON] = str(listening.fileno())
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command again
