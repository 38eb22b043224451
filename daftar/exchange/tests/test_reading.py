"""What bad files get: a clear sentence with line and column, and the rows around it whole."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.delimiters import known_delimiter
from daftar.exchange.reading.encoding import known_encoding
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.rows import BrokenRow, RawRow


def written(tmp_path, data, encoding="utf-8"):
    path = tmp_path / "file.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


RUSSIAN = "Название;Город;Сумма\nООО «Ромашка»;Москва;22 700,00\nЗАО Василёк;Санкт-Петербург;100,50\n"
PERSIAN = "نام;شهر\nشركت الوند;تهران\nپارس چوب گيلان;رشت\n"


@pytest.mark.parametrize(
    ("text", "encoding", "name", "delimiter"),
    [
        ("name,city\nAcme,Rome\n", "utf-8", "UTF-8", ","),
        ("name\tcity\nÉtoile\tLiège\n", "utf-8-sig", "UTF-8", "\t"),
        ("name|city\nAcme|Rome\n", "utf-16", "UTF-16", "|"),
        ("name;city\nAcme;Rome\n", "utf-16-le", "UTF-16 LE", ";"),
        ("name;city\nAcme;Rome\n", "utf-16-be", "UTF-16 BE", ";"),
        (RUSSIAN, "cp1251", "windows-1251", ";"),
        (PERSIAN, "cp1256", "windows-1256", ";"),
        (PERSIAN, "utf-8", "UTF-8", ";"),
        ("name;city\nCafé Zoé;Besançon\nDéjà vu;Orléans\n", "cp1252", "windows-1252", ";"),
        ("sep=;\nname;city\nAcme;Rome\n", "utf-8", "UTF-8", ";"),
    ],
)
def test_encoding_and_delimiter_are_found(tmp_path, text, encoding, name, delimiter):
    source = open_source(written(tmp_path, text, encoding))

    assert (source.encoding_name, source.delimiter) == (name, delimiter)
    body = [line.split(delimiter) for line in text.splitlines() if not line.startswith("sep=")]
    assert list(source.headings) == body[0]
    assert [list(row.cells) for row in source.rows()] == body[1:]


def test_a_late_letter_beyond_ascii_decides_too(tmp_path):
    data = b"name;city\n" + b"Acme;Rome\n" * 200_000 + "Ромашка;Москва\n".encode("cp1251")

    assert open_source(written(tmp_path, data)).encoding == "cp1251"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "cut off or damaged"),
        (b"\0" * 1000, "empty|NUL"),
        (b"\0x\0y" * 10 + b"a\0b\0" * 11, "NUL"),
        (b"\n".join([b",".join([b"a"] * 501)]), "501 columns"),
        (b'"name,city\nAcme,Rome\n', "heading row cannot be read"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path, data, said):
    with pytest.raises(Unreadable, match=said):
        open_source(written(tmp_path, data))


def test_a_broken_quote_on_line_4000_costs_one_row(tmp_path):
    lines = ["name,city,note"] + [f'Acme {n},"Rome, Italy",ok' for n in range(2, 4000)]
    lines += ['Acme 4000,"Rome,ok'] + [f'Acme {n},"Rome, Italy",ok' for n in range(4001, 4101)]
    rows = list(open_source(written(tmp_path, "\n".join(lines))).rows())

    broken = [row for row in rows if isinstance(row, BrokenRow)]
    assert [row.line for row in broken] == [4000]
    assert "line 4000" in broken[0].sentence
    assert [row.line for row in rows if isinstance(row, RawRow)] == [*range(2, 4000), *range(4001, 4101)]


@pytest.mark.parametrize("after", ["", "Acme,Rome,ok\n" * 3000, 'Acme,"Rome ""Lazio""",ok\n' * 20, 'Acme,"",ok\n' * 20])
def test_a_quote_that_never_closes_costs_one_row(tmp_path, after):
    source = open_source(written(tmp_path, 'name,city,note\nfirst,a,b\n"broken,a,b\n' + after))
    rows = list(source.rows())

    assert [r.line for r in rows if isinstance(r, BrokenRow)] == [3]
    assert len([r for r in rows if isinstance(r, RawRow)]) == 1 + after.count("\n")


