"""What is committed: ours alone, with no machine's names in it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOREIGN = re.compile(
    r"(^|/)(node_modules|vendor|third_party|\.venv|static-built|templates-built|bower_components)/|\.min\.(js|css)$|\.woff2?$|\.ttf$|\.whl$"
)
HOST = re.compile(r"https?://|--(extra-)?index-url|--find-links|file:", re.IGNORECASE)
BIG_BYTES = 600_000


@pytest.fixture(scope="module")
def committed() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git clone")
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def test_nothing_of_others_is_committed(committed):
    assert [name for name in committed if FOREIGN.search(name)] == []


def test_no_committed_file_is_big(committed):
    big = [
        name
        for name in committed
        if (ROOT / name).stat().st_size > BIG_BYTES and not name.endswith("package-lock.json")
    ]

    assert big == []


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-test.txt", "requirements-node.txt", "package-lock.json", ".npmrc"]
)
def test_locked_packages_name_no_host(name):
    lines = (ROOT / name).read_text().splitlines()

    found = [line for line in lines if HOST.search(line) and '"url":' not in line]

    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "requirements-node.txt"])
def test_every_package_has_a_version_and_hashes(name):
    text = (ROOT / name).read_text().replace("\\\n", " ")

    for line in filter(None, map(str.strip, text.splitlines())):
        assert re.match(r"[a-z0-9._-]+==\S+.* --hash=sha256:[0-9a-f]{64}", line), line[:80]


def test_no_path_of_a_machine_is_committed(committed):
    machine = re.compile(r"(?<![\w.-])/(?:work|root|home/[a-z]+)/")
    texts = [
        name
        for name in committed
        if name.endswith((".py", ".md", ".toml", ".html", ".js", ".css", ".json", ".txt"))
        or name.startswith(("bin/", ".ci/"))
    ]

    found = [
        name
        for name in texts
        if name != "tests/house/test_clean_tree.py"
        and machine.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []
