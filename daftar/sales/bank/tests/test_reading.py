import datetime as dt

import pytest

from daftar.kernel.formats import Formats, default_for
from daftar.sales.bank.reading import table
from daftar.sales.bank.reading.opening import open_statement
from daftar.sales.bank.reading.statement import Unreadable
from daftar.sales.bank.tests import samples

EN, FA, RU = default_for("en"), default_for("fa"), default_for("ru")


def read(raw, formats=EN, **more):
    opened = open_statement(raw if isinstance(raw, bytes) else raw.encode(), formats, **more)
    if opened.problem:
        raise opened.problem
    return opened.statements


def read_one(raw, formats=EN, **more):
    (statement,) = read(raw, formats, **more)
    return statement


def sums(statement):
    return [(entry.day.isoformat(), plain(entry.amount), entry.currency) for entry in statement.lines]


def plain(amount):
    """The amount without zeros at its end."""
    return f"{amount.normalize():f}"


# -- camt.053 ------------------------------------------------------------------------------------------


def test_a_camt_statement_says_account_days_balances_and_booked_movements():
    statement = read_one(samples.CAMT_02)

    assert (statement.account, statement.currency) == ("DE89370400440532013000", "EUR")
    assert (statement.since, statement.until) == (dt.date(2026, 11, 19), dt.date(2026, 11, 20))
    assert (statement.opening, statement.closing, statement.difference) == (1000, 1320, 0)
    assert sums(statement) == [
        ("2026-11-19", "100", "EUR"), ("2026-11-20", "120", "EUR"),
        ("2026-11-20", "180", "EUR"), ("2026-11-20", "-80", "EUR"),
    ]  # fmt: skip


def test_a_camt_movement_says_who_paid_and_for_what():
    first, second, third, rent = read_one(samples.CAMT_02).lines

    assert (first.name, first.tax_id, first.account) == ("Tucker Ltd", "GB123456789", "GB33BUKB20201555555555")
    assert (first.purpose, first.reference, first.end_to_end) == ("Invoice INV-2026-00042 thank you", "BANK-1", "")
    assert (second.name, second.purpose, second.end_to_end) == ("Weber & Sohn GmbH", "INV-2026-00043", "PAY-1")
    assert (third.end_to_end, rent.name, rent.purpose) == ("PAY-2", "Landlord", "Rent")
    assert second.line > first.line > 0


@pytest.mark.parametrize("version", ["02", "03", "04", "05", "06", "07", "08"])
def test_all_versions_are_read_alike(version):
    assert sums(read_one(samples.CAMT_02.replace("001.02", f"001.{version}"))) == sums(read_one(samples.CAMT_02))


def test_the_deeper_parties_and_states_of_version_8_are_read():
    (entry,) = read_one(samples.CAMT_08).lines

    assert (entry.name, entry.reference, entry.is_reversal, entry.currency) == ("Müller AG", "R9", True, "CHF")


def test_a_batch_whose_parts_do_not_add_up_stays_whole():
    raw = samples.CAMT_02.replace('<Amt Ccy="EUR">120.00', '<Amt Ccy="EUR">119.00')

    assert [str(entry.amount) for entry in read_one(raw).lines] == ["100.00", "300.00", "-80.00"]


@pytest.mark.parametrize(
    "raw",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]>' + samples.CAMT_08.partition("?>")[2],
        '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1/x">' + samples.CAMT_08.partition("?>")[2],
        samples.CAMT_02[:900],
        samples.CAMT_02.replace("camt.053", "camt.052"),
        samples.CAMT_02.replace("camt.053", "pain.001"),
        "<html><body>Sign in</body></html>",
        "<a>" * 100 + "</a>" * 100,
        samples.CAMT_02.replace("100.00<", "1e5<"),
        samples.CAMT_02.replace('Ccy="EUR">100', 'Ccy="XXY">100'),
        samples.CAMT_02.replace("2026-11-19</Dt>", "soon</Dt>"),
        samples.CAMT_02.replace("UTF-8", "no-such-letters"),
        samples.CAMT_02.replace("Ntry", "Nope").replace("Stmt>", "Smt>"),
    ],
)
def test_a_broken_foreign_or_hostile_xml_is_refused_with_a_sentence(raw):
    with pytest.raises(Unreadable) as refused:
        read(raw)

    assert str(refused.value)


def test_ten_levels_of_entities_are_not_opened():
    bomb = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))

    with pytest.raises(Unreadable):
        read(f'<!DOCTYPE d [<!ENTITY a0 "x">{bomb}]><Document>&a29;</Document>')


# -- 1C ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["cp1251", "cp866", "utf-8-sig"])
def test_a_file_for_1c_is_read_in_windows_and_dos_letters(codec):
    statement = read_one(samples.ONE_C.replace("\n", "\r\n").encode(codec))

    assert (statement.account, statement.currency, statement.difference) == ("40702810400000001111", "RUB", 0)
    assert sums(statement) == [("2026-11-19", "1500.5", "RUB"), ("2026-11-20", "-300", "RUB")]
    came, went = statement.lines
    assert (came.name, came.tax_id, came.account) == ('ООО "Ромашка"', "7701234567", "40702810900000012345")
    assert came.purpose == "Оплата по счету № СЧ-2026-0015 от 15.11.2026 В т.ч. НДС 20%"
    assert (came.reference, came.line) == ("77", 17)
    assert (went.name, went.purpose) == ('ООО "Аренда"', "Аренда за ноябрь")


