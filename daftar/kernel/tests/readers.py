"""The readers that the tests of the kernel show to and read from."""

from dataclasses import replace
from itertools import product

from daftar.kernel.formats import Formats, default_for

EN, RU, FA = default_for("en"), default_for("ru"), default_for("fa")
BRITISH = replace(EN, country="GB")
UNKNOWN = Formats(language="", country="")

ALL = [
    replace(default_for(language), calendar=calendar, digits=digits, hour_24=hour_24)
    for language, calendar, digits, hour_24 in product(
        ("en", "fa", "ru"), ("gregorian", "jalali"), ("latin", "persian"), (True, False)
    )
]


def name(formats: Formats) -> str:
    return f"{formats.language or 'unknown'}-{formats.calendar}-{formats.digits}-{24 if formats.hour_24 else 12}"
