"""The four real files, loaded by the command: what came in, what is odd, and how it stands on the pages."""

import os
from pathlib import Path

import pytest

from tests.walks.test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOLDER = (
    Path(os.environ.get("DAFTAR_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data" / "opportunities"
)
COUNTED = {
    "/companies/?kind=client": 85, "/products/": 7, "/deals/": 8800, "/deals/?company.empty=": 1425,
    "/deals/?stage.kind=won": 4238, "/deals/?stage.kind=lost": 2473,
}  # fmt: skip


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample data (DAFTAR_SHARED or ../shared) is not here")
def test_the_real_pipeline_is_loaded_whole_and_found(house, seats):
    olga = seats(house.address)
    olga.found_company("en", company="Hardware & Sons", owner="Olga Reyes", email="olga@example.com", password=PASSWORD)

    said = house.manage("import", "--recipe", "opportunities", str(FOLDER)).stdout

    for odd in ("technolgy", "GTXPro", "Philipines"):
        assert odd in said
    for role, count in {"seller": 35, "head": 6}.items():
        placed = (
            f"SELECT count(*) FROM access_user WHERE roles LIKE '[\"{role}\"]' AND department_id > 0 AND office_id > 0"
        )
        assert house.query(placed)[0][0] == count
    for path, count in COUNTED.items():
        olga.go(path)
        shown = olga.page.inner_text("tfoot .pager__words").replace(",", "")
        assert str(count) in shown, f"{path}: {shown}"
    olga.open_board("Opportunities")
    assert len(olga.cards("Engaging")) >= 10
    olga.look()