def test_a_transfer_between_our_own_accounts_is_a_movement_of_both():
    other = "СекцияРасчСчет\nРасчСчет=40702840100000099999\nКонецРасчСчет\nСекцияДокумент=Платежное поручение\nНомер=12"
    raw = samples.ONE_C.replace("СекцияДокумент=Платежное поручение\nНомер=12", other)
    raw = raw.replace("40702810100000099999", "40702840100000099999")

    first, second = read(raw.encode("cp1251"))

    assert [str(entry.amount) for entry in first.lines] == ["1500.50", "-300.00"]
    assert [(str(entry.amount), entry.currency) for entry in second.lines] == [("300.00", "USD")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("КонецФайла\n", ""),
        ("КонецДокумента\nКонецФайла", "КонецФайла"),
        ("Сумма=300.00", "Сумма=много"),
        ("Сумма=300.00", ""),
        ("ПолучательСчет=40702810400000001111", "ПолучательСчет=1\nДатаСписано=19.11.2026"),
        ("РасчСчет=40702810400000001111\n", ""),
        ("Дата=20.11.2026", "Дата=32.11.2026"),
    ],
)
def test_a_broken_file_for_1c_is_refused_whole(before, after):
    raw = samples.ONE_C.replace(before, after)
    raw = raw.replace("ДатаСписано=20.11.2026\n", "") if "Дата=32" in after else raw

    with pytest.raises(Unreadable):
        read(raw.encode("cp1251"))


# -- tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_russian_table_is_known_by_its_headings_below_the_bank_s_own_lines(codec):
    statement = read_one(samples.RUSSIAN_CSV.encode(codec), RU)

    assert sums(statement) == [("2026-11-19", "1500.5", "RUB"), ("2026-11-20", "-300", "RUB")]
    assert (statement.lines[0].name, statement.lines[0].tax_id, statement.lines[0].reference) == (
        'ООО "Ромашка"',
        "7701234567",
        "77",
    )
    assert [skipped.line for skipped in statement.skipped] == [6]


@pytest.mark.parametrize("codec", ["utf-8", "cp1256"])
def test_a_persian_table_has_jalali_days_and_rials(codec):
    raw = (
        samples.PERSIAN_CSV.translate({ord(c): str(n) for n, c in enumerate("۰۱۲۳۴۵۶۷۸۹")})
        if codec == "cp1256"
        else samples.PERSIAN_CSV
    )
    raw = raw.replace("٬", ",").replace("ی", "ي").replace("ک", "ك") if codec == "cp1256" else raw

    statement = read_one(raw.encode(codec), FA)

    assert sums(statement) == [("2026-11-19", "15000000", "IRR"), ("2026-11-20", "-3000000", "IRR")]
    assert statement.lines[0].reference in ("۱۲۳۴۵۶", "123456")


def test_toman_in_a_heading_means_ten_rials():
    statement = read_one(samples.PERSIAN_CSV.replace("(ریال)", "(تومان)"), FA)

    assert sums(statement)[0] == ("2026-11-19", "150000000", "IRR")


def test_an_english_table_has_signed_amounts_and_its_currency_in_the_heading():
    statement = read_one(samples.ENGLISH_CSV)

    assert sums(statement) == [("2026-11-19", "100", "EUR"), ("2026-11-20", "-80", "EUR")]
    assert statement.lines[0].account == "GB33BUKB20201555555555"
    assert statement.lines[0].purpose == "Invoice INV-2026-00042"


def test_a_german_table_has_points_between_thousands_and_the_minus_behind():
    statement = read_one(samples.GERMAN_CSV.encode("cp1252"))

    assert sums(statement) == [("2026-11-19", "1234.56", "EUR"), ("2026-11-20", "-12", "EUR")]
    assert statement.lines[0].name == "Müller"


def test_a_column_of_directions_gives_the_sign():
    raw = "Date,Amount,Type,Description\n2026-11-19,10.00,CRDT,a\n2026-11-19,4.00,DBIT,b\n"

    assert [str(entry.amount) for entry in read_one(raw).lines] == ["10", "-4"]


def test_a_person_corrects_what_was_guessed():
    raw = b'Wann,Was,Wieviel\n03/04/2026,Invoice 42,"1,500"\n'
    opened = open_statement(raw, EN)
    assert opened.problem is not None and opened.statements == ()

    columns = {
        **opened.columns.to_json(),
        "day": 0,
        "purpose": 1,
        "amount": 2,
        "order": "dmy",
        "decimal": ",",
        "currency": "EUR",
    }
    statement = read_one(raw, columns=columns)

    assert sums(statement) == [("2026-04-03", "1.5", "EUR")]
    assert statement.lines[0].purpose == "Invoice 42"


def test_american_and_other_days_are_told_apart_where_the_file_shows_it():
    rows = "Date,Amount\n03/25/2026,1.00\n03/04/2026,2.00\n"

    assert [day for day, *_rest in sums(read_one(rows, Formats(language="de")))] == ["2026-03-25", "2026-03-04"]


@pytest.mark.parametrize(
    "wrong",
    [{"day": -1}, {"day": "0"}, {"order": "x"}, {"decimal": "d"}, {"currency": "XXY"}, {"per_unit": 7}, {"day": True}],
)
def test_a_map_that_means_nothing_is_refused(wrong):
    with pytest.raises(Unreadable):
        table.Columns.from_json(wrong)


@pytest.mark.parametrize(
    "raw", [b"", b"\xef\xbb\xbf\r\n", b"PK\x03\x04rest", b"%PDF-1.7", b"hello", b"\x00\x01\x02\x00", b"a" * 21_000_000]
)
def test_what_is_no_statement_is_refused_with_a_sentence(raw):
    with pytest.raises(Unreadable) as refused:
        read(raw)

    assert str(refused.value)
