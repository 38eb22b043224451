"""What this room does by the clock."""

from daftar.access import password_reset, sessions  # noqa: F401  # its task is known to the worker by this import
from daftar.access.audit import anchors, checking
from daftar.access.throttle import forget_old
from daftar.kernel.jobs import every, task


@every(hours=12)
def forget_old_sign_in_delays() -> None:
    """Failures of more than a day ago count no more."""
    forget_old()


@every(minutes=5)
def mark_end_of_audit_log() -> None:
    """Keep number and hash of the last entry outside of the database, so that a cut tail is found."""
    anchors.drop()


@every(hours=24)
def check_audit_log_daily() -> None:
    """Look whether the log is whole; its page says what was found."""
    checking.check()


@task()
def check_audit_log() -> None:
    """The same, by the button of the page."""
    checking.check()


@every(hours=6)
def forget_old_sessions() -> None:
    """Expired sessions are dropped."""
    sessions.forget_old()
