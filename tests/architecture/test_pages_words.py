"""The reader that finds English on a page finds it, and nothing else."""

from .pages_words import left_in_english


def test_a_sentence_left_in_english_is_found():
    page = (
        '<p title="Save this page">ذخیره <b>Save it now</b> <code>let it be</code> <i dir="ltr">not me either</i></p>'
    )

    assert left_in_english(page, []) == {"Save this page", "Save it now"}
    assert not left_in_english(page, ["Save this page", "Save it now"])
    assert not left_in_english("<p>a@house.example فایل CSV</p>", [])
