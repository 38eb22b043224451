from __future__ import annotations


class Refused(Exception):
    """Why the file is not read, as one word; what the word is about stands behind it."""

    def __init__(self, why: str, *about: str) -> None:
        super().__init__(why)
        self.why, self.about = why, about
