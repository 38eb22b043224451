"""The demo company: a hardware shop with its people, clients and sales, made by our own actions, removed as one."""

from daftar.onboarding.demo.cast import Cast, make_cast
from daftar.onboarding.demo.loading import load
from daftar.onboarding.demo.reloading import reload
from daftar.onboarding.demo.removing import Removed, remove

__all__ = ["Cast", "Removed", "load", "make_cast", "reload", "remove"]
