"""Mail goes out through here: written in the transaction of the change that causes it, sent later by the worker.

A mail may go out twice (the worker died after the server had taken it); both carry the same Message-ID, so a mail program shows one.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from daftar.kernel import clock, events, keeping
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid
from daftar.kernel.models import OutgoingMail

__all__ = ["Attached", "attaches", "forget_old", "is_set_up", "parked", "post_mail", "send_due", "try_again"]

log = logging.getLogger("daftar.outbox")


@dataclass(frozen=True, slots=True)
class MailParked:
    """Nobody tries to send this mail any more, until somebody says so."""

    mail_id: int


State = OutgoingMail.State
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(hours=24)
LARGEST_ATTACHED = 10_000_000
CLAIM = timedelta(minutes=5)
SERVER_SECONDS = 20
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail; `kind` is its media type, such as "application/pdf"."""

    name: str
    kind: str
    content: bytes


_makers: dict[str, Callable[[str], Attached | None]] = {}


def attaches(name: str) -> Callable[[Callable[[str], Attached | None]], Callable[[str], Attached | None]]:
    """Decorator: this function makes the file of mails posted with `attached="<name>:<what>"`, when they are sent.

    It gets <what>; None when the thing is no longer there: the mail goes without it.
    """

    def keep(maker: Callable[[str], Attached | None]) -> Callable[[str], Attached | None]:
        _makers[name] = maker
        return maker

    return keep


def is_set_up() -> bool:
    """Whether there is a server to send by; without one, mails wait, and pages show links to copy."""
    return settings.MAIL_SERVER is not None


def post_mail(
    key: str, *, to: str, subject: str, text: str, html: str = "", language: str = "en", attached: str = ""
) -> None:  # fmt: skip
    """Put one mail into the outbox, in the caller's transaction; a second one with the same key is left out.

    Shapes: `key` says what the mail is about, at most 120 characters ("invitation:17:2"). `to` is one address, `text` plain text,
    `html` the same for those who like it, or "". `attached` names a file that is made when the mail is sent (`attaches`), at most 10 MB.
    Errors: Invalid for an address that is none, or a line break in the address or subject.
    """
    if any(mark in part for part in (to, subject, key) for mark in "\r\n\0"):
        raise Invalid(_("The address and subject of a mail stand in one line each."), field="to")
    if not subject or len(subject) > 200 or not key or len(key) > 120:
        raise ValueError("A mail needs a subject of at most 200 and a key of at most 120 characters.")
    if len(attached) > 80 or (attached and attached.partition(":")[0] not in _makers):
        raise ValueError("Nobody makes the file that this mail is to take along.")
    mail = OutgoingMail(
        key=key, to=parse_email(to), subject=subject, text=text, html=html, language=language, attached=attached
    )
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)


def parked() -> QuerySet[OutgoingMail]:
    """Mails that nobody tries to send any more."""
    return OutgoingMail.objects.filter(state=State.PARKED)


def try_again(mail_id: int) -> bool:
    """Send a parked or failed mail at the next turn, with a day of patience again; False when there is none such."""
    waiting = OutgoingMail.objects.filter(pk=mail_id, state__in=(State.PARKED, State.FAILED))
    return bool(waiting.update(state=State.QUEUED, attempts=0, first_try=None, next_try=clock.now(), problem=""))


def forget_old() -> None:
    """Sent mails are listed for as long as the company says."""
    if moment := keeping.before("sent_mails"):
        sent_before(moment).delete()


def sent_before(moment: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=State.SENT, sent_at__lt=moment)


# -- sending: in the worker only ------------------------------------------------------------------------


def send_due() -> int:
    """Send what is due, at most 50 mails over one connection; how many went out. Nothing without a server."""
    if not is_set_up():
        return 0
    due = list(due_now().values_list("pk", flat=True)[:AT_ONCE])
    mine = [mail for pk in due if (mail := claim(pk))]
    if not mine:
        return 0
    try:
        with server() as wire:
            return sum(send(wire, mail) for mail in mine)
    except (OSError, smtplib.SMTPException) as problem:
        for mail in OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mine], state=State.SENDING):
            failed(mail, problem)
        return 0


def due_now() -> QuerySet[OutgoingMail]:
    now = clock.now()
    waits = Q(state__in=(State.QUEUED, State.FAILED), next_try__lte=now)
    left_lying = Q(state=State.SENDING, until__lte=now)
    return OutgoingMail.objects.filter(waits | left_lying).order_by("next_try", "pk")


