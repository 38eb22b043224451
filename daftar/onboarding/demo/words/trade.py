"""What the demo company needs to know in each language to sell: taxes, prices, warehouses, papers, its bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """Shapes: `taxes` are (name, percent), the usual one first; `bundle` and `hour` are (name, code, US dollars), `bundle_of` codes of
    products; `requisites` are patterns, "#" is a digit; `columns` are the headings of the bank's table: day, amount, payer, purpose,
    reference; `pays` is what stands on a transfer, with {number}.
    """

    taxes: tuple[tuple[str, str], ...]
    wholesale: str
    season: str
    box: str
    bundle: tuple[str, str, float]
    bundle_of: tuple[str, ...]
    hour: tuple[str, str, float]
    floor: str
    broken: str
    counted: str
    goods: str
    works: str
    seller: Mapping[str, str]
    requisites: Mapping[str, str]
    numbers: Mapping[str, str]
    quote_terms: str
    invoice_terms: str
    too_dear: str
    cancelled: str
    returned: str
    rising: str
    question: str
    answer: str
    account: tuple[str, str]
    columns: tuple[str, str, str, str, str]
    pays: str
    unclear: tuple[str, str]
    rent: tuple[str, str]


EN = Trade(
    taxes=(("Sales tax 8 %", "8"), ("Reduced tax 4 %", "4")),
    wholesale="Wholesale",
    season="Spring prices",
    box="box of 10",
    bundle=("Starter set for a site", "KT-701", 199),
    bundle_of=("PT-101", "HT-202", "HT-204"),
    hour=("Installation, per hour", "SV-902", 45),
    floor="Shop floor",
    broken="Broken in the shop window",
    counted="Yearly count",
    goods="Materials",
    works="Work",
    seller={
        "name": "Hammer & Oak Hardware LLC", "address": "12 Oak Street, Springfield, USA", "tax_id": "00-0000417", "bank_name": "Springfield Savings",
        "bank_account": "000 417 2208", "phone": "+1 202 555 0117", "email": "office@hammer-oak.example", "web": "hammer-oak.example",
    },
    requisites={"tax_id": "00-0######", "bank_account": "000 ### ####"},
    numbers={},
    quote_terms="Delivery within five working days after the order. Goods stay ours until they are paid.",
    invoice_terms="Please name the number of the invoice when you pay.",
    too_dear="Too expensive for us this year.",
    cancelled="The client ordered twice by mistake",
    returned="Two came back unopened",
    rising="The supplier raised the price",
    question="Can you deliver before the end of the month?",
    answer="Yes: all but the last position can come next week.",
    account=("Current account", "US00 0417 2208"),
    columns=("Date", "Amount", "Payer", "Description", "Reference"),
    pays="Payment of invoice {number}",
    unclear=("K. Hollis", "Thanks again"),
    rent=("Oak Street Estates", "Rent of the shop"),
)  # fmt: skip

FA = Trade(
    taxes=(("مالیات بر ارزش افزوده ۱۰٪", "10"), ("معاف از مالیات", "0")),
    wholesale="عمده‌فروشی",
    season="قیمت‌های بهاره",
    box="بسته ۱۰ تایی",
    bundle=("بسته شروع کارگاه", "KT-701", 199),
    bundle_of=("PT-101", "HT-202", "HT-204"),
    hour=("نصب، هر ساعت", "SV-902", 45),
    floor="قفسه فروشگاه",
    broken="در ویترین شکست",
    counted="انبارگردانی سالانه",
    goods="کالا",
    works="اجرت",
    seller={
        "name": "ابزارسرای بلوط", "address": "تهران، خیابان امام، پلاک ۱۲", "tax_id": "00000004172", "registration_number": "000417",
        "bank_name": "بانک نمونه", "bank_account": "IR000000000000000000004172", "phone": "+982100000117", "email": "office@balut.example",
        "web": "balut.example",
    },
    requisites={"tax_id": "0000#######", "registration_number": "000###", "bank_account": "IR00000000000000000#######"},
    numbers={"quote_pattern": "Q-{jyear}-{number:4}", "invoice_pattern": "INV-{jyear}-{number:4}", "credit_pattern": "CN-{jyear}-{number:4}",
             "purchase_pattern": "PO-{jyear}-{number:4}"},
    quote_terms="تحویل تا پنج روز کاری پس از سفارش. کالا تا تسویه کامل در مالکیت فروشنده است.",
    invoice_terms="لطفاً هنگام پرداخت، شماره فاکتور را در شرح واریز بنویسید.",
    too_dear="برای امسال ما گران است.",
    cancelled="مشتری اشتباهی دو بار سفارش داده بود",
    returned="دو عدد بازنشده برگشت",
    rising="تأمین‌کننده قیمت را بالا برد",
    question="تا آخر ماه می‌رسد؟",
    answer="بله، همه به‌جز ردیف آخر هفته آینده می‌رسد.",
    account=("حساب جاری", "IR00 0000 0000 0417"),
    columns=("تاریخ", "مبلغ", "واریز کننده", "شرح", "شماره پیگیری"),
    pays="بابت فاکتور {number}",
    unclear=("کاوه هدایتی", "واریز نقدی"),
    rent=("املاک خیابان امام", "اجاره فروشگاه"),
)  # fmt: skip

RU = Trade(
    taxes=(("НДС 22 %", "22"), ("НДС 10 %", "10")),
    wholesale="Оптовые цены",
    season="Весенние цены",
    box="упаковка 10 шт.",
    bundle=("Набор для начала стройки", "KT-701", 199),
    bundle_of=("PT-101", "HT-202", "HT-204"),
    hour=("Монтаж, час", "SV-902", 45),
    floor="Торговый зал",
    broken="Разбилось на витрине",
    counted="Годовая инвентаризация",
    goods="Материалы",
    works="Работы",
    seller={
        "name": "ООО «Инструменты Дубок»", "address": "г. Тверь, ул. Дубовая, д. 12", "tax_id": "0000004172", "registration_number": "000001001",
        "bank_name": "Банк «Образец»", "bank_account": "40702810000000000417", "bank_code": "040000000", "phone": "+7 000 000-01-17",
        "email": "office@dubok.example", "web": "dubok.example",
    },
    requisites={"tax_id": "0000######", "registration_number": "000001###", "bank_account": "4070281000000000####", "bank_code": "040000000"},
    numbers={},
    quote_terms="Поставка в течение пяти рабочих дней после заказа. Право собственности переходит после полной оплаты.",
    invoice_terms="При оплате укажите, пожалуйста, номер счёта.",
    too_dear="В этом году для нас дорого.",
    cancelled="Клиент по ошибке заказал дважды",
    returned="Две штуки вернулись нераспакованными",
    rising="Поставщик поднял цену",
    question="Успеете доставить до конца месяца?",
    answer="Да: всё, кроме последней позиции, привезём на следующей неделе.",
    account=("Расчётный счёт", "40702810000000000417"),
    columns=("Дата", "Сумма", "Плательщик", "Назначение платежа", "Номер документа"),
    pays="Оплата по счёту {number}",
    unclear=("Кириллов Олег Петрович", "Спасибо"),
    rent=("ООО «Дубовая недвижимость»", "Аренда магазина"),
)  # fmt: skip

TRADE: Mapping[str, Trade] = {"en": EN, "fa": FA, "ru": RU}
