"""A shop that sells from stock: its people, goods, a supplier who will deliver, and a deal of Sara's. Run inside the product."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from daftar.access.models import Department, Installation, User
from daftar.access.preferences import formats_for
from daftar.catalogue.models import TaxClass, Unit
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.items import Item
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.kernel.secrets import binding, seal
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.schema import current_schema, install_pipelines
from daftar.sales.buying.lines import Wish
from daftar.sales.buying.orders import make_order, send_order
from daftar.sales.models import BankAccount, PaymentProvider, SalesSettings
from daftar.sales.paying import accounts
from tests.walks.test_story import PASSWORD

HOOK = "a-secret-address-of-the-walk"
SECRETS = {
    "stripe": {"secret_key": "sk_test_51", "webhook_secret": "whsec_test"},
    "zarinpal": {"merchant_id": "5a3c1f0e-0000-4000-8000-000000000001"},
}
WORDS = {
    "en": {
        "company": "Northside Hardware", "sara": "Sara Whitfield", "nora": "Nora Price", "anna": "Anna Bell", "client": "Alvand Tools",
        "contact": "Ali Rezaei", "good": "GTX Plus Pro", "service": "Installation", "piece": "piece", "hour": "hour", "tax": "VAT 20 %",
        "supplier": "Weber GmbH", "deal": "Drills for Alvand", "department": "Sales", "other": "Another client's goods",
    },
    "fa": {
        "company": "ابزار شمال", "sara": "سارا وفایی", "nora": "نورا پرتوی", "anna": "آنا بهرامی", "client": "صنایع الوند",
        "contact": "علی رضایی", "good": "دریل صنعتی GTX Plus Pro", "service": "نصب و راه‌اندازی", "piece": "عدد", "hour": "ساعت",
        "tax": "مالیات بر ارزش افزوده", "supplier": "بازرگانی آریا", "deal": "دریل‌های الوند", "department": "فروش", "other": "کالای مشتری دیگر",
    },
}  # fmt: skip
PRICES = {"en": ("USD", 100, 50, 60, 20), "fa": ("IRR", 45_000_000, 8_000_000, 30_000_000, 10)}
"""Currency, price of the good and of the service, cost of the good, percent of tax."""
ON_HAND, RESERVED, ON_ORDER, DAYS = 9, 4, 20, 23


def make(language: str) -> None:
    """Prints the number of the deal and of the purchase order."""
    words, (currency, price, fee, cost, tax_percent) = WORDS[language], PRICES[language]
    install_pipelines()
    Installation.objects.update_or_create(
        pk=1, defaults={"name": words["company"], "language": language, "currency": currency}
    )
    people = staff(language)
    olga, schema = people["olga"], current_schema()
    settings_of(words, olga)
    piece = Unit.objects.filter(decimals=0).first() or Unit.objects.create(name=words["piece"], symbol=words["piece"])
    hour = Unit.objects.create(name=words["hour"], symbol=words["hour"], decimals=2)
    tax = TaxClass.objects.create(name=words["tax"], percent=tax_percent)

    def made(key: str, by: User = olga, **values: object) -> object:
        return writing.create(schema.type(key), values, by=by, via="page")

    def money(amount: int) -> Money:
        return Money(Decimal(amount), currency)

    supplier = made("company", name=words["supplier"])
    good = made(
        "product", name=words["good"], code="GTX-PP", barcode="4006381333931", price=money(price), cost=money(cost), unit=piece.pk,
        tax_class=tax.pk, supplier=supplier.pk,
    )  # fmt: skip
    made(
        "product", name=words["service"], code="INST", kind="service", price=money(fee), unit=hour.pk, tax_class=tax.pk
    )
    doors.receive([Item(good.pk, Decimal(ON_HAND))], by=olga, kind="opening")
    doors.hold([Item(good.pk, Decimal(RESERVED))], by=olga, about=None)
    day = clock.today(formats_for(olga).zone) + dt.timedelta(days=DAYS)
    order = make_order(supplier.pk, [Wish(product_id=good.pk, quantity=Decimal(ON_ORDER))], by=olga, expected_on=day)
    send_order(order.pk, by=olga)
    company = made("company", people["sara"], name=words["client"])
    contact = made(
        "contact", people["sara"], name=words["contact"], companies=[Linked(company.pk)], preferred_language=language,
        emails=[Typed("ali@alvand.example", "")],
    )  # fmt: skip
    deal = made("deal", people["sara"], name=words["deal"], company=company.pk, contact=contact.pk)
    print(deal.pk, order.pk)  # noqa: T201 - read by the test


def staff(language: str) -> dict[str, User]:
    """Olga owns, Nora heads the sellers, Sara sells, Anna keeps the books."""
    words, found = WORDS[language], {}
    department = Department.objects.create(name=words["department"])
    for key, role in (("olga", "owner"), ("nora", "head"), ("sara", "seller"), ("anna", "accountant")):
        found[key] = User.objects.create_user(
            email=f"{key}@example.com", password=PASSWORD, name=words.get(key, "Olga Reyes"), role=role, language=language,
            department=department if role in ("head", "seller") else None,
        )  # fmt: skip
    department.head = found["nora"]
    department.save()
    return found


def settings_of(words: dict[str, str], olga: User) -> None:
    """10 percent for sellers, 30 for heads; a card provider and a bank account."""
    currency = Installation.load().currency
    SalesSettings(
        discount_limit=10, role_limits={"head": "30"}, seller={"name": words["company"], "address": "12 Mill Road", "tax_id": "4711"}
    ).save()  # fmt: skip
    kind = "zarinpal" if currency == "IRR" else "stripe"
    card = accounts.add(kind, "", SECRETS[kind], by=olga)
    PaymentProvider.objects.update(path_hash=accounts.hash_of(HOOK), path=seal(HOOK, binding(card, "path")))
    BankAccount.objects.create(name="Main", number="DE02120300000000202051", currency=currency)
