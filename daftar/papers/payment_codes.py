"""The code on an invoice that a bank's app reads: SEPA (EPC069-12) for euros, ГОСТ Р 56042 (ST00012) for roubles. Pure text."""

from __future__ import annotations

import re
from decimal import Decimal

from daftar.papers.document import Paper

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
MOST_EURO = Decimal("999999999.99")
MOST_BYTES = 331
"""What an EPC code may hold: version 13 of a code with correction M."""
RUSSIAN_ACCOUNT, RUSSIAN_BANK = re.compile(r"\d{20}"), re.compile(r"04\d{7}")
RUSSIAN_CORRESPONDENT, RUSSIAN_TAX = re.compile(r"301\d{17}"), re.compile(r"\d{10}|\d{12}")
COIN = Decimal("0.01")


def payment_code(paper: Paper) -> str:
    """What the code of an invoice says to a bank's app; "" where no code can be right: another kind, currency or account, or nothing to pay."""
    open_amount = paper.balance if paper.balance is not None else paper.total
    if paper.kind != "invoice" or open_amount is None or open_amount <= 0 or open_amount != open_amount.quantize(COIN):
        return ""
    maker = {"EUR": sepa, "RUB": russian}.get(paper.currency)
    return maker(paper, open_amount) if maker is not None else ""


def sepa(paper: Paper, amount: Decimal) -> str:
    """Version 002, UTF-8: the account's bank is known by its IBAN, so the BIC may be left out."""
    iban = packed(paper.seller.get("bank_account", ""))
    bic = packed(paper.seller.get("bank_code", ""))
    name = line(paper.seller.get("name", ""), 70)
    if not is_iban(iban) or not name or amount > MOST_EURO:
        return ""
    code = "\n".join([
        "BCD", "002", "1", "SCT", bic if BIC.fullmatch(bic) else "", name, iban, f"EUR{amount:.2f}", "", "", line(paper.number, 140),
    ])  # fmt: skip
    return code if len(code.encode()) <= MOST_BYTES else ""


def is_iban(iban: str) -> bool:
    """Whether the two check digits are right (ISO 13616: the rest of a division by 97 is 1)."""
    if not IBAN.fullmatch(iban):
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def russian(paper: Paper, amount: Decimal) -> str:
    """`bank_code` holds the BIC of the bank and, beside it, its correspondent account: "044525225 30101810400000000225"."""
    seller = paper.seller
    account, codes = packed(seller.get("bank_account", "")), re.findall(r"\d+", seller.get("bank_code", ""))
    bank = next((code for code in codes if RUSSIAN_BANK.fullmatch(code)), "")
    correspondent = next((code for code in codes if RUSSIAN_CORRESPONDENT.fullmatch(code)), "")
    parts = {
        "Name": field(seller.get("name", ""), 160), "PersonalAcc": account, "BankName": field(seller.get("bank_name", ""), 45), "BIC": bank,
        "CorrespAcc": correspondent,
    }  # fmt: skip
    if not RUSSIAN_ACCOUNT.fullmatch(account) or not all(parts.values()):
        return ""
    parts |= {"Sum": str(int(amount * 100)), "Purpose": field(f"Оплата по счёту {paper.number}", 210)}
    tax = packed(seller.get("tax_id", ""))
    if RUSSIAN_TAX.fullmatch(tax):
        parts["PayeeINN"] = tax
    return "ST00012|" + "|".join(f"{key}={value}" for key, value in parts.items())


def packed(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text).upper()


def line(text: str, most: int) -> str:
    return " ".join(text.split())[:most].strip()


def field(text: str, most: int) -> str:
    """A value between the bars, which it must not hold itself."""
    return line(text.replace("|", " "), most)
