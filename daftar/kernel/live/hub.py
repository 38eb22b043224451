"""The open streams of this process, and the last messages for those that come back."""

import asyncio
import json
import secrets
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, TypeVar

Key = TypeVar("Key")
REMEMBERED = 1_000
WAITING = 100
STREAMS_PER_USER = 12
STREAMS_PER_ADDRESS = 400
"""A whole office may share one address; more than this is no office."""


class Stream:
    """One open page: what waits to be sent to it. A reader too slow for 100 messages is told to ask for everything."""

    def __init__(self, user_id: int, channels: frozenset[str], session_key: str = "", address: str = "") -> None:
        self.user_id, self.channels, self.session_key, self.address = user_id, channels, session_key, address
        self.waiting: deque[str] = deque()
        self.is_ended = False
        self.woken = asyncio.Event()

    def put(self, text: str) -> None:
        if len(self.waiting) >= WAITING:
            self.waiting.clear()
            text = RESET
        self.waiting.append(text)
        self.woken.set()

    def end(self) -> None:
        self.is_ended = True
        self.woken.set()


RESET = "event: reset\ndata: {}\n\n"


class Hub:
    """All streams by channel. Everything here runs in the event loop's thread, except `deliver_from_thread`."""

    def __init__(self) -> None:
        self.streams: dict[str, set[Stream]] = defaultdict(set)
        self.of_user: dict[int, set[Stream]] = defaultdict(set)
        self.of_address: dict[str, set[Stream]] = defaultdict(set)
        self.remembered: deque[tuple[int, str, str]] = deque(maxlen=REMEMBERED)
        self.epoch, self.number = secrets.token_hex(4), 0
        self.loop: asyncio.AbstractEventLoop | None = None

    @property
    def is_open(self) -> bool:
        """Whether this process serves streams."""
        return self.loop is not None and not self.loop.is_closed()

    @property
    def mark(self) -> str:
        """The id of the newest message: what comes later is news to a page that opens now."""
        return f"{self.epoch}-{self.number}"

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def deliver_from_thread(self, text: str) -> None:
        if self.loop:
            self.loop.call_soon_threadsafe(self.deliver, text)

    def deliver(self, text: str) -> None:
        """Put a carried message before every stream of its channel."""
        try:
            carried = json.loads(text)
            channel, message = str(carried["channel"]), dict(carried["message"])
        except (ValueError, KeyError, TypeError):
            return
        if channel.startswith("user:") and message.get("end") is True:
            name = channel.partition(":")[2]
            self.end_user(int(name) if name.isdecimal() else 0)
            return
        self.number += 1
        written = written_out(f"{self.epoch}-{self.number}", channel, message)
        self.remembered.append((self.number, channel, written))
        for stream in self.streams.get(channel, ()):
            stream.put(written)

    def join(self, stream: Stream, last_id: str = "") -> bool:
        """Add a stream, with what it missed since `last_id`. False when the person or the address has too many open already."""
        mine = self.of_user[stream.user_id]
        if len(mine) >= STREAMS_PER_USER or len(self.of_address.get(stream.address, ())) >= STREAMS_PER_ADDRESS:
            return False
        self.of_address[stream.address].add(stream)
        mine.add(stream)
        for channel in stream.channels:
            self.streams[channel].add(stream)
        for text in self.missed(stream, last_id):
            stream.put(text)
        return True

    def leave(self, stream: Stream) -> None:
        for channel in stream.channels:
            _take_out(self.streams, channel, stream)
        _take_out(self.of_user, stream.user_id, stream)
        _take_out(self.of_address, stream.address, stream)

    def missed(self, stream: Stream, last_id: str) -> Iterable[str]:
        """What came since that id; a reset when we no longer know."""
        if not last_id:
            return []
        epoch, _, number = last_id.partition("-")
        oldest = self.remembered[0][0] if self.remembered else self.number + 1
        if epoch != self.epoch or not number.isdecimal() or len(number) > 18 or int(number) + 1 < oldest:
            return [RESET]
        return [text for n, channel, text in self.remembered if n > int(number) and channel in stream.channels]

    def end_user(self, user_id: int) -> None:
        for stream in list(self.of_user.get(user_id, ())):
            stream.end()

    def open_sessions(self) -> dict[str, int]:
        """The sessions behind the open streams, each with its person."""
        return {stream.session_key: stream.user_id for streams in self.of_user.values() for stream in streams}

    def end_sessions(self, keys: set[str]) -> None:
        """Close the streams of these sessions."""
        for streams in list(self.of_user.values()):
            for stream in [stream for stream in streams if stream.session_key in keys]:
                stream.end()

    def reset_all(self) -> None:
        """Tell everybody to ask again: messages may have been missed."""
        for streams in list(self.of_user.values()):
            for stream in streams:
                stream.put(RESET)

    def end_all(self) -> None:
        """Close every stream, so that the server can stop."""
        for user_id in list(self.of_user):
            self.end_user(user_id)


def _take_out(shelf: dict[Key, set[Stream]], key: Key, stream: Stream) -> None:
    shelf[key].discard(stream)
    if not shelf[key]:
        del shelf[key]


def written_out(ident: str, channel: str, message: dict[str, Any]) -> str:
    """One server-sent event. JSON has no line breaks of its own, so a message cannot forge a second event."""
    data = json.dumps({"channel": channel, **message}, separators=(",", ":"))
    return f"id: {ident}\nevent: change\ndata: {data}\n\n"


hub = Hub()
