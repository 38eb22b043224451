"""Formulas: what they say, what they give, and that no text makes them do anything else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.records.formula.checking import kind_of
from daftar.records.formula.functions import FUNCTIONS
from daftar.records.formula.reading import MOST_PARTS, read, written
from daftar.records.formula.tree import DATE, MOMENT, NUMBER, TEXT, YES_NO, Call, Constant, Kind, Name, names_in
from daftar.records.formula.working import Moment, work_out

NOON = Moment(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC), dt.date(2026, 11, 26))
FIELDS = {
    "amount": (NUMBER, Decimal("1200")),
    "probability": (NUMBER, Decimal(40)),
    "discount": (NUMBER, None),
    "zero": (NUMBER, Decimal(0)),
    "name": (TEXT, "Kölner Straße"),
    "note": (TEXT, None),
    "won": (YES_NO, True),
    "close": (DATE, dt.date(2026, 12, 1)),
    "opened": (DATE, dt.date(2026, 1, 31)),
    "met": (MOMENT, dt.datetime(2026, 11, 25, 18, 30, tzinfo=dt.UTC)),
    "deals.amount": (Kind("number", many=True), [Decimal(10), None, Decimal("2.5")]),
    "deals.close": (Kind("date", many=True), []),
    "[Expected close]": (DATE, dt.date(2026, 12, 1)),
}


def value(text: str) -> object:
    tree = read(text)
    kind_of(tree, lambda name: FIELDS[str(name)][0] if str(name) in FIELDS else None)
    return work_out(tree, lambda name: FIELDS[str(name)][1], NOON)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("amount * probability / 100", Decimal(480)),
        ("2 + 3 * 4 - 1", Decimal(13)),
        ("(2 + 3) * -4", Decimal(-20)),
        ("۱۲ × ۲٫۵ ÷ ٣", Decimal(10)),
        ("1 / 3 * 3", Decimal(1)),
        ("10 - 4 - 3", Decimal(3)),
        ("amount / zero", None),
        ("amount + discount", None),
        ("amount + first(discount, 0)", Decimal(1200)),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(1250, -2)", Decimal(1300)),
        ("round(2.5)", Decimal(3)),
        ("floor(-1.5) & ceil(1.2)", "-22"),
        ("99999999999999 * 99999999999999", None),
        ('if(amount > 1000, "large", "small")', "large"),
        ('if(discount > 1, "yes")', None),
        ("if(won and not amount < 5, 1, 2)", Decimal(1)),
        ("not won or empty(discount)", True),
        ("empty(note) and empty(deals.close) and not empty(name)", True),
        ('name = "kolner strasse"', True),
        ('name <> "Köln"', True),
        ("note = empty", True),
        ('contains(name, "STRASSE")', True),
        ('upper(left(name, 3)) & "…" & length(name)', "KÖL…13"),
        ('right(name, 3) & text(close) & ""', "aße2026-12-01"),
        ('"say ""yes"""', 'say "yes"'),
        ("close - today()", Decimal(5)),
        ("close - 1", dt.date(2026, 11, 30)),
        ("add_months(opened, 1)", dt.date(2026, 2, 28)),
        ("add_days(met, 1) > now()", True),
        ("days(met, now())", Decimal("0.7292")),
        ("met < close", True),
        ("year(close) * 100 + month(close) + day(close) + weekday(close)", Decimal(202615)),
        ("date(2026, 2, 30)", None),
        ("add_days(close, 999999999999)", None),
        ("sum(deals.amount) / count(deals.amount)", Decimal("6.25")),
        ("max(deals.amount) - min(deals.amount)", Decimal("7.5")),
        ("avg(deals.amount)", Decimal("6.25")),
        ("min(deals.close)", None),
        ("sum(amount, 5, discount)", Decimal(1205)),
        ("max(close, opened)", dt.date(2026, 12, 1)),
        ("[Expected close] - close", Decimal(0)),
    ],
)
def test_what_a_formula_gives(text, gives):
    assert value(text) == gives
    assert bare(read(written(read(text)))) == bare(read(text))


