"""Whatever stands in a file, a proposal comes out of it, and its map speaks the language of maps."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.exchange.importing.maps import ImportMap
from daftar.records.fields import KINDS
from daftar.records.schema import current_schema

HEADINGS = st.sampled_from(
    [
        "Name", "Email", "E-mail", "Phone", "Mobile", "Company", "Amount", "Stage", "Status", "Close date", "Created",
        "Owner", "ID", "Account Id", "Lead Id",
        "Title", "Notes", "Source", "Probability", "Имя", "Сумма", "Ответственный", "نام", "مبلغ", "تاریخ", "Colour",
        "Weight", "LEADID", "x", "Subject", "Duration",
    ]
)  # fmt: skip
CELLS = st.one_of(
    st.just(""),
    st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=12),
    st.integers(-10, 99999).map(str),
    st.sampled_from(
        ["1.234,56", "1,234.56", "$22.70", "12%", "2024-05-13", "03/04/2024", "31.12.2024", "15 Apr, 2021 00:03:00",
        "1403/02/15", "yes", "no", "Won", "Lost",
         "Open", "a@b.example", "+1 212 555 0100", "https://acme.example", "۱۲٬۰۰۰ تومان", "0", "007", "1e5", "∞", "$", "-",
         "12:30", "3.5K", "'=1+1"]
    ),
)  # fmt: skip
TABLES = st.lists(HEADINGS, min_size=1, max_size=6, unique=True).flatmap(
    lambda headings: st.tuples(
        st.just(headings), st.lists(st.lists(CELLS, min_size=len(headings), max_size=len(headings)), max_size=12)
    )
)
TARGET = re.compile(r"@(id|created|changed|moved)|\+(\w+)(?:\.[+\w]+)?:[^@]+(@id)?|(\w+)(?:\.\w+)?(@\w+)?")


def text_of(table):
    out = io.StringIO()
    csv.writer(out).writerows([table[0], *table[1]])
    return out.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(["leads", "deals", "list", "Calls", "things"]), TABLES), min_size=1, max_size=3)
)
def test_every_file_gets_steps_whose_maps_can_be_said(desk, tables):
    schema = current_schema()
    proposal = desk.propose(*[(f"{name}{n}.csv", text_of(table)) for n, (name, table) in enumerate(tables)])
    made = {t.key for t in proposal.types}
    assert {s.file for s in proposal.steps} == set(range(len(tables)))
    for step in proposal.steps:
        assert step.type in schema.types or step.type in made
        type_ = schema.types.get(step.type)
        for heading, targets in step.map["columns"].items():
            for target in targets:
                shape = TARGET.fullmatch(target)
                assert shape, target
                assert not shape[2] or shape[2] in KINDS
                assert not shape[4] or type_ is None or type_.field(shape[4]) is not None, (heading, target)
        assert set(step.map.get("stages", {})) == set(step.stage_order) or step.map.get("only")
        assert all(set(of) for of in step.map.get("choices", {}).values())
        assert step.words
        map_ = ImportMap.from_json(step.map)
        if type_ is not None and any(step.map["columns"].values()):
            map_.check_for(type_, list(step.map["columns"]))
    for question in proposal.questions:
        assert question.sentence
