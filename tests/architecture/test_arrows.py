"""Imports follow the arrows of docs/rooms.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NEVER_IMPORTED = {"api", "onboarding", "config"}


def allowed(text: str) -> dict[str, set[str]]:
    """The arrows table of docs/rooms.md: room → the rooms it may import."""
    table = text.split("## Arrows", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in re.findall(r"^\|.*\|$", table, re.M)]
    arrows: dict[str, set[str]] = {}
    for room, *used in rows[2:]:
        words = [word.strip() for word in (used[0] if used else "").split(",") if word.strip()]
        if words == ["everything"]:
            arrows[room] = {row[0] for row in rows[2:]}
            continue
        arrows[room] = set()
        for word in words:
            name = word.removesuffix(" and below")
            arrows[room] |= {name} | (arrows[name] if word.endswith(" and below") else set())
    return arrows


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import of ours, wherever it stands in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides which room it points to"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def violations(rooms: Path, arrows: dict[str, set[str]]) -> list[str]:
    """Each import that no arrow allows, with its place."""
    found = []
    for path in sorted(rooms.rglob("*.py")):
        room, *inner = path.relative_to(rooms).parts
        if not inner or "tests" in inner:
            continue
        for line, name in imports(path):
            top, _, rest = name.partition(".")
            used = "config" if top in {"config", "tests"} else rest.partition(".")[0] if top == "daftar" else room
            if used != room and (used in NEVER_IMPORTED or used not in arrows.get(room, set())):
                found.append(f"{path.relative_to(rooms.parent)}:{line}: {room} may not import {used}")
    return found


def test_imports_follow_the_arrows():
    arrows = allowed((ROOT / "docs" / "rooms.md").read_text(encoding="utf-8"))

    assert violations(ROOT / "daftar", arrows) == []


def test_every_room_has_a_row():
    arrows = allowed((ROOT / "docs" / "rooms.md").read_text(encoding="utf-8"))

    assert {path.parent.name for path in (ROOT / "daftar").glob("*/__init__.py")} <= set(arrows)


def test_a_wrong_arrow_is_found(tmp_path):
    arrows = allowed((ROOT / "docs" / "rooms.md").read_text(encoding="utf-8"))
    for room, code in {
        "kernel": "from daftar.records import reading\n",
        "ui": "def page():\n    import config.settings\n",
        "crm": "from daftar.activities.actions import plan\nfrom daftar.onboarding import demo\n",
    }.items():
        (tmp_path / "daftar" / room / "inner").mkdir(parents=True)
        (tmp_path / "daftar" / room / "inner" / "code.py").write_text(code)

    assert violations(tmp_path / "daftar", arrows) == [
        "daftar/crm/inner/code.py:2: crm may not import onboarding",
        "daftar/kernel/inner/code.py:1: kernel may not import records",
        "daftar/ui/inner/code.py:2: ui may not import config",
    ]


def test_the_table_is_read_as_it_is_written():
    arrows = allowed((ROOT / "docs" / "rooms.md").read_text(encoding="utf-8"))

    assert arrows["kernel"] == set()
    assert arrows["crm"] == {"kernel", "ui", "access", "records", "activities"}
    assert "crm" not in arrows["reports"]