def bare(part):
    """The tree without its places in the text."""
    if isinstance(part, Name):
        return Name(part.path)
    return Call(part.name, tuple(map(bare, part.parts))) if isinstance(part, Call) else part


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a formula"),
        ("amount *", "ends too early"),
        ("amount amount", "at place 8"),
        ("(amount", "ends too early"),
        ("amount)", "at place 7"),
        ("amount ? 2", "at place 8"),
        ('"open', "at place 1"),
        ("__import__('os')", "cannot be read at place 1"),
        ("amount.__class__", "cannot be read"),
        ("price * 2", "no field “price”"),
        ("exec(amount)", "no function “exec”"),
        ("amount + name", "“+” cannot be used with a number, a text"),
        ("amount > name", "“>” cannot be used with"),
        ("if(amount, 1, 2)", "if(condition, value, other value) cannot be used with"),
        ("round()", "round(number, places) cannot be used with nothing"),
        ("deals.amount + 1", "a number of each linked record"),
        ("sum(deals.close)", "sum(linked numbers) cannot be used with a date of each linked record"),
        ("-name", "“-” cannot be used with a text"),
        ("1" * 2001, "too long"),
        ("(" * 50 + "1" + ")" * 50, "too many parts"),
        ("-" * 300 + "1", "too many parts"),
        ("not " * 300 + "won", "too many parts"),
        ("+".join("1" * (MOST_PARTS + 1)), "too many parts"),
        ("sum(" + ",".join("1" * 250) + ")", "too many parts"),
    ],
)
def test_what_cannot_be_is_said(text, says):
    with pytest.raises(Invalid) as refused:
        value(text)
    assert says in str(refused.value)


def test_the_fields_that_a_formula_reads_are_known():
    tree = read("if(empty(company.industry), sum(deals.amount), amount)")

    assert [str(name) for name in names_in(tree)] == ["company.industry", "deals.amount", "amount"]


def test_a_formula_is_written_with_the_names_of_the_page():
    assert written(read("Amount*2"), lambda name: f"[{name.path[0].title()}]") == "[Amount] * 2"
    assert written(read("1-(2-3)")) == "1 - (2 - 3)"
    assert written(read("not (won and won) or won")) == "not (won and won) or won"


leaves = st.one_of(
    st.sampled_from([Name(("amount",)), Name(("name",)), Name(("won",)), Name(("close",)), Name(("deals", "amount"))]),
    st.decimals(0, 10**6, places=2).map(Constant),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8).map(Constant),
    st.sampled_from([Constant(True), Constant(False), Constant(None)]),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            lambda sign, a, b: Call(sign, (a, b)),
            st.sampled_from(["+", "-", "*", "/", "&", "=", "<>", "<", "<=", ">", ">=", "and", "or"]), inner, inner,
        ),
        st.builds(lambda sign, a: Call(sign, (a,)), st.sampled_from(["not", "negative"]), inner),
        st.builds(lambda name, parts: Call(name, tuple(parts)), st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=3)),
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(trees)
def test_every_tree_is_written_so_that_it_reads_the_same_and_works_without_a_fault(tree):
    assert bare(read(written(tree))) == tree
    found = work_out(tree, lambda name: FIELDS[str(name)][1], NOON)

    assert found is None or isinstance(found, Decimal | str | bool | dt.date | list)
    try:
        kind = kind_of(tree, lambda name: FIELDS[str(name)][0])
    except Invalid:
        return
    fits = {"number": Decimal, "text": str, "yes_no": bool, "date": dt.date, "moment": dt.datetime, "empty": type(None)}
    assert found is None or kind.many or isinstance(found, fits[kind.base])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text("()[]\"'.,+-*/&=<> amount1if", max_size=60))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        tree = read(text)
    except Invalid:
        return
    assert bare(read(written(tree))) == bare(tree)
