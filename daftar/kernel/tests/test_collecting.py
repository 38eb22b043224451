"""While a batch is made, Python does not look for objects that hold each other; after the last one it does again."""

import gc

import pytest

from daftar.kernel.collecting import uncollected


def test_it_looks_again_when_the_last_block_has_ended():
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


@uncollected()
def broken():
    raise ValueError("broken")


def test_it_looks_again_after_an_error():
    with pytest.raises(ValueError, match="broken"):
        broken()
    assert gc.isenabled()


def test_who_had_it_off_before_has_it_off_after():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
