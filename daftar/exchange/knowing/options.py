"""Which option each text of a choice means: by key, by name in any of our languages, by a usual other word, by a slip of the pen; else a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from daftar.exchange.importing.odd import near
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.systems.shape import squash
from daftar.records.fields.base import Field

USUAL: dict[str, dict[str, str]] = {
    "source": {
        "web": "website|web form|web|site|сайт|веб форма|crm форма|وب سایت|سایت", "call": "call|phone|inbound call|звонок|тел|تماس",
        "email": "mail|email|e mail|почта|ایمیل", "messenger": "chat|whatsapp|telegram|чат|мессенджер|открытая линия|پیام رسان",
        "advertising": "advertisement|ads|advert|реклама|تبلیغ|تبلیغات", "recommendation": "referral|word of mouth|по рекомендации|معرفی|توصیه",
        "exhibition": "trade show|tradeshow|conference|fair|выставка|نمایشگاه", "partner": "partners|партнер|شریک|همکار", "other": "others|"
        "другое|سایر",
    },
    "sector": {
        "finance": "financial services|banking|финансы|مالی", "telecommunications": "telecom|telecommunication|communications|связь|مخابرات",
        "medical": "healthcare|health|medicine|медицина|پزشکی", "technology": "it|software|tech|information technology|ит|فناوری",
        "public": "government|государство|دولتی", "other": "others|другое|سایر",
    },
    "direction": {"in": "inbound|incoming|in|входящий|входящая|missed|ورودی", "out": "outbound|outgoing|out|исходящий|исходящая|dialled|"
    "dialed|خروجی"},
    "result": {
        "reached": "connected|answered|completed|held|successful|состоялся|پاسخ داد", "no_answer": "no answer|missed|not answered|no response|"
        "нет ответа|بدون پاسخ",
        "busy": "busy|занято|مشغول", "left_message": "left voicemail|voicemail|left live message|left message", "wrong_number": "wrong number|"
        "invalid number",
        "call_back": "requested call back|call back|callback",
    },
    "kind": {
        "client": "customer|клиент|مشتری", "supplier": "vendor|поставщик|تامین کننده", "partner": "partner|reseller|партнер|شریک",
        "competitor": "competitor|конкурент|رقیب", "call": "call|звонок|تماس", "meeting": "meeting|event|lunch|demo|встреча|جلسه",
        "task": "task|to do|todo|email|deadline|follow up|задача|وظیفه", "note": "note|заметка|یادداشت",
    },
    "salutation": {"mr": "mr|г н|آقا", "ms": "ms|mrs|miss|г жа|خانم", "dr": "dr|دکتر", "eng": "eng|مهندس"},
}  # fmt: skip
"""Field key → option key → other words for it."""


def choose_options(field_: Field, look: Look, *, may_make: bool) -> dict[str, str]:
    """Text → key of an option, "+" for a new one, "" for what a closed list has no place for."""
    known = words_of(field_)
    is_open = may_make and bool(getattr(field_, "open", False))
    found: dict[str, str] = {}
    for text in look.column.counts:
        key = known.get(squash(text), "")
        if not key and (word := near(text, spoken(field_))):
            key = known.get(squash(word), "")
        found[text] = key or ("+" if is_open else "")
    return apart(found) if is_open else found


def apart(found: Mapping[str, str]) -> dict[str, str]:
    """Two different texts of a file never become one option by a guess; the first keeps it, unless they are one word in two spellings."""
    first: dict[str, str] = {}
    made: dict[str, str] = {}
    for text, key in found.items():
        if key not in ("", "+") and squash(first.setdefault(key, text)) != squash(text):
            key = "+"
        made[text] = key
    return made


def words_of(field_: Field) -> dict[str, str]:
    """Squashed word → option key."""
    options: list[Any] = [o for o in field_.options() if not o.archived]  # type: ignore[attr-defined]  # choices have options
    words: dict[str, str] = {}
    for option in options:
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                words.setdefault(squash(option.label), option.key)
    for option in options:
        words.setdefault(squash(option.key), option.key)
        for word in USUAL.get(field_.key, {}).get(option.key, "").split("|"):
            words.setdefault(squash(word), option.key)
    words.pop("", None)
    return words


def spoken(field_: Field) -> list[str]:
    """The names of the options in our languages, to be compared with slips of the pen."""
    names: list[str] = []
    for option in field_.options():  # type: ignore[attr-defined]  # choices have options
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                if not option.archived and option.label not in names:
                    names.append(option.label)
    return names