def claim(pk: int) -> OutgoingMail | None:
    """The mail, marked as being sent, or None when another worker was first."""
    with transaction.atomic():
        mail = due_now().select_for_update(skip_locked=True).filter(pk=pk).first()
        if mail is None:
            return None
        now = clock.now()
        mail.state, mail.until, mail.first_try = State.SENDING, now + CLAIM, mail.first_try or now
        mail.attempts += 1
        mail.save(update_fields=["state", "until", "first_try", "attempts"])
        return mail


@contextmanager
def server() -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server, encrypted and signed in as the settings say."""
    there: Any = settings.MAIL_SERVER
    context = ssl.create_default_context()
    if there.tls == "ssl":
        wire: smtplib.SMTP = smtplib.SMTP_SSL(there.host, there.port, timeout=SERVER_SECONDS, context=context)
    else:
        wire = smtplib.SMTP(there.host, there.port, timeout=SERVER_SECONDS)
    with wire:
        if there.tls == "starttls":
            wire.starttls(context=context)
        if there.user:
            wire.login(there.user, there.password)
        yield wire


def send(wire: smtplib.SMTP, mail: OutgoingMail) -> bool:
    """Hand one mail over and note what came of it. Errors: those of the connection, which end the conversation."""
    try:
        message = written(mail)
    except Exception as problem:  # noqa: BLE001 - one that cannot be made holds up no other mail
        failed(mail, problem)
        return False
    try:
        wire.send_message(message)
    except (smtplib.SMTPServerDisconnected, OSError) as problem:
        if isinstance(problem, smtplib.SMTPException) and not isinstance(problem, smtplib.SMTPServerDisconnected):
            failed(mail, problem)
            return False
        raise
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.SENT, sent_at=clock.now(), problem="", text="", html="", until=None
    )
    return True


def written(mail: OutgoingMail) -> EmailMessage:
    """The mail as it goes over the wire; the library refuses line breaks in headers."""
    message = EmailMessage()
    message["From"] = sender()
    message["To"] = domain_in_ascii(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.posted_at)
    message["Message-ID"] = message_id(mail.key)
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    if file := attached_to(mail):
        main, _slash, sub = file.kind.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def attached_to(mail: OutgoingMail) -> Attached | None:
    """The file that goes with a mail, made now; none when it grew too large or is gone."""
    name, _colon, what = mail.attached.partition(":")
    if not name:
        return None
    file = _makers[name](what)
    return file if file is not None and len(file.content) <= LARGEST_ATTACHED else None


def sender() -> Address:
    name, address = parseaddr(settings.MAIL_FROM)
    return Address(name or "Daftar", addr_spec=address)


def domain_in_ascii(address: str) -> str:
    """The address with the domain as the wire wants it: бюро.рф is xn--90a0am.xn--p1ai."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def message_id(key: str) -> str:
    """The same for the same mail however often it goes out, and telling nothing about it."""
    name = hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:40]
    return f"<{name}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"


def failed(mail: OutgoingMail, problem: Exception) -> None:
    """Try again after a pause that doubles, or give up: after a day, or at once when the server wants no such mail."""
    now = clock.now()
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 20), LONGEST_PAUSE)
    is_hopeless = refused_for_good(problem) or now + pause > (mail.first_try or now) + GIVEN_UP_AFTER
    mail.state = State.PARKED if is_hopeless else State.FAILED
    mail.next_try, mail.until, mail.problem = now + pause, None, words_of(problem)[:500]
    with transaction.atomic():
        mail.save(update_fields=["state", "next_try", "until", "problem"])
        if is_hopeless:
            events.publish(MailParked(mail.pk))
    log.warning("mail not sent", extra={"mail": mail.pk, "attempts": mail.attempts, "state": mail.state})


def refused_for_good(problem: Exception) -> bool:
    """Whether the server says that it will never take this mail (a code of the five hundreds about recipient or content)."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPDataError):
        return 500 <= problem.smtp_code < 600
    return isinstance(problem, smtplib.SMTPNotSupportedError)


def words_of(problem: Exception) -> str:
    """What the server said, in one line."""
    said: Any = str(problem)
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {as_text(words)}" for code, words in problem.recipients.values())
    elif isinstance(problem, smtplib.SMTPResponseException):
        said = f"{problem.smtp_code} {as_text(problem.smtp_error)}"
    return " ".join(f"{type(problem).__name__}: {said}".split())


def as_text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
