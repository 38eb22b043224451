"""What the worker does for sales."""

from daftar.sales.paying import jobs as paying_jobs

__all__ = ["paying_jobs"]
