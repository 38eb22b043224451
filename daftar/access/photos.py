"""Photos of people: read as a picture, cut square, written anew by us; what was uploaded is never kept or served."""

from __future__ import annotations

import os
import re
import secrets
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid

SIDE = 256
LARGEST = 10 * 1024 * 1024
PIXELS = 40_000_000
NAME = re.compile(r"[0-9a-f]{32}\.jpg")


def folder() -> Path:
    path = Path(settings.DATA) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep_photo(upload: Any) -> str:
    """Store the square picture of an upload and return its random name; the bytes are safe on disk before.

    Units: 256 × 256 pixels. Errors: Invalid (field "photo") for what is no picture, or is too large.
    """
    if upload.size > LARGEST:
        raise Invalid(_("This picture is larger than %(most)s MB.") % {"most": LARGEST // 1024 // 1024}, field="photo")
    made = square(upload)
    if made is None:
        raise Invalid(_("This is no picture that can be read. Choose a JPEG, PNG or GIF file."), field="photo")
    name = f"{secrets.token_hex(16)}.jpg"
    temporary = folder() / f".{name}.part"
    with temporary.open("wb") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(folder() / name)
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return name


def square(upload: Any) -> bytes | None:
    """The middle of the picture as a small JPEG without anything that hung on it; None when it cannot be read safely."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # loaded with the first picture

    try:
        with Image.open(upload, formats=("PNG", "JPEG", "GIF")) as image:
            if image.width * image.height > PIXELS:
                return None
            image.draft("RGB", (SIDE * 2, SIDE * 2))
            turned = ImageOps.exif_transpose(image).convert("RGBA")
            fitted = ImageOps.fit(turned, (SIDE, SIDE))
            flat = Image.new("RGB", (SIDE, SIDE), "white")
            flat.paste(fitted, mask=fitted.getchannel("A"))
            made = BytesIO()
            flat.save(made, "JPEG", quality=86, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    return made.getvalue()


def path_of(name: str) -> Path | None:
    """The file behind a name of ours; None for any other name and for what is gone."""
    path = folder() / name if NAME.fullmatch(name) else None
    return path if path is not None and path.is_file() else None


def forget(name: str) -> None:
    """Remove a photo that nobody has any more."""
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)
