"""The web server's process."""

import signal
import socket
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
        self.wants_restart = True
        self.handle_exit(signal.SIGTERM, frame)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
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
    server.run(sockets=[listening])
    return server.wants_restart


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Errors: OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)
    listening.set_inheritable(False)
    return listening
