"""What the columns of a bank's table are called in English, Persian and Russian."""

from __future__ import annotations

from collections.abc import Sequence

from daftar.kernel.text import fold

WORDS: dict[str, str] = {
    "day": (
        "date|booking date|posting date|transaction date|book date|posted|completed date|buchungstag|"
        "дата|дата операции|дата проводки|дата документа|дата транзакции|تاریخ|تاریخ تراکنش|تاریخ سند|تاریخ عملیات"
    ),
    "value_day": "value date|valuta|дата валютирования|дата зачисления|تاریخ موثر|تاریخ ارزش",
    "amount": (
        "amount|sum|transaction amount|value|betrag|сумма|сумма операции|сумма платежа|сумма в валюте счета|"
        "مبلغ|مبلغ تراکنش|مبلغ عملیات"
    ),
    "incoming": (
        "credit|credit amount|credits|paid in|money in|deposit|deposits|incoming|received|amount credited|"
        "кредит|сумма по кредиту|оборот по кредиту|приход|поступление|поступления|поступило|зачислено|зачисление|"
        "بستانکار|واریز|مبلغ واریز|مبلغ بستانکار|واریزی|گردش بستانکار"
    ),
    "outgoing": (
        "debit|debit amount|debits|paid out|money out|withdrawal|withdrawals|outgoing|amount debited|"
        "дебет|сумма по дебету|оборот по дебету|расход|списание|списания|списано|"
        "بدهکار|برداشت|مبلغ برداشت|مبلغ بدهکار|برداشتی|گردش بدهکار"
    ),
    "direction": (
        "credit debit|debit credit|cr dr|dr cr|d c|c d|direction|sign|type|"
        "приход расход|дебет кредит|тип операции|признак|نوع تراکنش|نوع عملیات|نوع"
    ),
    "currency": "currency|ccy|curr|account currency|waehrung|валюта|валюта счета|код валюты|ارز|واحد پول|نوع ارز",
    "name": (
        "payer|payer name|name|counterparty|counterparty name|sender|sender name|debtor|debtor name|remitter|paid by|partner name|"
        "контрагент|плательщик|наименование плательщика|наименование контрагента|отправитель|плательщик получатель|"
        "واریز کننده|نام واریز کننده|پرداخت کننده|نام پرداخت کننده|طرف حساب|نام طرف حساب|فرستنده|نام فرستنده"
    ),
    "account": (
        "payer account|counterparty account|sender account|debtor account|partner account|iban of payer|payer iban|counterparty iban|iban|"
        "счет плательщика|счет контрагента|расчетный счет контрагента|счет отправителя|счет корреспондента|"
        "حساب مبدا|شماره حساب مبدا|شماره شبا|شبا|شبای مبدا|شماره حساب واریز کننده|حساب واریز کننده"
    ),
    "tax_id": (
        "tax id|tax number|vat number|vat id|payer tax id|инн|инн плательщика|инн контрагента|инн отправителя|"
        "شناسه ملی|کد ملی|کد اقتصادی|شناسه ملی واریز کننده"
    ),
    "purpose": (
        "description|details|purpose|payment purpose|payment details|remittance information|narrative|memo|message|particulars|verwendungszweck|"
        "назначение платежа|назначение|описание|основание|содержание операции|детали платежа|"
        "شرح|توضیحات|شرح تراکنش|شرح سند|شرح عملیات|بابت|توضیح"
    ),
    "reference": (
        "reference|bank reference|transaction id|transaction reference|id|document number|document no|ref|"
        "номер документа|номер|документ|номер платежного поручения|референс|"
        "شماره پیگیری|کد پیگیری|شماره سند|شماره ارجاع|شماره مرجع|کد رهگیری"
    ),
    "end_to_end": "end to end id|end to end reference|endtoend|e2e|شناسه واریز|شناسه پرداخت",
    "balance": "balance|running balance|closing balance|остаток|исходящий остаток|баланс|مانده|موجودی|مانده حساب",
}
TARGETS: dict[str, tuple[str, ...]] = {
    key: tuple(fold(word) for word in words.split("|")) for key, words in WORDS.items()
}
LEAST = 30


def score(heading: str, target: str) -> int:
    """How well a folded heading names the target: 0 not at all, 1000 exactly."""
    best = 0
    padded = f" {heading} "
    for word in TARGETS[target]:
        if heading == word:
            return 1000
        if f" {word} " in padded:
            best = max(best, LEAST + len(word) + (20 if heading.startswith(word) else 0))
    return best


def targets_of(headings: Sequence[str]) -> dict[str, int]:
    """Target → column, each column for one target at most; the best name first."""
    scored = sorted(
        ((score(heading, target), -place, target) for place, heading in enumerate(headings) if heading for target in TARGETS),
        reverse=True,
    )  # fmt: skip
    found: dict[str, int] = {}
    for points, place, target in scored:
        if points and target not in found and -place not in found.values():
            found[target] = -place
    return found
