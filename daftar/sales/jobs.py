"""What the worker does for sales."""

from daftar.sales.paying import jobs as paying_jobs
from daftar.sales.sending import jobs as sending_jobs

__all__ = ["paying_jobs", "sending_jobs"]
