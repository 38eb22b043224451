"""A real mail server on this machine that keeps what comes, and refuses as told."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.house.installation import free_port


class Postbox:
    """`came` are the mails; `refusals` maps an address to the line that refuses it."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.port = free_port()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.came.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    box = Postbox()
    served = Controller(box, hostname="127.0.0.1", port=box.port)
    served.start()
    try:
        yield box
    finally:
        served.stop()
