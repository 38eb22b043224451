"""Docs are checked like code: what exists has an entry, and what a page points to exists."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from daftar.access.audit import KINDS as AUDITED
from daftar.activities.notifying.kinds import KINDS as TOLD
from daftar.records.fields import KINDS
from daftar.records.types import DECLARED
from daftar.ui import menu

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
SCRIPTS = ROOT / "daftar" / "ui" / "static" / "ui" / "js"


def entries(page: str, heading: str = "") -> set[str]:
    """What stands as `code` in the first cells of the tables of a page (below a heading)."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if heading:
        text = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| *(`[^|]*`) *\|", text.replace("`|`", ""), re.M)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def without_entry(wanted, page: str, heading: str = "") -> list[str]:
    return sorted(set(wanted) - entries(page, heading))


# -- what exists ----------------------------------------------------------------------------------


def settings() -> set[str]:
    """Environment variables that the program reads."""
    files = [*(ROOT / "config").rglob("*.py"), *(p for p in (ROOT / "daftar").rglob("*.py") if "tests" not in p.parts)]
    found = {
        name
        for path in files
        for name in re.findall(r'"(DAFTAR_[A-Z_]+|DATABASE_URL)"', path.read_text(encoding="utf-8"))
    }
    return found


def published_events() -> set[str]:
    """Classes of which somebody publishes an instance by `kernel.events.publish`."""
    found = set()
    for path in (ROOT / "daftar").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "tests" in path.parts or not re.search(
            r"from daftar\.kernel\.events import .*\bpublish\b|events\.publish", text
        ):
            continue
        for node in ast.walk(ast.parse(text)):
            is_publish = isinstance(node, ast.Call) and ast.unparse(node.func) in ("publish", "events.publish")
            if is_publish and node.args and isinstance(node.args[0], ast.Call):
                found.add(ast.unparse(node.args[0].func).rpartition(".")[2])
    return found


def keys() -> set[str]:
    """Keys that lists and pages listen to."""
    pages = re.findall(r'key === "(.)"', (SCRIPTS / "keyboard-shortcuts.js").read_text(encoding="utf-8"))
    lists = re.findall(r"\b(\w+): \(\) =>", (SCRIPTS / "data-list.js").read_text(encoding="utf-8"))
    names = {"ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc"}
    return {names.get(key, key) for key in [*pages, *lists]}


def shipped_types() -> set[str]:
    """Record types of the product, without those that only tests declare."""
    return {key for key, declared in DECLARED.items() if ".tests." not in declared.__module__}


def letters() -> set[str]:
    """Letters that go to a place after `g`."""
    ours = shipped_types()
    items = [item for item in menu._items.values() if item.key in ours or item.key not in DECLARED]
    return {item.letter for item in items if item.letter}


def commands() -> set[str]:
    return {name for name, app in get_commands().items() if str(app).startswith("daftar.")}


# -- each has an entry ----------------------------------------------------------------------------


def test_every_field_kind_has_an_entry():
    assert without_entry(KINDS, "fields.md", "Field kinds") == []


def test_every_record_type_has_an_entry():
    assert without_entry(shipped_types(), "fields.md", "Record types") == []


def test_every_setting_has_an_entry():
    assert len(settings()) > 8
    assert without_entry(settings(), "settings.md") == []


def test_every_event_has_an_entry():
    assert "RecordChanged" in published_events()
    assert without_entry(published_events(), "events.md") == []


def test_every_kind_of_the_audit_log_has_an_entry():
    assert without_entry(AUDITED, "audit.md", "Kinds") == []
    assert entries("audit.md", "Kinds") == set(AUDITED)


def test_every_kind_of_notice_has_an_entry():
    assert entries("guide/notices.md", "How you are told") == set(TOLD)


def test_every_command_has_an_entry():
    assert "backup" in commands()
    assert without_entry(commands(), "commands.md") == []


def test_every_key_has_an_entry():
    assert {"j", "Enter", "x", "/", "g"} <= keys()
    assert without_entry(keys() | letters(), "guide/keys.md") == []


def test_what_is_missing_would_be_found():
    assert without_entry([*KINDS, "telepathy"], "fields.md", "Field kinds") == ["telepathy"]
    assert without_entry({"DAFTAR_MAGIC", "DAFTAR_PORT"}, "settings.md") == ["DAFTAR_MAGIC"]


# -- and what pages point to ----------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def broken_links(page: Path, text: str) -> list[str]:
    """Links and pictures of a page that lead nowhere."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            found.append(f"{page.relative_to(ROOT)}: {target}")
    return found


def missing_paths(page: Path, text: str) -> list[str]:
    """Files and folders named as `code` that do not exist; short ones start at a room."""
    rooms = "|".join(path.name for path in (ROOT / "daftar").iterdir() if path.is_dir())
    found = []
    for path in re.findall(rf"`((?:daftar|config|docs|tests|bin|{rooms})/[\w./-]+)(?::\w+)?`", text):
        is_file = path.endswith("/") or "." in path.rpartition("/")[2] or path.startswith("bin/")
        places = (ROOT, ROOT / "daftar", ROOT / "daftar" / "ui" / "templates")
        if is_file and not any((place / path).exists() for place in places):
            found.append(f"{page.relative_to(ROOT)}: {path}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")

    assert broken_links(page, text) == []
    assert missing_paths(page, text) == []


def test_a_broken_link_or_path_would_be_found():
    page = DOCS / "tour.md"

    assert broken_links(page, "See [rules](rules.md#words) and [that](nowhere.md).") == ["docs/tour.md: nowhere.md"]
    assert broken_links(page, "[words](rules.md#no-such-heading)") == ["docs/tour.md: rules.md#no-such-heading"]
    assert missing_paths(page, "In `records/gate.py` and `records/wishes.py:grant`.") == [
        "docs/tour.md: records/wishes.py"
    ]
