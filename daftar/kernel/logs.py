"""Logs as one JSON object a line on standard error; control characters encoded, secrets masked."""

import json
import logging
import os
import re
import secrets
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRET_NAMES = re.compile(r"pass(word|wd)?$|secret|token|cookie|authorization|api_?key|session", re.IGNORECASE)
_SECRET_TEXTS = [
    # user:password@host, key=value pairs, bearer tokens, and the token segment of webhook paths (/rest/1/<token>/)
    (re.compile(r"(://[^/\s:@]{1,200}:)[^/\s@]{1,500}(@)"), r"\1***\2"),
    (
        re.compile(
            r"\b((?:password|passwd|secret|token|api_?key|sessionid)\s{0,5}[=:]\s{0,5})[^\s&,;\"']{1,500}", re.I
        ),
        r"\1***",
    ),
    (re.compile(r"\b(bearer )[\w.~+/=-]{1,2000}", re.I), r"\1***"),
    (re.compile(r"(/rest/\d{1,20}/)[^/\s]{1,200}"), r"\1***"),
    (re.compile(r"(/(?:t|token|reset|invite|invitation|new-password|c|pay|hooks/payments)/)[^/\s?]{8,500}"), r"\1***"),
]


def begin_request() -> str:
    """A fresh request id, written into every log line of this request from now on."""
    fresh = secrets.token_hex(6)
    request_id.set(fresh)
    return fresh


def masked(text: str) -> str:
    """The text with passwords, tokens and secret path segments replaced by ***."""
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


class JsonLines(logging.Formatter):
    """time, level, room, message, request, then the extras. JSON encodes CR, LF and control characters by itself."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line.update({name: _plain(name, value) for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info and record.exc_info[1]:
            line["error"] = masked("".join(traceback.format_exception(record.exc_info[1])))[-8_000:]
        return json.dumps(line)


def _plain(name: str, value: object) -> object:
    if _SECRET_NAMES.search(name):
        return "***"
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))[:2_000]


def start(level: str = "") -> None:
    """Send all logs to standard error in our form; safe to repeat.

    Without a level: DAFTAR_LOG, else warnings on a terminal (people read there) and everything in a pipe or file.
    """
    level = (level or os.environ.get("DAFTAR_LOG", "") or ("WARNING" if sys.stderr.isatty() else "INFO")).upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # django_tasks_db warns of nothing but that it was told to stop; a task that fails is an error.
    for noisy in ["django.request", "django.server", "uvicorn.access", "django_tasks_db"]:
        logging.getLogger(noisy).setLevel("ERROR")
    for talkative in ["uvicorn.error", "httpx", "asyncio", "django_tasks"]:
        logging.getLogger(talkative).setLevel("WARNING")
