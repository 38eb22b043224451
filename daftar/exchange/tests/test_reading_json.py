"""JSON lines and lists of objects: keys are headings, values read as they are written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading import json_pieces
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.rows import BrokenRow, RawRow


def read(tmp_path, text, name="file.jsonl", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return open_source(path)


def as_lines(*objects):
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def rows(source):
    return [dict(zip(source.headings, row.cells, strict=True)) for row in source.rows()]


def test_values_read_as_they_are_written(tmp_path):
    text = (
        '{"name": "دفتر", "amount": 10.50, "count": 12345678901234567890, "paid": true, "old": false, "none": null,\t'
        '"small": 1e-3, "tags": ["a", 2, null, "b"], "empty": [], "address": {"city": "Rome", "geo": {"lat": 1.0}},'
        ' "lines": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}], "deep": [[1, 2]]}\n'
    )
    source = read(tmp_path, text)

    assert (source.kind, source.is_exact, source.delimiter) == ("json_lines", True, "")
    assert rows(source) == [
        {
            "name": "دفتر", "amount": "10.50", "count": "12345678901234567890", "paid": "yes", "old": "no", "none": "",
            "small": "0.001", "tags": "a; 2; b", "empty": "", "address.city": "Rome", "address.geo.lat": "1.0",
            "lines.sku": "A; B", "lines.n": "1; 2", "deep": '["1", "2"]',
        }
    ]  # fmt: skip


def test_headings_are_those_of_the_whole_file_in_the_order_in_which_they_come(tmp_path):
    source = read(tmp_path, as_lines({"b": 1, "a": 1}, *[{"a": n} for n in range(2000)], {"late": {"key": 1}}))

    assert (source.headings, source.count_lines()) == (("b", "a", "late.key"), 2002)
    assert list(source.rows())[-1] == RawRow(2002, ("", "", "1"))
    assert [row.line for row in source.rows(behind=2000)] == [2001, 2002]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("piece", [7, 1 << 16])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_one_list_of_objects_reads_the_same(tmp_path, indent, piece, encoding, monkeypatch):
    monkeypatch.setattr(json_pieces, "PIECE", piece)
    objects = [{"name": f"Ромашка и Василёк {n}", "note": 'a "quote", {brackets} [x]\n'} for n in range(5)]
    source = read(tmp_path, json.dumps(objects, indent=indent, ensure_ascii=False), "file.json", encoding)

    assert rows(source) == objects
    lines = [row.line for row in source.rows()]
    assert lines == ([1, 2, 3, 4, 5] if indent is None else [2, 6, 10, 14, 18])
    assert [[r.line for r in source.rows(behind=n)] for n in lines] == [lines[n:] for n in range(1, 6)]


def test_objects_over_several_lines_without_a_list(tmp_path):
    text = '{\n  "a": 1\n}\n{\n  "a": 2\n}\n'

    assert list(read(tmp_path, text, "x.json").rows()) == [RawRow(1, ("1",)), RawRow(4, ("2",))]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ('{"a": 1, "b": }', "", "breaks off on line 2, sign 15"),
        ('  {"a": 1', "", "breaks off on line 2, sign 10"),
        ('{"a": 1, "a": 2}', "a", "key “a” stands twice"),
        ('{"b": {"c": 1}, "b.c": 2}', "b.c", "key “b.c” stands twice"),
        ("[1, 2]", "", "a value and no object"),
        ("17", "", "a value and no object"),
        ('{"a": NaN}', "", "“NaN” is no number"),
        ('{"a": ' + "9" * 101 + "}", "a", "number is too large"),
        ('{"a": 1e999999999}', "a", "number is too large"),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", "", "more than 20 levels deep"),
        ('{"a": ' + "[" * 100_000, "", "more than 20 levels deep"),
        ('{"a": "x\\u0000y"}', "a", "NUL"),
        ('{"a": "' + "x" * 1_000_001 + '"}', "a", "1,000,001 letters"),
        ('{"a": "' + "x" * 8_000_001 + '"}', "", "longer than 8,000,000 letters"),
    ],
)
def test_a_broken_line_costs_that_line(tmp_path, line, column, said):
    first, bad, last = read(tmp_path, f'{{"a": "one"}}\n{line}\n{{"a": "two"}}\n').rows()

    assert isinstance(bad, BrokenRow)
    assert (first.cells[0], last.cells[0], last.line) == ("one", "two", 3)
    assert (bad.line, bad.column) == (2, column)
    assert said in bad.sentence


def test_a_broken_object_of_a_list_costs_that_object(tmp_path):
    source = read(tmp_path, '[\n{"a": "1"},\n{"a": oops},\n{"a": "3"}\n]', "x.json")
    first, bad, last = source.rows()

    assert (first.cells, bad.line, last) == (("1",), 3, RawRow(4, ("3",)))
    assert "line 3, sign 7" in bad.sentence


def test_a_list_that_is_cut_off_tells_its_last_object(tmp_path):
    *whole, last = read(tmp_path, '[{"a": "1"}, {"a": "2"}, {"a": "th', "x.json").rows()

    assert [row.cells for row in whole] == [("1",), ("2",)]
    assert isinstance(last, BrokenRow)
    assert last.line == 3
    assert "line 1, sign 32" in last.sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "holds no objects"),
        ("[1, 2]", "No object of this JSON file can be read. The first: This is a value"),
        ("hello", "breaks off on line 1"),
        (json.dumps({f"k{n}": 1 for n in range(501)}), "501 columns; at most 500"),
    ],
)
def test_a_file_without_objects_says_so(tmp_path, text, said):
    with pytest.raises(Unreadable, match=said):
        read(tmp_path, text, "x.json")


def test_the_content_says_that_it_is_json_whatever_the_name(tmp_path):
    assert read(tmp_path, as_lines({"a": 1}), "data.txt").kind == "json_lines"
    assert read(tmp_path, "[Name],{City}\nx,y\n", "data.txt").kind == "csv"
    assert read(tmp_path, '{"a"},b\nx,y\n', "data.csv").kind == "csv"


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), SCALARS, min_size=1), min_size=1, max_size=8), st.booleans())
def test_lists_and_lines_hold_the_same_rows(tmp_path_factory, objects, is_pretty):
    folder = tmp_path_factory.mktemp("json")
    one = read(folder, as_lines(*objects), "a.jsonl")
    other = read(folder, json.dumps(objects, indent=2 if is_pretty else None), "b.json")

    assert one.headings == other.headings
    assert [row.cells for row in one.rows()] == [row.cells for row in other.rows()]
