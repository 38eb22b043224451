"""Finds the npm files that pages use; nothing else of node_modules is served."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from config.rooms import ROOT

PACKAGES = ROOT / "node_modules"

# Package folder → the files in it that a page may ask for, as globs. Their address is /static/npm/<package>/<file>.
SERVED = {
    "sortablejs": ["modular/sortable.esm.js"],
    "@fontsource-variable/inter": ["files/inter-latin*-wght-normal.woff2", "files/inter-cyrillic*-wght-normal.woff2"],
    "@fontsource-variable/vazirmatn": [
        "files/vazirmatn-arabic-wght-normal.woff2",
        "files/vazirmatn-latin-wght-normal.woff2",
    ],
}


class NpmFiles(BaseFinder):
    """Static files under the prefix npm/."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.storage = FileSystemStorage(location=PACKAGES)
        self.storage.prefix = "npm"  # type: ignore[attr-defined]

    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:
        wanted = path.removeprefix("npm/")
        found = str(PACKAGES / wanted) if path.startswith("npm/") and wanted in set(served()) else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in served():
            if not matches_patterns(path, ignore_patterns or []):
                yield path, self.storage


def served() -> Iterator[str]:
    """Paths below node_modules that pages may ask for and that are installed."""
    for package, globs in SERVED.items():
        folder: Path = PACKAGES / package
        for glob in globs:
            yield from (path.relative_to(PACKAGES).as_posix() for path in sorted(folder.glob(glob)))
