"""What the lines of a card say, under headings that the map knows."""

from __future__ import annotations

import binascii
import datetime as dt
import quopri
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from daftar.exchange.reading.card_lines import CardLine
from daftar.exchange.reading.rows import shown
from daftar.kernel.letters import likely_codec

PHONES = {"CELL": "Mobile phone", "FAX": "Fax", "WORK": "Work phone", "HOME": "Home phone"}
"""Words of a phone, the one that counts first."""
HEADINGS = (
    "Full name", "First name", "Middle name", "Last name", "Organisation", "Department", "Position",
    "Mobile phone", "Work phone", "Home phone", "Fax", "Phone",
    "Work email", "Home email", "E-mail", "Website",
    "Street", "City", "Region", "Postcode", "Country", "Birthday", "Tags", "Note",
)  # fmt: skip
WANTED = frozenset(
    ["FN", "N", "ORG", "TITLE", "ROLE", "TEL", "EMAIL", "URL", "ADR", "BDAY", "NOTE", "CATEGORIES", "AGENT"]
)
"""The lines that are looked at."""
BETWEEN = ", "
"""Parts of an address and of a department stand in one text, as cards from anywhere write them."""
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


def values_of(lines: Sequence[CardLine], codec: str) -> dict[str, list[str]]:
    """Heading → values. Errors: ValueError with a sentence when a line cannot be read."""
    found: dict[str, list[str]] = {}

    def add(heading: str, text: str) -> None:
        if text.strip():
            found.setdefault(heading, []).append(text.strip())

    has_address = False
    for one in lines:
        if not one.name:
            raise ValueError(
                _("Line %(line)s of this card, “%(text)s”, has no colon. Mend it and load the card again.")
                % {"line": one.line, "text": shown(one.text.decode("utf-8", "replace"))[:60]}
            )
        text, kinds = decoded(one, codec), one.words.get("TYPE", [])
        match one.name:
            case "FN":
                add("Full name", unescaped(text))
            case "N":
                for heading, part in zip(("Last name", "First name", "Middle name"), parts(text), strict=False):
                    add(heading, part)
            case "ORG":
                first, *rest = parts(text)
                add("Organisation", first)
                add("Department", BETWEEN.join(filter(None, rest)))
            case "TITLE":
                add("Position", unescaped(text))
            case "ROLE":
                found.setdefault("Role", []).append(unescaped(text))
            case "TEL":
                heading = next((name for word, name in PHONES.items() if word in kinds), "Phone")
                number = unescaped(text).removeprefix("tel:").partition(";")[0]
                add(heading, number)
            case "EMAIL":
                heading = "Work email" if "WORK" in kinds else "Home email" if "HOME" in kinds else "E-mail"
                add(heading, unescaped(text).removeprefix("mailto:"))
            case "URL":
                add("Website", unescaped(text))
            case "ADR" if not has_address:
                has_address = any(address := list(address_of(text)))
                for heading, part in zip(("Street", "City", "Region", "Postcode", "Country"), address, strict=True):
                    add(heading, part)
            case "BDAY":
                add("Birthday", birthday(unescaped(text)))
            case "CATEGORIES":
                for part in re.split(r"(?<!\\),", text):
                    add("Tags", unescaped(part))
            case "NOTE":
                add("Note", unescaped(text))
    if roles := found.pop("Role", []):
        found.setdefault("Position", roles)
    return whole(found)


def whole(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """A card needs to say who it is; a name in parts or an organisation gives the full name. Errors: ValueError."""
    if "Full name" not in found:
        names = [" ".join(found.get(heading, ())) for heading in ("First name", "Middle name", "Last name")]
        name = " ".join(filter(None, names)) or " ".join(found.get("Organisation", ())[:1])
        if name:
            found["Full name"] = [name]
    if not found:
        raise ValueError(_("This card says nothing that can be taken. Leave it out, or fill it in and load it again."))
    return found


def decoded(one: CardLine, codec: str) -> str:
    """The value as text, by its own encoding and letters. Errors: ValueError."""
    data = one.value
    how = one.words.get("ENCODING", [])
    if "QUOTED-PRINTABLE" in how:
        data = quopri.decodestring(data)
    elif "BASE64" in how or "B" in how:
        try:
            data = binascii.a2b_base64(data)
        except binascii.Error:
            raise ValueError(unreadable(one)) from None
    said = one.words.get("CHARSET", [""])[0]
    is_packed = data is not one.value
    # UTF-16 files were made UTF-8 when their lines were read
    own = "utf-8" if is_packed or codec.startswith("utf") else codec
    try:
        return data.decode("cp1251" if said == "WIN1251" else said or own)
    except UnicodeDecodeError:
        if is_packed and not said:
            return data.decode(likely_codec(data), errors="replace")
        raise ValueError(unreadable(one)) from None
    except LookupError:
        raise ValueError(unreadable(one)) from None


def unreadable(one: CardLine) -> str:
    return _(
        "%(name)s on line %(line)s holds bytes that are no letters. Write it again, or choose another encoding."
    ) % {
        "name": one.name,
        "line": one.line,
    }


def parts(text: str) -> list[str]:
    """The parts between semicolons."""
    return [unescaped(part).strip() for part in re.split(r"(?<!\\);", text)]


def unescaped(text: str) -> str:
    if "\\" in text:
        text = ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def address_of(text: str) -> Iterator[str]:
    """(street, city, region, postcode, country); box and flat stand with the street."""
    box, flat, street, city, region, postcode, country = (*parts(text), *[""] * 7)[:7]
    yield BETWEEN.join(filter(None, (street, flat, box)))
    yield from (city, region, postcode, country)


def birthday(text: str) -> str:
    """As ISO where the year is said; a day without a year is left out."""
    found = DAY.match(text.strip())
    if found is None:
        return "" if text.strip().startswith("--") else text
    try:
        return dt.date(*map(int, found.groups())).isoformat()
    except ValueError:
        return text