def test_quoted_cells_keep_lines_delimiters_and_quotes(tmp_path):
    text = 'name,note\n"Acme, Inc","one\ntwo ""three"""\n5" pipe,plain\n'
    rows = list(open_source(written(tmp_path, text)).rows())

    assert [(r.line, r.cells) for r in rows] == [(2, ("Acme, Inc", 'one\ntwo "three"')), (4, ('5" pipe', "plain"))]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("a,b", "", "has 2 cells, the heading row 3"),
        ("a,b,c,d", "", "needs quotes"),
        ("a,b\0,c", "city", "NUL"),
        ("a," + "x" * 5_000_000 + ",c", "city", "5,000,000 letters"),
        ("x" * 9_000_000, "", "longer than"),
        (b"a,\xff\xfe,c", "city", "not UTF-8"),
        ('a,"b"x,c', "", "quote on line 2"),
    ],
)
def test_bad_rows_say_where_and_why_and_the_next_is_read(tmp_path, row, column, said):
    data = row if isinstance(row, bytes) else row.encode()
    rows = list(open_source(written(tmp_path, b"name,city,note\n" + data + b"\nlast,b,c\n"), encoding="utf-8").rows())

    bad, last = rows
    assert isinstance(bad, BrokenRow)
    assert (bad.line, bad.column) == (2, column)
    assert said in bad.sentence
    assert last.cells == ("last", "b", "c")


def test_empty_cells_behind_the_last_column_and_blank_lines_do_not_matter(tmp_path):
    rows = list(open_source(written(tmp_path, "name,city\nAcme,Rome,,\n\n,,\nBolt,Oslo\n")).rows())

    assert [r.cells for r in rows] == [("Acme", "Rome"), ("Bolt", "Oslo")]


def test_headings_are_told_apart(tmp_path):
    assert open_source(written(tmp_path, "phone,phone,,name\n1,2,3,4\n")).headings == (
        "phone",
        "phone (2)",
        "Column 3",
        "name",
    )


def test_an_encoding_or_delimiter_that_is_said_counts(tmp_path):
    source = open_source(written(tmp_path, RUSSIAN, "cp1251"), encoding="windows-1251", delimiter="semicolon")

    assert source.headings[0] == "Название"
    with pytest.raises(Unreadable, match="windows-1256"):
        open_source(written(tmp_path, RUSSIAN), encoding="koi9")
    with pytest.raises(Unreadable, match="delimiter"):
        open_source(written(tmp_path, RUSSIAN), delimiter="x")


@pytest.mark.thorough
def test_only_a_few_lines_are_in_memory(tmp_path):
    import tracemalloc

    source = open_source(written(tmp_path, b"name,note\n" + b'Acme,"some words"\n' * 100_000))
    tracemalloc.start()
    count = sum(1 for _row in source.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 100_000
    assert peak < 1_000_000


@pytest.mark.parametrize("sign", [":", "~", "^"])
def test_a_rare_delimiter_is_guessed_where_nothing_else_parts_the_lines(tmp_path, sign):
    text = f"name{sign}city{sign}note\nAcme{sign}Rome{sign}ok\nBolt{sign}Oslo{sign}\n"

    assert open_source(written(tmp_path, text)).delimiter == sign


@pytest.mark.parametrize(
    "text",
    [
        "name\nat 10:30\nat 11:30\n",
        "when: the day\n10:30\n11:30:15\n",
        "name;at\nAcme;10:30\nBolt;11:30\n",
        "a:b,c\n10:30,x\n10:31,y\n",
        "http://x\n",
        "name\n~\n^\n",
    ],
)
def test_a_colon_in_times_and_addresses_is_no_delimiter(tmp_path, text):
    assert open_source(written(tmp_path, text)).delimiter in ",;"


@pytest.mark.parametrize("sign", ["!", "#", "§", "¦", "€", "/", "tab", "\t", "pipe", "colon", "."])
def test_any_single_sign_may_be_the_delimiter_when_it_is_said(tmp_path, sign):
    used = {"tab": "\t", "pipe": "|", "colon": ":"}.get(sign, sign)
    source = open_source(written(tmp_path, f'name{used}city\n"A{used}B"{used}Rome\n'), delimiter=sign)

    assert (source.headings, [r.cells for r in source.rows()]) == (("name", "city"), [(f"A{used}B", "Rome")])
    assert source.delimiter_name == {"\t": "tab"}.get(used, used)


@pytest.mark.parametrize("sign", ["", "x", "1", "ы", "۵", '"', "'", " ", "\n", ",,", "\0", "\u200c", "_", "\\"])
def test_letters_blanks_and_quotes_are_no_delimiters(sign):
    with pytest.raises(Unreadable, match="is no delimiter. Choose a comma"):
        known_delimiter(sign)


PERSIAN_LIST = (
    "نام;شركت;شهر;تلفن;تاريخ;يادداشت\n"
    "علي رضايي;پارس\u200cچوب;تهران;09121234567;1402/05/12;مي\u200cخواهد قيمت بگيرد، دوباره تماس؟\n"
    "زهرا كريمي;«الوند»;رشت;02188776655;1402/06/01;ژاكت گرم\n"
)
RUSSIAN_LIST = (
    "Наименование;Город;Сумма;Комментарий\n"
    "ООО «Ромашка»;Москва;22 700,00;Перезвонить в четверг — ждут счёт № 15\n"
    "ИП Щербаков;Ярославль;1 250,50;Объём уточнить; \n".replace("; \n", "\n")
)


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (PERSIAN_LIST, "cp1256", "windows-1256"),
        (PERSIAN_LIST, "utf-8", "UTF-8"),
        (PERSIAN_LIST.replace("09", "۰۹"), "utf-16-le", "UTF-16 LE"),
        (PERSIAN_LIST.replace("09", "۰۹"), "utf-16-be", "UTF-16 BE"),
        (RUSSIAN_LIST, "cp1251", "windows-1251"),
        (RUSSIAN_LIST.upper(), "cp1251", "windows-1251"),
        (RUSSIAN_LIST.lower(), "cp1251", "windows-1251"),
        (RUSSIAN_LIST, "utf-16-le", "UTF-16 LE"),
        (RUSSIAN_LIST.replace("«", '"').replace("»", '"').replace("—", "-").replace("№", ""), "koi8-r", "KOI8-R"),
        (RUSSIAN_LIST.replace("«", "").replace("»", "").replace("—", "-"), "cp866", "DOS 866"),
        (RUSSIAN_LIST, "mac-cyrillic", "Mac Cyrillic"),
        ("name;city\nЮ;Я\n", "cp1251", "windows-1251"),
        ("name;city\nИП Эйюй;Ъ\n", "cp1251", "windows-1251"),
        ("name;phone\nФёдор;1\n" * 2, "cp1251", "windows-1251"),
        ("Название;Місто\nТОВ Їжак;Київ\nПриватбанк;Івано-Франківськ\n", "cp1251", "windows-1251"),
        ("الاسم;المدينة\nأحمد محمود;القاهرة\nشركة النور للتجارة;الرياض\n", "cp1256", "windows-1256"),
        ("name;city\nMüller & Söhne;Köln\nŒuvre;Orléans\n", "cp1252", "windows-1252"),
    ],
)
def test_lists_of_people_are_read_in_the_letters_they_are_written_in(tmp_path, text, encoding, name):
    source = open_source(written(tmp_path, text, encoding))

    assert source.encoding_name == name
    assert [source.headings, *(r.cells for r in source.rows())] == [
        tuple(line.split(source.delimiter)) for line in text.splitlines()
    ]


