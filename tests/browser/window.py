"""A browser window of one person, who sees no script error, no serious accessibility finding and no page wider than the window."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = os.environ.get("DAFTAR_SCREENS", "")
LARGEST = 80_000
"""Bytes of a picture."""
OVER_THE_NEXT = """() => [...document.querySelectorAll(".columns > section")]
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .map(one => `the column "${one.innerText.slice(0, 30)}" lies over the next one`)"""
ANSWERS_WITH_WORDS = ("409 (Conflict)", "422 (Unprocessable")


class Window:
    """`page` is Playwright's page; `go`, `sign_in` and `look` are ours.

    Shapes: `touch` gives fingers instead of a mouse. `words` are more arguments of Playwright's context.
    """

    def __init__(
        self, browser: Any, address: str, width: int = 1280, height: int = 800, *, touch: bool = False, **words: Any
    ):
        self.address, self.touch = address, touch
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch, reduced_motion="reduce",
            **{"bypass_csp": True} | words,
        )  # fmt: skip
        self.context.set_default_timeout(30_000)
        self.context.set_default_navigation_timeout(60_000)
        self.has_scripts = words.get("java_script_enabled", True)
        self.errors: list[str] = []
        self.findings: list[str] = []
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        # A refused form is an answer, not a failure; the browser writes it into the console all the same.
        if message.type == "error" and not any(answer in message.text for answer in ANSWERS_WITH_WORDS):
            self.errors.append(f"{message.text} ({self.page.url})")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is None or answer.ok, f"{path} answered {answer.status}"
        self.ready()

    def ready(self) -> None:
        """Wait until the elements of the page work."""
        if self.has_scripts:
            self.page.wait_for_load_state("domcontentloaded")
            self.page.wait_for_function("Boolean(customElements.get('unsaved-guard'))")  # the last one of ui/daftar.js

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def sign_in(self, email: str, password: str) -> None:
        self.go("/sign-in/")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.click("form.form button:not([name])")
        self.page.wait_for_url("**/due/**")

    def look(self, name: str = "") -> None:
        """Scan the page as it is now; findings are told at the end. With a name, also take its picture for the guide."""
        if name:
            self.picture(name)
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            self.findings.append(f"{self.path}: wider than the window by {wider} px")
        self.findings += [f"{self.path}: {words}" for words in self.page.evaluate(OVER_THE_NEXT)]
        if not AXE.exists():
            pytest.skip("axe-core is not installed (npm ci)")
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
        for one in found:
            if one["impact"] in ("serious", "critical"):
                self.findings.append(f"{self.path}: {one['id']}: {one['nodes'][0]['html'][:300]}")

    def pull(self, here: Any, there: Any) -> None:
        """From one point of the window to another, by mouse or by a finger."""
        (self._by_finger if self.touch else self._by_mouse)(here, there)

    def _by_mouse(self, here: Any, there: Any) -> None:
        mouse = self.page.mouse
        mouse.move(*here)
        mouse.down()
        mouse.move(here[0] + 8, here[1] + 8, steps=3)
        mouse.move(*there, steps=12)
        self.page.wait_for_timeout(100)
        mouse.up()

    def _by_finger(self, here: Any, there: Any) -> None:
        wire = self.context.new_cdp_session(self.page)

        def touch(kind: str, *points: Any) -> None:
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

        touch("touchStart", here)
        self.page.wait_for_timeout(400)  # a finger rests before it drags; a quick one scrolls
        for step in range(1, 13):
            touch("touchMove", tuple(a + (b - a) * step / 12 for a, b in zip(here, there, strict=True)))
        self.page.wait_for_timeout(100)
        touch("touchEnd")

    def picture(self, name: str) -> None:
        """Keep the page as a small picture, when the run is asked for pictures (DAFTAR_SCREENS names the folder)."""
        if not SCREENS:
            return
        folder = ROOT / SCREENS
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        self.page.wait_for_timeout(200)
        self.page.screenshot(path=path)
        picture = Image.open(path).convert("RGB")
        for colours in (128, 64, 48, 32):
            few = picture.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
            if path.stat().st_size < LARGEST:
                return
