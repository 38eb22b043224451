"""What this room does by the clock."""

from daftar.access import password_reset, sessions  # noqa: F401  # its task is known to the worker by this import
from daftar.access.audit import anchors, checking
from daftar.access.audit.erasing import entries_before, erase_details
from daftar.access.rights_marks import thin_out
from daftar.access.throttle import forget_old
from daftar.kernel import keeping
from daftar.kernel.jobs import every, task

KEPT_LONG_ENOUGH = "retention"


@every(hours=12)
def forget_old_sign_in_delays() -> None:
    """Failures of more than a day ago count no more."""
    forget_old()


@every(hours=24)
def thin_out_rights_marks() -> None:
    """What processes know by older marks they ask anew."""
    thin_out()


@every(minutes=5)
def mark_end_of_audit_log() -> None:
    """Keep number and hash of the last entry outside of the database, so that a cut tail is found."""
    anchors.drop()


@every(hours=24)
def check_audit_log_daily() -> None:
    """Look whether the log is whole; its page says what was found."""
    checking.check()


@every(hours=24)
def erase_old_audit_details() -> None:
    """Words of entries go when they are older than the company wants to keep them; by itself it keeps them for ever."""
    if moment := keeping.before("audit_details"):
        erase_details(entries_before(moment), by=None, why=KEPT_LONG_ENOUGH)


@task()
def check_audit_log() -> None:
    """The same, by the button of the page."""
    checking.check()


@every(hours=6)
def forget_old_sessions() -> None:
    """Expired sessions are dropped."""
    sessions.forget_old()
