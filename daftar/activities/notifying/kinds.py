"""What people are told of: a closed list; pages, mails and settings read it. docs/guide/notices.md has an entry for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

FOLD = timedelta(minutes=15)
"""A mail waits so long for more of its kind."""
SOON = timedelta(minutes=1)
"""A push waits no longer than this."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice.

    Shapes: `label` names it in the settings; `one` is the sentence before what it is about, `variants` other ones by the word
    in `data["what"]`; `many` has `%(count)s`, and `%(what)s` for the kind of records; `why` says which event sent it.
    `place` is where one finds many of them, when that is no list of records.
    `page`, `mail` and `push` are how it comes when nobody chose, None when it never comes so. A `fixed` one cannot be
    switched off. `wait` is how long a mail waits for more of its kind; an `urgent` one minds no quiet hours.
    """

    key: str
    label: Any
    one: Any
    many: Any
    why: Any
    icon: str
    variants: Mapping[str, Any] = field(default_factory=dict)
    page: bool = True
    mail: bool | None = False
    push: bool | None = False
    fixed: bool = False
    urgent: bool = False
    wait: timedelta = FOLD
    place: str = ""

    def shipped(self, channel: str) -> bool | None:
        """How it comes by the channel ("page", "mail", "push") when nobody chose; None when it never does."""
        return {"page": self.page, "mail": self.mail, "push": self.push}[channel]

    def wanted(self, channels: Mapping[str, Any], channel: str) -> bool:
        """Whether it comes by the channel, for a person with these wishes."""
        shipped = self.shipped(channel)
        if self.fixed or shipped is None:
            return bool(shipped)
        return bool(channels.get(self.key, {}).get(channel, shipped))

    def sentence(self, what: str = "") -> str:
        return str(self.variants.get(what, self.one))


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "mention", _("Mentions of you"), _("You were mentioned"), _("Mentions of you: %(count)s"),
            _("Somebody wrote your name behind an @."), "at-sign", mail=True, push=True,
        ),
        Kind(
            "assigned", _("Tasks, calls and meetings given to you"), _("Planned for you"), _("Planned for you: %(count)s"),
            _("Somebody planned it for you."), "square-check", mail=True, push=True,
        ),
        Kind(
            "reminder", _("Reminders"), _("Reminder"), _("Reminders: %(count)s"),
            _("It is planned for you with a reminder."), "alarm-clock", push=True, wait=timedelta(),
        ),
        Kind(
            "given", _("Records given to you"), _("Given to you"), _("%(count)s %(what)s were given to you"),
            _("Somebody made you the owner."), "user-round", mail=True, push=True,
        ),
        Kind(
            "observed", _("Changes of records that you observe"), _("Was changed"), _("Changes: %(count)s (%(what)s)"),
            _("You observe it."), "eye", variants={"moved": _("Moved to another stage")},
        ),
        Kind(
            "comment", _("Comments on records that you observe"), _("Commented"), _("Comments: %(count)s (%(what)s)"),
            _("You observe it."), "message-square",
        ),
        Kind(
            "payment", _("Payments of your clients"), _("A payment came in"), _("Payments: %(count)s"),
            _("You take care of the client."), "banknote", variants={"wrong": _("Other money came than was asked for")}, mail=True, push=True,
        ),
        Kind(
            "client_opened", _("Clients who open their page"), _("The client opened the page"), _("Opened pages of clients: %(count)s"),
            _("You take care of the deal."), "eye", push=True,
        ),
        Kind(
            "client_asked", _("Questions of clients"), _("The client asks"), _("Questions of clients: %(count)s"),
            _("You take care of the deal."), "message-circle-question-mark", mail=True, push=True,
        ),
        Kind(
            "quote_answered", _("Answers to your quotes"), _("The client answered the quote"), _("Answers to quotes: %(count)s"),
            _("You take care of the quote."), "message-square-reply", mail=True, push=True,
            variants={
                "accepted": _("The client accepts"), "declined": _("The client declines"),
                "expired": _("No answer until the last day of the quote"),
            },
        ),
        Kind(
            "approval_asked", _("Discounts that you are asked to approve"), _("Asks for a discount"), _("Discounts to approve: %(count)s"),
            _("You may decide on the discount."), "badge-percent", mail=True, push=True, place="/sales/approvals/",
        ),
        Kind(
            "approval_decided", _("Decisions on your discounts"), _("Your discount was decided on"), _("Decisions on discounts: %(count)s"),
            _("You asked for the discount, or take care of the deal."), "badge-check", mail=True, push=True, place="/sales/approvals/",
            variants={"approved": _("Your discount is approved"), "declined": _("Your discount is declined")},
        ),
        Kind(
            "hold_ended", _("Ends of your holds"), _("Held until yesterday; the goods are free again"), _("Holds that ended: %(count)s"),
            _("The goods were held in your name."), "lock-open", mail=True, push=True,
        ),
        Kind(
            "no_address", _("Clients who cannot be reminded"), _("No address to remind the client of this invoice"),
            _("Invoices whose clients have no address: %(count)s"), _("You take care of the client."), "mail-x", mail=True,
        ),
        Kind(
            "shared", _("Records shared with you"), _("Shared with you"), _("%(count)s %(what)s were shared with you"),
            _("Somebody shared it with you or your department."), "share-2",
            variants={"observer": _("You observe this from now on"), "department": _("Shared with your department")},
            mail=True, push=True,
        ),
        Kind(
            "invitation_used", _("Your invitations"), _("Came by your invitation"), _("Came by your invitations: %(count)s"),
            _("You invited this person."), "user-plus",
        ),
        Kind(
            "import_done", _("Your imports"), _("Import finished"), _("Imports finished: %(count)s"),
            _("You started this import."), "upload", variants={"failed": _("Import stopped"), "rehearsed": _("Rehearsal finished")}, push=True,
        ),
        Kind(
            "export_done", _("Your exports"), _("File ready to be downloaded"), _("Files ready to be downloaded: %(count)s"),
            _("You asked for this file."), "download", variants={"failed": _("Export stopped")}, push=True,
        ),
        Kind(
            "bulk_done", _("Your changes of many"), _("Change of many finished"), _("Changes of many finished: %(count)s"),
            _("You started this change of many."), "list-checks", push=True,
            variants={"failed": _("Change of many stopped"), "kept": _("Taken back; some rows wait for your decision")},
        ),
        Kind(
            "company_done", _("Archives of the company"), _("The archive is ready to be downloaded"), _("Archives of the company: %(count)s"),
            _("You asked for this archive."), "package", push=True,
            variants={"failed": _("The archive was not written"), "not_loaded": _("The archive was not loaded")},
        ),
        Kind(
            "mail_parked", _("Mails that could not be sent"), _("Mails could not be sent"), _("Mails that could not be sent: %(count)s"),
            _("You may change the settings of the company."), "mail-warning", mail=None, push=None, fixed=True,
        ),
        Kind(
            "new_device", _("Sign-ins from a new device"), _("Sign-in from a new device"), _("Sign-ins from new devices: %(count)s"),
            _("Somebody, hopefully you, signed in to your account from a browser that was not known."),
            "shield-alert", mail=True, push=True, fixed=True, urgent=True, wait=timedelta(),
        ),
    )
}  # fmt: skip
"""In the order of the settings page."""
