"""Invented names for the gallery, in English, Persian and Russian."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as known

from daftar.kernel.formats import Formats
from daftar.ui.parts import Shown

FIRMS = {
    "en": [
        "Northwind Tools",
        "Hollis & Grant Builders",
        "Riverside Joinery",
        "Castle Hardware",
        "Maple Street School",
        "Quarry Road Garage",
        "Lantern Hotels",
        "Greenfield Farms",
        "Ostrow Shipping",
        "Bright Dental",
    ],
    "fa": [
        "ابزارآلات شمال",
        "ساختمانی آرمان‌سازه",
        "نجاری رودکنار",
        "یراق‌فروشی قلعه",
        "دبستان افرا",
        "تعمیرگاه سنگ‌راه",
        "هتل‌های فانوس",
        "کشت و صنعت سبزدشت",
        "کشتیرانی اوستا",
        "دندان‌پزشکی لبخند",
    ],
    "ru": [
        "Северные инструменты",
        "Стройдом",
        "Столярная «Река»",
        "Крепость",
        "Школа № 14",
        "Гараж на Заводской",
        "Отели «Фонарь»",
        "Агрофирма «Луг»",
        "Волга-Транс",
        "Дента-Плюс",
    ],
}
GOODS = {
    "en": [
        "Cordless drills",
        "Door fittings",
        "Shelving for the store",
        "Workshop benches",
        "Yearly supply",
        "Safety gear",
        "Locks and cylinders",
        "Garden tools",
        "Paint line",
        "Spare parts",
    ],
    "fa": [
        "دریل شارژی",
        "یراق در",
        "قفسه‌بندی انبار",
        "میز کارگاه",
        "تأمین سالانه",
        "لوازم ایمنی",
        "قفل و سیلندر",
        "ابزار باغبانی",
        "خط رنگ",
        "قطعات یدکی",
    ],
    "ru": [
        "Шуруповёрты",
        "Дверная фурнитура",
        "Стеллажи для склада",
        "Верстаки",
        "Годовая поставка",
        "Спецодежда",
        "Замки и цилиндры",
        "Садовый инвентарь",
        "Линия окраски",
        "Запчасти",
    ],
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
    "en": "They need delivery before the spring season and want the old shelves taken away. "
    "The chief decides, the storekeeper chooses.",
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
        (
            known("Sale"),
            [
                (known("Amount"), deal["sum"]),
                (known("Stage"), deal["stage"]),
                (known("Next step"), deal["step"]),
                (known("Expected close"), Shown(reader.date(now + 12 * day), "date")),
                (known("Chance"), deal["chance"]),
                (known("Source"), deal["source"]),
                (
                    known("Tags"),
                    Shown(style="tags", items=tuple(Shown(w, "tag", colour="blue") for w in sources()[:2])),
                ),
                (known("Owner"), deal["person"]),
            ],
        ),
        (
            known("Client"),
            [
                (known("Company"), deal["company"]),
                (known("Contact"), Shown(people()[1], "link", href="#", direction="auto")),
                (known("Phone"), Shown("+1 202 555 0144", "phone", direction="ltr")),
                (known("E-mail"), Shown("office@example.com", "email", direction="ltr")),
                (known("Website"), Shown("example.com", "web", href="https://example.com/", direction="ltr")),
                (known("City"), Shown(sources()[1], direction="auto")),
                (known("Customer since"), Shown(reader.date(now - 900 * day), "date")),
            ],
        ),
        (
            known("Delivery"),
            [
                (known("Ship by"), Shown(reader.date(now + 30 * day), "date")),
                (known("Weight"), Shown(reader.number(1240), "number")),
                (known("Pays VAT"), Shown(known("Yes"), "yes_no")),
                (known("Discount"), Shown(reader.percent(5), "number")),
                (known("Created"), Shown(reader.date_time(now - 20 * day), "date", tone="quiet")),
                (known("Last contact"), Shown(reader.ago(now - 2 * day), "date", tone="quiet")),
                (known("Note"), Shown(long(), "text", direction="auto")),
            ],
        ),
        (
            known("Money"),
            [
                (known("Net"), deal["sum"]),
                (known("Tax"), Shown(reader.percent(9), "number")),
                (known("Paid"), Shown(reader.percent(30), "number")),
                (known("Due"), Shown(reader.date(now + 14 * day), "date", tone="warn")),
                (known("Invoice"), Shown("F-1014", "link", href="#", direction="ltr")),
                (known("Quote"), Shown("Q-2093", "link", href="#", direction="ltr")),
                (known("Price list"), Shown(sources()[0], direction="auto")),
                (known("Lines"), Shown(reader.number(12), "number")),
                (known("Margin"), Shown(reader.percent(18), "number")),
                (known("Lost reason"), Shown()),
                (known("Warehouse"), Shown(sources()[2], direction="auto")),
            ],
        ),
    ]


def events(reader: Formats, now: datetime) -> list[dict[str, Any]]:
    """A timeline as it really is: some lines of one row, some with a line of content."""
    kinds = [
        ("phone-outgoing", known("called, 4 min"), True),
        ("arrow-right", known("moved the stage to Proposal"), False),
        ("pencil", known("changed 3 fields"), False),
        ("mail", known("sent a letter"), True),
        ("message-square", known("commented"), True),
        ("paperclip", known("added a file"), False),
        ("calendar", known("met the client"), True),
        ("pencil", known("changed the amount"), False),
        ("user", known("took over the deal"), False),
        ("phone-incoming", known("took a call, 2 min"), True),
        ("square-check", known("finished a task"), False),
        ("plus", known("created the deal"), False),
    ]
    who, made = people(), []
    for place in range(26):
        icon, title, tall = kinds[place % len(kinds)]
        when = now - timedelta(hours=place * 9)
        made.append(
            {
                "icon": icon,
                "title": title,
                "who": who[place % 3],
                "when": reader.when(when),
                "when_title": reader.date_time(when),
                "content": long() if tall else "",
                "pinned": place == 3,
            }
        )
    return made


def linked() -> list[tuple[str, str]]:
    return [
        (firms()[0], known("Company")),
        (people()[1], known("Contact")),
        (people()[2], known("Contact")),
        (goods()[4], known("Deal")),
    ]
