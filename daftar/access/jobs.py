"""What this room does by the clock."""

from daftar.access import password_reset, sessions  # noqa: F401  # its task is known to the worker by this import
from daftar.access.throttle import forget_old
from daftar.kernel.jobs import every


@every(hours=12)
def forget_old_sign_in_delays() -> None:
    """Failures of more than a day ago count no more."""
    forget_old()


@every(hours=6)
def forget_old_sessions() -> None:
    """Expired sessions are dropped."""
    sessions.forget_old()
