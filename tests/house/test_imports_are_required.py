"""What our code imports stands in requirements.in (what the tests import may stand in requirements-test.in)."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = {"config", "daftar", "tests", "steps"}


def named(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {re.split(r"[\[<>=; ]", line)[0].lower() for line in lines if line and line[0] not in "#-"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    parts = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in whole + parts} - set(sys.stdlib_module_names) - OURS


def test_every_import_is_a_named_requirement():
    distributions = packages_distributions()
    missing = []
    for path in [*ROOT.glob("config/**/*.py"), *ROOT.glob("daftar/**/*.py")]:
        is_test = "tests" in path.parts or path.name in {"conftest.py", "settings_for_tests.py"}
        known = named("requirements.in") | (named("requirements-test.in") if is_test else set())
        for module in imported(path):
            owners = {owner.lower() for owner in distributions.get(module, [])}
            if not owners & known:
                missing.append(f"{path.relative_to(ROOT)} imports {module}")

    assert missing == []
