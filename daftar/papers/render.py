"""A paper becomes a PDF, or a picture of its first page, by typst. Data goes in as JSON and is shown as text; nothing of it is ever run.

Typst runs in this process: it reads no network, and of files only our template, our fonts and the logo that we made ourselves. What could take long
is limited before: so many lines, so long texts (decision 0022).
"""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from daftar.kernel.errors import Invalid
from daftar.papers.document import Paper
from daftar.papers.layout import set_out
from daftar.papers.looks import Look, look_for

MOST_LINES = 1_000
MOST_TEXT = 2_000_000
MOST_LOGO_BYTES = 5_000_000
LOGO_SIDE = 600
FONTS = ("inter/400Regular", "inter/600SemiBold", "vazirmatn/400Regular", "vazirmatn/600SemiBold")


def pdf(paper: Paper, look: Look | None = None) -> bytes:
    """The paper as PDF. Errors: Invalid for one with too much on it."""
    made: bytes = compiled(paper, look or look_for(paper.kind, paper.language), "pdf")
    return made


def picture(paper: Paper, look: Look) -> bytes:
    """The first page as PNG, for a preview."""
    made = compiled(paper, look, "png")
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def compiled(paper: Paper, look: Look, kind: Literal["pdf", "png"]) -> Any:
    if len(paper.lines) > MOST_LINES:
        raise Invalid(_("A paper has at most %(most)s lines.") % {"most": MOST_LINES})
    data = json.dumps(set_out(paper, look), ensure_ascii=False)
    if len(data) > MOST_TEXT:
        raise Invalid(_("There is too much text on this paper."))
    more: dict[str, Any] = {"ppi": 110.0} if kind == "png" else {}
    return typst.compile(
        template(), format=kind, font_paths=fonts(), ignore_system_fonts=True, sys_inputs={"paper": data}, **more
    )


@lru_cache(maxsize=1)
def template() -> bytes:
    return (Path(__file__).parent / "typst" / "paper.typ").read_bytes()


@lru_cache(maxsize=1)
def fonts() -> list[str]:
    folder = Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts"
    return [str(folder / font) for font in FONTS]


def small_logo(uploaded: bytes) -> bytes:
    """A logo as a small PNG of our own making. Errors: Invalid for what is too large, or no picture."""
    if len(uploaded) > MOST_LOGO_BYTES:
        raise Invalid(_("This picture is too large: at most 5 MB, please."), field="logo")
    try:
        with Image.open(io.BytesIO(uploaded), formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            if image.width * image.height > 50_000_000:
                raise Invalid(_("This picture has too many points. Make it smaller first."), field="logo")
            image.thumbnail((LOGO_SIDE, LOGO_SIDE))
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
    except Image.DecompressionBombError:
        raise Invalid(_("This picture has too many points. Make it smaller first."), field="logo") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Invalid(_("This is no picture that can be read. Use PNG, JPEG or WebP."), field="logo") from None
    return out.getvalue()
