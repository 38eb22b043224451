"""Most texts, numbers, addresses and days go a quick way when they are read; it gives what the long way gives, sentence by sentence."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daftar.kernel import dates, emails, folding, phones, text
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats, default_for

NEVER = re.compile(r"(?!)")
FORMATS = [
    Formats(),
    Formats(tz="America/New_York", country=""),
    default_for("fa"),
    default_for("ru"),
    Formats(language=""),
]


def outcome(read, *args, **more):
    try:
        return read(*args, **more)
    except Invalid as refused:
        return str(refused), refused.details


def both_ways(where, name, instead, read, *args, **more):
    quick = outcome(read, *args, **more)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, instead)
        slow = outcome(read, *args, **more)
    return quick, slow


letters = st.text(st.characters(max_codepoint=0x2100), max_size=30)
some_text = st.one_of(
    letters,
    st.text(st.sampled_from(" \t\n\rabZ.é\u0301\u00a0\u200c\u200e\u202a\u3000\ufffd\ufeff\0\x07\x85ىئ\ud800")),
    st.text(max_size=20),
)


@given(some_text, st.sampled_from([3, 20, 300]), st.booleans())
@example(" Alice  Carter ", 300, False)
@example("e\u0301", 300, False)
def test_a_usual_text_is_cleaned_the_same_by_the_quick_way(raw, most, multiline):
    quick, slow = both_ways(
        text, "_is_usual", lambda raw: False, text.clean_text, raw, max_length=most, multiline=multiline
    )
    assert quick == slow


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_folds_as_any_other_text(plain):
    table = {code: " " for code in range(128) if not chr(code).isalnum()}
    assert folding.fold(plain) == " ".join(plain.lower().translate(table).split())
    assert text.ascii_digits(plain) == text.without_marks(plain) == plain


numbers = st.text(st.sampled_from("0123456789+() -./x#۱۲"), min_size=1, max_size=20)
dialled = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(["+1", "+98", "+7", "+39", "+49", "+54", "+52", "+44", "00", "0", "8", "1", "(0", " +", "tel:+"]),
    st.text(st.sampled_from("0123456789 -()."), min_size=3, max_size=16),
)


@given(st.one_of(numbers, dialled), st.sampled_from(["", "US", "IR", "RU", "IT", "AR", "MX", "DE", "ir"]))
@example("+1 202 555-0123", "")
@example("(202) 555 0123", "US")
@example("(+1) 202 555 0123", "US")
def test_a_phone_number_is_read_the_same_by_the_quick_way(typed, country):
    quick, slow = both_ways(phones, "_USUAL", NEVER, phones.parse_phone, typed, country)
    assert quick == slow


@given(
    st.one_of(
        st.from_regex(r"\+[1-9][0-9]{3,16}", fullmatch=True), st.text(st.sampled_from("+0123456789"), max_size=16)
    )
)
@example("+989121234567")
@example("+390612345678")
@example("+74951234567")
@example("+201000000+")
@example("+1")
@example("")
def test_a_number_at_home_is_the_same_by_the_quick_way(number):
    quick, slow = both_ways(phones, "quick_parts", lambda number: None, phones.at_home, number)
    assert quick == slow


addresses = st.text(st.sampled_from("abAZ09._-+@ éф!'"), max_size=40)
usual = st.from_regex(r"[A-Za-z0-9._+-]{1,70}@([A-Za-z0-9-]{1,20}\.){1,4}[A-Za-z0-9]{1,5}", fullmatch=True)


@given(st.one_of(addresses, usual))
@example("Sara.Ahmadi+crm@mail.example")
@example("a" * 65 + "@mail.example")
@example("sara@" + "m" * 64 + ".example")
@example("mailto:sara@mail.example")
@example("ſ@mail.example")
def test_a_mail_address_is_read_the_same_by_the_quick_way(typed):
    quick, slow = both_ways(emails, "_USUAL", NEVER, emails.parse_email, typed)
    assert quick == slow


written = st.builds(
    "{:04}-{:02}-{:02}{}".format,
    st.integers(1300, 2300),
    st.integers(0, 14),
    st.integers(0, 33),
    st.one_of(
        st.just(""),
        st.builds(
            "{}{:02}:{:02}{}".format,
            st.sampled_from(" T"),
            st.integers(0, 26),
            st.integers(0, 62),
            st.sampled_from(["", ":00", ":59", ":61", "Z"]),
        ),
    ),
)


@given(
    st.one_of(written, st.text(st.sampled_from("0123456789-: T/"), max_size=19)),
    st.sampled_from(["", "ymd", "dmy", "mdy"]),
    st.sampled_from(FORMATS),
)
@example("2026-03-08 02:30", "", FORMATS[1])
@example("2200-12-31", "", FORMATS[0])
def test_a_day_is_read_the_same_by_the_quick_way(typed, order, formats):
    for read in (dates.parse_date, dates.parse_date_time):
        quick, slow = both_ways(dates, "_plain", lambda text, order: None, read, typed, formats, order=order)
        assert quick == slow
