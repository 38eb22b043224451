"""Cards of people from phones and mail programs: a row each under headings that the map knows."""

import pytest

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.knowing.guessing import guess_map
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.rows import BrokenRow, RawRow


def read(tmp_path, text, name="cards.vcf", encoding="utf-8", **words):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return open_source(path, **words)


def only(source):
    (row,) = source.rows()
    assert isinstance(row, RawRow), row
    return {heading: cell for heading, cell in zip(source.headings, row.cells, strict=True) if cell}


FOUR = """BEGIN:VCARD\r
VERSION:4.0\r
FN:Sara Tehrani\r
N:Tehrani;Sara;M.;Dr.;\r
ORG:Alvand\\, Ltd;Sales\r
TITLE:Buyer\r
item1.TEL;VALUE=uri;TYPE="cell,voice":tel:+98-912-1234567\r
TEL;TYPE=work:+98 21 1\r
TEL;TYPE=WORK,FAX:+98 21 2\r
TEL;TYPE=cell:+98 935 7\r
EMAIL;TYPE=work:sara@alvand.ir\r
EMAIL:sara@example.com\r
item2.URL:https\\://alvand.ir\r
ADR;LABEL="A; B: C":;;Valiasr 1;Tehran;Tehran;19;Iran\r
BDAY:19800229\r
NOTE:one\\ntwo\\; three a lo\r
 ng li\r
\tne\r
PHOTO:data:image/jpeg;base64,AAAA\r
 BBBB\r
X-SKYPE:sara\r
CATEGORIES:Buyer,VIP\\, gold\r
END:VCARD\r
"""


def test_a_card_of_version_four(tmp_path):
    source = read(tmp_path, FOUR)

    assert (source.kind, source.encoding_name, source.is_exact) == ("vcard", "UTF-8", True)
    assert only(source) == {
        "Full name": "Sara Tehrani",
        "First name": "Sara",
        "Middle name": "M.",
        "Last name": "Tehrani",
        "Organisation": "Alvand, Ltd",
        "Department": "Sales",
        "Position": "Buyer",
        "Mobile phone": "+98-912-1234567; +98 935 7",
        "Work phone": "+98 21 1",
        "Fax": "+98 21 2",
        "Work email": "sara@alvand.ir",
        "E-mail": "sara@example.com",
        "Website": "https://alvand.ir",
        "Street": "Valiasr 1",
        "City": "Tehran",
        "Region": "Tehran",
        "Postcode": "19",
        "Country": "Iran",
        "Birthday": "1980-02-29",
        "Tags": "Buyer; VIP, gold",
        "Note": "one\ntwo; three a long line",
    }


@pytest.mark.parametrize(("charset", "codec"), [("windows-1251", "cp1251"), ("UTF-8", "utf-8"), ("KOI8-R", "koi8-r")])
def test_a_quoted_printable_card_of_version_2_1_in_its_own_letters(tmp_path, charset, codec):
    def quoted(text):
        return "".join(f"={byte:02X}" for byte in text.encode(codec))

    name, note = quoted("Иванов;Пётр"), quoted("первая\r\nвторая")
    half = len(note) // 6 * 3
    text = (
        f"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{quoted('Иванов')};{quoted('Пётр')}\n"
        f"FN;CHARSET={charset};QUOTED-PRINTABLE:{name}\nTEL;CELL;VOICE:+7 900 1\nTEL;HOME:2\n"
        f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:{note[:half]}=\n{note[half:]}\nEND:VCARD\n"
    )
    card = only(read(tmp_path, text))

    assert (card["First name"], card["Last name"], card["Full name"]) == ("Пётр", "Иванов", "Иванов;Пётр")
    assert (card["Mobile phone"], card["Home phone"], card["Note"]) == ("+7 900 1", "2", "первая\nвторая")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
def test_cards_in_the_letters_of_the_file(tmp_path, encoding):
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Мария Петровна Соколова\r\nORG:Ромашка\r\nEND:VCARD\r\n"

    assert only(read(tmp_path, text, encoding=encoding)) == {
        "Full name": "Мария Петровна Соколова",
        "Organisation": "Ромашка",
    }


def test_several_cards_have_the_headings_of_all_and_their_own_lines(tmp_path):
    text = "\nBEGIN:VCARD\nFN:A\nEND:VCARD\n\nbegin:vcard\nN:B;\nTEL:1\nend:vcard\n"
    source = read(tmp_path, text, name="export.txt")

    assert (source.headings, source.count_lines()) == (("Full name", "Last name", "Phone"), 9)
    assert list(source.rows()) == [RawRow(2, ("A", "", "")), RawRow(6, ("B", "B", "1"))]
    assert [row.line for row in source.rows(behind=2)] == [6]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("BEGIN:VCARD\nFN:A\n", "no END:VCARD"),
        ("BEGIN:VCARD\nFN:A\nno colon here\nEND:VCARD\n", "Line 6 of this card, “no colon here”, has no colon"),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "says nothing that can be taken"),
        ("BEGIN:VCARD\nFN;CHARSET=zip:A\nEND:VCARD\n", "FN on line 5 holds bytes that are no letters"),
        ("BEGIN:VCARD\nFN;CHARSET=koi9:A\nEND:VCARD\n", "FN on line 5 holds bytes that are no letters"),
        (
            "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=FF=FE\nEND:VCARD\n",
            "holds bytes that are no letters",
        ),
        ("BEGIN:VCARD\nFN:A\0B\nEND:VCARD\n", "NUL"),
    ],
)
def test_a_broken_card_costs_that_card(tmp_path, card, said):
    fine = "BEGIN:VCARD\nFN:{}\nEND:VCARD\n"
    first, bad, last = read(tmp_path, fine.format("one") + card + fine.format("two")).rows()

    assert (first.cells, last.cells) == (("one",), ("two",))
    assert isinstance(bad, BrokenRow)
    assert (bad.line, said in bad.sentence) == (4, True)


def test_a_file_of_cards_without_a_card(tmp_path):
    with pytest.raises(Unreadable, match="holds no card"):
        read(tmp_path, "hello\n")


def test_a_photo_of_many_megabytes_is_not_kept_in_memory(tmp_path):
    photo = "PHOTO;ENCODING=b:" + "A" * 70 + ("\n " + "A" * 74) * 100_000
    text = f"BEGIN:VCARD\nFN:A\n{photo}\nTEL:1\nEND:VCARD\n"

    assert only(read(tmp_path, text)) == {"Full name": "A", "Phone": "1"}


@pytest.mark.django_db
def test_the_map_knows_what_the_headings_mean(tmp_path, shop):
    columns = guess_map(shop.type("contact"), read(tmp_path, FOUR)).columns

    unknown = {heading for heading, targets in columns.items() if not targets}
    assert unknown <= {"Department", "Middle name", "Full name"}
    assert columns["Mobile phone"] == ("phones.mobile",)
    assert columns["City"] == ("address.city",)


def test_a_card_of_many_megabytes_costs_that_card(tmp_path):
    notes = "".join(f"NOTE:{'x' * 3_000_000}\n" for _n in range(4))
    bad, good = read(tmp_path, f"BEGIN:VCARD\nFN:A\n{notes}END:VCARD\nBEGIN:VCARD\nFN:B\nEND:VCARD\n").rows()

    assert isinstance(bad, BrokenRow)
    assert (bad.line, good.line) == (1, 8)
