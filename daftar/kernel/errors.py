"""One small tree of errors; one middleware turns each into a page, a toast, JSON or another API's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise
"""What a person reads: plain text, or a text that is translated when it is shown."""


class DaftarError(Exception):
    """Something that a person must be told.

    Shapes: `sentence` says what happened and what to do next; `field` is the key of the field it is about, or "";
    `details` is JSON-ready extra for APIs. `status` and `code` are stable.
    """

    status: int = 500
    code: str = "error"
    sentence: Sentence = _("Something went wrong.")
    field: str = ""
    details: dict[str, Any]

    def __init__(self, sentence: Sentence | None = None, *, field: str = "", **details: Any) -> None:
        if sentence is not None:
            self.sentence = sentence
        self.field = field
        self.details = details
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class SignedOut(DaftarError):
    """The session ended while somebody worked on a page; what they typed there stays."""

    status = 401
    code = "signed_out"
    sentence = _(
        "You are signed out, so nothing was saved. Sign in in another tab, then press again: what you typed stays here."
    )


class Invalid(DaftarError):
    """The input breaks a rule: `Invalid("sentence", field="amount")` or `Invalid(errors={"amount": "sentence"})`.

    Shapes: `errors` maps field key to sentence and is never empty; the key "" is the whole form.
    """

    status = 422
    code = "invalid"
    sentence = _("Please check what you entered.")
    errors: dict[str, Sentence]

    def __init__(
        self,
        sentence: Sentence | None = None,
        *,
        field: str = "",
        errors: Mapping[str, Sentence] | None = None,
        **details: Any,
    ) -> None:
        if errors:
            field = field or next(iter(errors))
            if sentence is None and len(errors) == 1:
                sentence = next(iter(errors.values()))
        super().__init__(sentence, field=field, **details)
        self.errors = dict(errors) if errors else {field: self.sentence}

    def at(self, field: str) -> Self:
        """The same error, said about `field`: parsers do not know which field they read for."""
        return type(self)(self.sentence, field=field, **self.details)


class BadAddress(Invalid):
    """The address (path, query, cursor) cannot be read."""

    status = 400
    code = "bad_address"
    sentence = _("This address cannot be read.")


class NotAllowed(DaftarError):
    """The person may see this, but may not do it. What one may not see is `Missing`."""

    status = 403
    code = "not_allowed"
    sentence = _("You are not allowed to do this.")


class Missing(DaftarError):
    """It does not exist, or this person may not know that it does."""

    status = 404
    code = "missing"
    sentence = _("This does not exist, or you may not see it.")


class Conflict(DaftarError):
    """Somebody else changed the same thing; nothing was saved.

    Shapes: `fields` maps field key to (mine, theirs).
    """

    status = 409
    code = "conflict"
    sentence = _("Somebody changed this while you were editing. Choose which values to keep.")
    fields: dict[str, tuple[Any, Any]]

    def __init__(
        self,
        sentence: Sentence | None = None,
        *,
        field: str = "",
        fields: Mapping[str, tuple[Any, Any]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(sentence, field=field, **details)
        self.fields = dict(fields or {})


class _Later(DaftarError):
    """Not now: `retry_after` is in seconds."""

    retry_after: int = 5

    def __init__(
        self, sentence: Sentence | None = None, *, field: str = "", retry_after: int | None = None, **details: Any
    ) -> None:
        super().__init__(sentence, field=field, **details)
        if retry_after is not None:
            self.retry_after = retry_after


class TooMany(_Later):
    """A limit is reached."""

    status = 429
    code = "too_many"
    retry_after = 60
    sentence = _("Too many requests. Please wait a little and try again.")


class OutsideFailure(DaftarError):
    """A foreign service is slow, broken or lying."""

    status = 502
    code = "outside_failure"
    sentence = _("An outside service did not answer as expected. Please try again later.")


class Busy(_Later):
    """The database is locked or away; nothing was changed."""

    status = 503
    code = "busy"
    sentence = _("The system is busy and nothing was changed. Please try again in a moment.")


class TookTooLong(_Later):
    """The database worked on it for longer than a page may (kernel/time_limit.py); nothing was changed."""

    status = 503
    code = "took_too_long"
    retry_after = 30
    sentence = _(
        "This took too long, so it was stopped and nothing was changed. Ask for less, for example by a narrower filter."
    )


class StorageFull(DaftarError):
    """No room on the disk; nothing was changed."""

    status = 507
    code = "storage_full"
    sentence = _("Storage is full, nothing was changed. Please tell your administrator.")
