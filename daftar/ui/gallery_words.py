"""Invented names for the gallery, in English, Persian and Russian."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from daftar.kernel.formats import Formats
from daftar.ui.parts import Shown

FIRMS = {
    "en": ["Northwind Tools", "Hollis & Grant Builders", "Riverside Joinery", "Castle Hardware", "Maple Street School", "Quarry Road Garage", "Lantern Hotels", "Greenfield Farms", "Ostrow Shipping", "Bright Dental"],
    "fa": ["ابزارآلات شمال", "ساختمانی آرمان‌سازه", "نجاری رودکنار", "یراق‌فروشی قلعه", "دبستان افرا", "تعمیرگاه سنگ‌راه", "هتل‌های فانوس", "کشت و صنعت سبزدشت", "کشتیرانی اوستا", "دندان‌پزشکی لبخند"],
    "ru": ["Северные инструменты", "Стройдом", "Столярная «Река»", "Крепость", "Школа № 14", "Гараж на Заводской", "Отели «Фонарь»", "Агрофирма «Луг»", "Волга-Транс", "Дента-Плюс"],
}
GOODS = {
    "en": ["Cordless drills", "Door fittings", "Shelving for the store", "Workshop benches", "Yearly supply", "Safety gear", "Locks and cylinders", "Garden tools", "Paint line", "Spare parts"],
    "fa": ["دریل شارژی", "یراق در", "قفسه‌بندی انبار", "میز کارگاه", "تأمین سالانه", "لوازم ایمنی", "قفل و سیلندر", "ابزار باغبانی", "خط رنگ", "قطعات یدکی"],
    "ru": ["Шуруповёрты", "Дверная фурнитура", "Стеллажи для склада", "Верстаки", "Годовая поставка", "Спецодежда", "Замки и цилиндры", "Садовый инвентарь", "Линия окраски", "Запчасти"],
}
PEOPLE = {
    "en": ["Sara Miller", "David Okafor", "Elena Rossi", "James Park", "Nora Haddad"],
    "fa": ["سارا رضایی", "داوود کریمی", "الهام نوری", "جمشید پارسا", "نورا حداد"],
    "ru": ["Сара Орлова", "Давид Ким", "Елена Росси", "Яков Парк", "Нора Хаддад"],
}
STAGES = {
    "en": ["New", "Qualified", "Proposal", "Negotiation", "Contract", "Won", "Lost"],
    "fa": ["تازه", "بررسی‌شده", "پیشنهاد", "مذاکره", "قرارداد", "برنده", "باخته"],
    "ru": ["Новая", "Проверена", "Предложение", "Переговоры", "Договор", "Выиграна", "Проиграна"],
}
STEPS = {
    "en": ["Call", "Send the offer", "Meeting", "Ask about delivery"],
    "fa": ["تماس", "ارسال پیشنهاد", "جلسه", "پرسش دربارهٔ تحویل"],
    "ru": ["Звонок", "Отправить КП", "Встреча", "Уточнить доставку"],
}
SOURCES = {
    "en": ["Website", "Referral", "Trade fair", "Phone"],
    "fa": ["وب‌گاه", "معرفی", "نمایشگاه", "تلفن"],
    "ru": ["Сайт", "Рекомендация", "Выставка", "Телефон"],
}
LONG = {
    "en": "They need delivery before the spring season and want the old shelves taken away. The chief decides, the storekeeper chooses.",
    "fa": "تحویل باید پیش از فصل بهار باشد و قفسه‌های کهنه هم برده شود. رئیس تصمیم می‌گیرد، انباردار انتخاب می‌کند.",
    "ru": "Нужна доставка до весеннего сезона, старые стеллажи просят вывезти. Решает директор, выбирает кладовщик.",
}


def _mine(table: dict[str, Any]) -> Any:
    return table.get((get_language() or "en")[:2], table["en"])


def firms() -> list[str]:
    return list(_mine(FIRMS))


def goods() -> list[str]:
    return list(_mine(GOODS))


def people() -> list[str]:
    return list(_mine(PEOPLE))


def steps() -> list[str]:
    return list(_mine(STEPS))


def sources() -> list[str]:
    return list(_mine(SOURCES))


def long() -> str:
    return str(_mine(LONG))


def stages() -> list[tuple[str, str, str]]:
    """Name, colour and kind of each stage."""
    colours = ("grey", "blue", "purple", "amber", "teal", "green", "red")
    kinds = ("open",) * 5 + ("won", "lost")
    return list(zip(_mine(STAGES), colours, kinds, strict=True))


def facts(reader: Formats, now: datetime, deal: dict[str, Any]) -> list[tuple[str, list[tuple[str, Shown]]]]:
    """Sections of the card with their facts, as a card shows them."""
    day = timedelta(days=1)
    return [
        (_("Sale"), [
            (_("Amount"), deal["sum"]), (_("Stage"), deal["stage"]), (_("Next step"), deal["step"]),
            (_("Expected close"), Shown(reader.date(now + 12 * day), "date")), (_("Chance"), deal["chance"]),
            (_("Source"), deal["source"]), (_("Tags"), Shown(style="tags", items=tuple(Shown(w, "tag", colour="blue") for w in sources()[:2]))),
            (_("Owner"), deal["person"]),
        ]),
        (_("Client"), [
            (_("Company"), deal["company"]), (_("Contact"), Shown(people()[1], "link", href="#", direction="auto")),
            (_("Phone"), Shown("+1 202 555 0144", "phone", direction="ltr")), (_("E-mail"), Shown("office@example.com", "email", direction="ltr")),
            (_("Website"), Shown("example.com", "web", href="https://example.com/", direction="ltr")),
            (_("City"), Shown(sources()[1], direction="auto")), (_("Customer since"), Shown(reader.date(now - 900 * day), "date")),
        ]),
        (_("Delivery"), [
            (_("Ship by"), Shown(reader.date(now + 30 * day), "date")), (_("Weight"), Shown(reader.number(1240), "number")),
            (_("Pays VAT"), Shown(_("Yes"), "yes_no")), (_("Discount"), Shown(reader.percent(5), "number")),
            (_("Created"), Shown(reader.date_time(now - 20 * day), "date", tone="quiet")),
            (_("Last contact"), Shown(reader.ago(now - 2 * day), "date", tone="quiet")), (_("Note"), Shown(long(), "text", direction="auto")),
        ]),
    ]


def events(reader: Formats, now: datetime) -> list[dict[str, Any]]:
    """A timeline as it really is: some lines of one row, some with a line of content."""
    kinds = [
        ("phone-outgoing", _("called, 4 min"), True), ("arrow-right", _("moved the stage to Proposal"), False), ("pencil", _("changed 3 fields"), False),
        ("mail", _("sent a letter"), True), ("message-square", _("commented"), True), ("paperclip", _("added a file"), False),
        ("calendar", _("met the client"), True), ("pencil", _("changed the amount"), False), ("user", _("took over the deal"), False),
        ("phone-incoming", _("took a call, 2 min"), True), ("square-check", _("finished a task"), False), ("plus", _("created the deal"), False),
    ]
    who, made = people(), []
    for place in range(26):
        icon, title, tall = kinds[place % len(kinds)]
        when = now - timedelta(hours=place * 9)
        made.append({"icon": icon, "title": title, "who": who[place % 3], "when": reader.when(when), "when_title": reader.date_time(when),
                     "content": long() if tall else "", "pinned": place == 3})
    return made


def linked() -> list[tuple[str, str]]:
    return [(firms()[0], _("Company")), (people()[1], _("Contact")), (people()[2], _("Contact")), (goods()[4], _("Deal"))]
