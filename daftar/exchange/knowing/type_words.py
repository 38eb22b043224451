"""What files and ids call record types: ours, and those that other systems have and we make when they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from daftar.kernel.text import fold
from daftar.records.schema import Schema

OURS: dict[str, str] = {
    "company": "account|accounts|company|companies|organization|organizations|organisation|organisations|client|clients|customer|customers|"
    "firm|firms|"
    "компания|компании|организация|организации|контрагент|контрагенты|клиент|клиенты|شرکت|شرکت‌ها|شرکتها|سازمان|سازمان‌ها|مشتری|مشتریان",
    "contact": "contact|contacts|person|persons|people|контакт|контакты|контактное лицо|مخاطب|مخاطبین|مخاطبان|مخاطب‌ها|اشخاص",
    "lead": "lead|leads|prospect|prospects|enquiry|enquiries|лид|лиды|заявка|заявки|سرنخ|سرنخ‌ها|سرنخها|لید|لیدها",
    "deal": "deal|deals|potential|potentials|opportunity|opportunities|sales pipeline|pipeline|сделка|сделки|معامله|معاملات|معامله‌ها|فرصت|فرصت‌ها",
    "product": "product|products|item|items|catalogue|catalog|price list|товар|товары|номенклатура|прайс|каталог|کالا|کالاها|محصول|محصولات",
    "user": "user|users|employee|employees|staff|agents|sales teams|sales team|managers|owner|сотрудник|сотрудники|пользователь|пользователи|"
    "менеджеры|"
    "کاربر|کاربران|کارمندان|همکاران|فروشندگان",
    "activity": "activity|activities|call|calls|task|tasks|event|events|meeting|meetings|appointments|to do|"
    "звонок|звонки|задача|задачи|встреча|встречи|дело|дела|события|تماس|تماس‌ها|وظیفه|وظایف|جلسه|جلسات|فعالیت|فعالیت‌ها",
    "quote": "quote|quotes|estimate|estimates|offers|предложение|предложения|коммерческие предложения|پیش فاکتور|پیش فاکتورها",
    "invoice": "invoice|invoices|счет|счета|فاکتور|فاکتورها|صورتحساب",
    "purchase_order": "purchase order|purchase orders|заказы поставщикам|سفارش خرید",
    "quote_line": "quote line|quote lines|quote line items|quoted items|строки предложений",
    "invoice_line": "invoice line|invoice lines|invoice line items|invoiced items|строки счетов",
    "purchase_line": "purchase order line|purchase order lines|purchase order line items|purchase items|ordered items|строки заказов поставщикам",
}
KINDS: dict[str, str] = {
    "call": "call|calls|звонок|звонки|تماس|تماس‌ها",
    "meeting": "event|events|meeting|meetings|appointments|встреча|встречи|события|جلسه|جلسات",
    "task": "task|tasks|to do|задача|задачи|дело|дела|وظیفه|وظایف",
}
"""Words of files that hold one kind of activities."""


@dataclass(frozen=True)
class Foreign:
    """A record type that other systems have and that is made when its file comes."""

    key: str
    words: str
    icon: str
    signs: str = ""
    """Headings that speak for it."""


FOREIGN = (
    Foreign("+quotes", "quote|quotes|estimate|estimates|offers|предложение|предложения|коммерческие предложения|پیش فاکتور|پیش فاکتورها",
    "file-text", "quote stage|valid till|quote number|sub total|grand total"),
    Foreign("+invoices", "invoice|invoices|счет|счета|فاکتور|فاکتورها|صورتحساب", "receipt", "invoice number|invoice status|invoice date|"
    "sub total|grand total"),
    Foreign("+sales_orders", "sales order|sales orders|orders|заказ|заказы|سفارش|سفارش‌ها", "scroll-text", "so number|sub total|grand total"),
    Foreign("+purchase_orders", "purchase order|purchase orders|заказы поставщикам|سفارش خرید", "truck", "po number|po date|excise duty|"
    "sub total|gross total"),
    Foreign("+line_items", "line item|line items|invoice line items|quote line items|purchase order line items|sales order line items|"
    "order lines", "package",
            "quantity|list price|discount|tax|total|net total|total after discount"),
    Foreign("+campaigns", "campaign|campaigns|кампания|кампании|рекламные кампании|کمپین|کمپین‌ها", "flag", "campaign name|budgeted cost|"
    "actual cost|expected revenue|start date|end date"),
    Foreign("+vendors", "vendor|vendors|поставщик|поставщики|تامین کننده|تامین کنندگان", "factory"),
    Foreign("+cases", "case|cases|ticket|tickets|обращение|обращения|تیکت|تیکت‌ها", "ticket", "case number|priority|case origin"),
    Foreign("+price_books", "price book|price books", "book"),
    Foreign("+solutions", "solution|solutions", "book"),
    Foreign("+projects", "project|projects|проект|проекты|پروژه|پروژه‌ها", "folder"),
    Foreign("+contracts", "contract|contracts|договор|договоры|قرارداد|قراردادها", "file-signature"),
)  # fmt: skip


def words_of_types(schema: Schema) -> dict[str, str]:
    """Folded word → key of the type that files call so: usual words, then names of the types in all languages."""
    found: dict[str, str] = {}
    for key, words in OURS.items():
        if key in schema.types:
            for word in words.split("|"):
                found.setdefault(fold(word), key)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for type_ in schema.types.values():
                for word in (type_.name, type_.plural, type_.key):
                    found.setdefault(fold(word), type_.key)
    for foreign in FOREIGN:
        for word in foreign.words.split("|"):
            found.setdefault(fold(word), foreign.key)
    return found


def type_named(text: str, words: dict[str, str]) -> tuple[str, float]:
    """(type, how sure) that a file name means: 1 for all of its words, less for the last ones; ("", 0) for none."""
    named = [word for word in fold(text).split() if not word.isdigit()]
    for taken in range(len(named), 0, -1):
        for phrase in (" ".join(named[-taken:]), " ".join(named[:taken])):
            if phrase in words:
                return words[phrase], 1.0 if taken == len(named) else 0.5
    return "", 0.0


def kind_named(texts: Iterable[str]) -> str:
    """The kind of activities that the first of these texts names, or ""."""
    by_word = {fold(word): kind for kind, words in KINDS.items() for word in words.split("|")}
    for text in texts:
        folded = fold(text)
        for word in [folded, *folded.split()]:
            if word in by_word:
                return by_word[word]
    return ""
