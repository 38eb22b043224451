"""Whether the values of a column can stand in a field."""

from __future__ import annotations

from daftar.exchange.importing.maps import BESIDE
from daftar.exchange.importing.targets import STOCK
from daftar.exchange.knowing.kinds import Look, is_email, is_phone, is_web, is_yes_no, share
from daftar.records.fields.base import Field

MOST_OF_THEM = 0.8
MOST_STAGES, MOST_OPTIONS = 50, 300
SECONDS = ("sec", "секунд", "сек.", "ثانیه")


def fits(field: Field, part: str, look: Look, *, most_places: int = 2) -> bool:
    """Whether most values can be read by the field; amounts with at most so many digits behind the sign."""
    some = look.column.some
    if not some:
        return field.kind not in ("any_link", "files")
    match field.kind:
        case "money" if not part:
            return look.numbers.known >= MOST_OF_THEM * len(some) and look.numbers.most_places <= most_places
        case "whole" | "decimal" | "percent":
            return look.numbers.known >= MOST_OF_THEM * len(some)
        case "date" | "date_time":
            return look.dates.known >= MOST_OF_THEM * len(some)
        case "emails":
            return share(some, lambda value: is_email(value.split(";")[0].strip())) >= 0.5
        case "phones":
            return share(some, is_phone) >= 0.5
        case "webs":
            return share(some, is_web) >= 0.5
        case "yes_no":
            return share(some, lambda value: is_yes_no(value) or value in "01yn") >= MOST_OF_THEM
        case "duration":
            return (
                share(some, lambda value: value.replace(":", "").replace(".", "").isdigit() or value[:1].isdigit())
                >= MOST_OF_THEM
            )
        case "stage":
            return look.column.whole and look.column.distinct <= MOST_STAGES and not is_number(look)
        case "choice" | "choices":
            return (
                look.column.whole
                and look.column.distinct <= MOST_OPTIONS
                and look.kind not in ("emails", "phones", "webs", "date", "date_time", "money")
            )
        case "person" | "link" | "links":
            return not is_number(look) and look.kind not in ("date", "date_time", "yes_no", "long_text")
        case "any_link" | "files":
            return False
        case "text":
            return look.kind not in ("long_text", "yes_no") and (
                look.kind not in ("date", "date_time") or field.key == "title"
            )
    return True


def in_seconds(heading: str) -> bool:
    """Whether a column counts seconds, and so says a duration more exactly than one of minutes."""
    return any(word in heading.lower() for word in SECONDS)


def is_number(look: Look) -> bool:
    return look.kind in ("whole", "decimal", "money", "percent")


def is_moment(look: Look) -> bool:
    return look.dates.known >= MOST_OF_THEM * len(look.column.some)  # also where nothing stands in it


def beside_fits(target: str, look: Look) -> bool:
    """Whether a column can say what stands beside fields (@created, @changed, @moved)."""
    if target == STOCK:
        return look.numbers.known >= MOST_OF_THEM * len(look.column.some)
    return target in BESIDE - {"@id"} and is_moment(look)
