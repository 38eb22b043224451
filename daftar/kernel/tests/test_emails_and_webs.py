import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid
from daftar.kernel.webs import parse_web


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" Sara@Example.COM ", "sara@example.com"),
        ("mailto:a.b+c@x-y.co.uk", "a.b+c@x-y.co.uk"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("иван@почта.рф", "иван@почта.рф"),
    ],
)
def test_addresses_are_stored_in_lower_case(text, stored):
    assert parse_email(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "", "sara", "@example.com", "sara@", "a@b", "a@@b.com", "a@b@c.com", "a b@c.com", "a@b.com, c@d.com",
        ".a@b.com", "a..b@c.com",
        "a.@b.com", "a@-b.com", "a@b-.com", "a@b..com", "a@b.123", "a@1.2.3.4", "a@b.c", "a\0@b.com",
        "a@b.com\nBcc: x@y.com",
        "\ud800@b.com", "x" * 65 + "@b.com", "a@" + "b" * 250 + ".com", "x" * 10**6, "Sara <sara@example.com>",
        '"a b"@c.com',
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(text):
    with pytest.raises(Invalid) as refusal:
        parse_email(text)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("example.com", "https://example.com"),
        ("Example.COM/Path?q=1#x", "https://example.com/Path?q=1#x"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com", "https://example.com"),
        ("https://сайт.рф/каталог", "https://сайт.рф/каталог"),
        ("http://192.168.1.5/", "http://192.168.1.5/"),
    ],
)
def test_web_addresses_are_made_whole(text, stored):
    assert parse_web(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.com",
        "mailto:a@b.com",
        "https://", "https:///x", "http://u:p@x.com", "http://u@x.com", "https://x", "https://x y.com",
        "https://x.com\\@y.com",
        "https://x.com:99999", "https://x.com:abc", "https://[::1", "java\tscript:alert(1)", "https://x.com/\0",
        "https://.com",
        "https://a..b.com", "x" * 3000, "\ud800.com", 'https://x.com/"onclick="', "vbscript:x", "javascript:0.1",
    ],
)  # fmt: skip
def test_unsafe_and_broken_web_addresses_are_refused(text):
    with pytest.raises(Invalid) as refusal:
        parse_web(text)
    assert str(refusal.value).endswith(".")


@given(st.text(max_size=80))
def test_any_text_is_a_value_or_a_sentence(text):
    for parse in (parse_email, parse_web):
        try:
            stored = parse(text)
        except Invalid:
            continue
        assert parse(stored) == stored
        assert parse is parse_email or stored.startswith(("http://", "https://"))
