"""A push message is the one of the standard, and only keys that are keys are taken."""

from __future__ import annotations

import datetime as dt

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from daftar.kernel import web_push
from daftar.kernel.errors import Invalid

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OURS, SALT = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "DGv6ra1nlYgDCS1FRnbzlw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_message_of_the_standard_comes_out_byte_for_byte():
    body = web_push.encrypt(PLAIN, THEIRS, AUTH, own=web_push.private_key(OURS), salt=web_push.from_text(SALT))

    assert web_push.to_text(body) == BODY


def test_each_message_is_sealed_anew_and_short_ones_are_of_one_length():
    one, two, long = (web_push.encrypt(text, THEIRS, AUTH, at_least=512) for text in (b"a", b"bc", b"d" * 3_993))

    assert one[:16] != two[:16]
    assert len(one) == len(two) == 86 + 512 + 17
    assert len(long) == 4_096
    with pytest.raises(ValueError, match="3,993"):
        web_push.encrypt(b"d" * 3_994, THEIRS, AUTH)


def off_the_curve() -> str:
    raw = bytearray(web_push.from_text(THEIRS))
    raw[-1] ^= 1
    return web_push.to_text(bytes(raw))


@pytest.mark.parametrize(
    "key",
    ["", "x", THEIRS[:-4], THEIRS + "AAAA", THEIRS.replace("B", "!", 1), off_the_curve(), "A" * 87, "=" * 87, "é" * 87, "B" * 9_999],
)  # fmt: skip
def test_what_is_no_point_of_the_curve_is_refused(key):
    with pytest.raises(Invalid):
        web_push.browser_key(key)


@pytest.mark.parametrize("secret", ["", AUTH[:-3], AUTH + "AAAA", "+" * 22, "A"])
def test_what_is_no_secret_is_refused(secret):
    with pytest.raises(Invalid):
        web_push.browser_secret(secret)


def test_filled_up_letters_are_read_too():
    assert web_push.browser_secret(AUTH + "==") == web_push.browser_secret(AUTH)


def test_the_push_service_can_check_who_sends():
    private, public = web_push.new_pair()
    now = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)

    header = web_push.authorization(
        private, public, endpoint="https://push.example:8443/a/b?c", contact="mailto:crm@oak.example", now=now
    )

    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == public
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), web_push.from_text(key))
    told = jwt.decode(token, point, algorithms=["ES256"], options={"verify_exp": False, "verify_aud": False})
    assert told == {
        "aud": "https://push.example:8443",
        "sub": "mailto:crm@oak.example",
        "exp": int((now + dt.timedelta(hours=12)).timestamp()),
    }