def test_every_encoding_can_be_said_by_its_name():
    assert {known_encoding(name) for name in ("utf8", "KOI8-R", "dos 866", "Windows_1256", "mac cyrillic", "cp866")} == {
        "utf-8-sig", "koi8-r", "cp866", "cp1256", "mac-cyrillic",
    }  # fmt: skip


MESSY = st.lists(
    st.lists(st.text(st.sampled_from('ab ,;"\n\rё'), max_size=6), min_size=3, max_size=3), min_size=1, max_size=12
)


@given(MESSY)
def test_what_a_program_writes_is_read_back_from_any_row_on(tmp_path_factory, table):
    """Whatever stands in the cells; and who goes on behind a row gets just the rows behind it."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["x", "y", "z"], *table])
    source = open_source(written(tmp_path_factory.mktemp("csv"), out.getvalue()), delimiter=",")
    rows = list(source.rows())

    assert [row.cells for row in rows] == [tuple(cells) for cells in table]
    for n, row in enumerate(rows):
        assert list(source.rows(behind=row.line)) == rows[n + 1 :]


@given(st.text(st.sampled_from('ab,"\n\0'), max_size=60))
def test_going_on_behind_any_row_of_a_broken_file_gives_the_same_rows(tmp_path_factory, text):
    long = "x" * 500  # so few NULs leave it a text
    source = open_source(written(tmp_path_factory.mktemp("csv"), f"{long},y\n{text}\n"), delimiter=",")
    rows = list(source.rows())

    for n, row in enumerate(rows):
        assert list(source.rows(behind=row.line)) == rows[n + 1 :]


def test_two_hundred_thousand_rows_are_never_all_in_memory(tmp_path):
    import tracemalloc

    source = open_source(written(tmp_path, "name,note\n" + "Ромашка,слова\n" * 200_000))
    tracemalloc.start()
    count = sum(1 for _row in source.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (count, peak < 1_000_000) == (200_000, True)


def test_a_cell_with_thousands_of_lines_is_looked_at_once(tmp_path, monkeypatch):
    """Each line of it holds quotes; a look from the beginning at each of them would be millions of letters."""
    from daftar.exchange.reading import csv as reading_csv

    fed = []
    reader = csv.reader
    monkeypatch.setattr(
        reading_csv.csv, "reader", lambda lines, **words: reader((fed.append(len(t)) or t for t in lines), **words)
    )
    text = 'name,note\nAcme,"' + '""word"" and more\n' * 1500 + 'end"\n'
    (row,) = open_source(written(tmp_path, text)).rows()

    assert row.cells[1].count("\n") == 1500
    assert sum(fed) < 3 * len(text)
