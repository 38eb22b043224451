"""Which rooms there are, in the order in which Django meets them."""

import os
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    "kernel",
    "ui",
    "access",
    "records",
    "activities",
    "catalogue",
    "papers",
    "crm",
    "sales",
    "exchange",
    "onboarding",
]

# The records room comes last: its /<slug>/ would take every other address.
ADDRESSES = ["onboarding", "access", "exchange", "activities", "sales", "crm", "papers", "catalogue", "ui", "records"]

# For work on one room while another does not import: DAFTAR_ROOMS="kernel ui". Empty means all.
OPEN = set(os.environ.get("DAFTAR_ROOMS", "").replace(",", " ").split()) or set(ROOMS)


def rooms_with(name: str, order: list[str]) -> list[str]:
    """The rooms of `order` that hold the file or folder `name`, as module names."""
    return [f"daftar.{room}" for room in order if room in OPEN and (ROOT / "daftar" / room / name).exists()]


def is_there(dotted: str) -> bool:
    """Whether the module of a class such as `daftar.access.middleware.ReaderMiddleware` exists."""
    module = dotted.rpartition(".")[0]
    top, *inner = module.split(".")
    if top == "daftar" and inner[0] not in OPEN:
        return False
    return (ROOT / Path(*module.split("."))).with_suffix(".py").exists() or (
        top not in {"daftar", "config"} and find_spec(module) is not None
    )
