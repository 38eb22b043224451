"""No serious finding of axe-core on the samples, in both themes and directions."""

from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("query", ["theme=dark&lang=fa", pytest.param("theme=light", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("sample", ["list", "board", "card", "form"])
def test_a_sample_has_no_serious_finding(window, sample, query):
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci)")
    page = window(f"/ui/gallery/{sample}?{query}", bypass_csp=True)

    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]

    serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious
