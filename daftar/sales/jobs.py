"""What the worker does for sales."""

from daftar.kernel.jobs import every
from daftar.sales.paying import jobs as paying_jobs
from daftar.sales.quoting.expiring import expire_quotes
from daftar.sales.sending import jobs as sending_jobs

__all__ = ["paying_jobs", "sending_jobs"]


@every(hours=1)
def end_quotes() -> None:
    """Quotes whose last day is over say so."""
    expire_quotes()
