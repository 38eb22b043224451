"""Style sheets as text: what a browser forgives and nobody sees."""

import re
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[2]
SHEETS = sorted(ROOMS.glob("*/static/**/*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=[str(sheet.relative_to(ROOMS)) for sheet in SHEETS])
def test_what_a_sheet_opens_it_closes(sheet):
    """An open block swallows the next one; a layer within a layer then loses against everything."""
    depth = 0
    for line in re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL).splitlines():
        assert not (line.startswith("@layer") and depth), line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0
