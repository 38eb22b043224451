"""What a person reads on a page, and which of it is left in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

UNREAD = {"script", "style", "template", "code", "pre", "textarea", "kbd", "samp"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = {"title", "aria-label", "placeholder", "alt", "aria-description"}
IN_A_ROW = re.compile(r"[A-Za-z][A-Za-z’']+(?:[ ,–-]+[A-Za-z][A-Za-z’']+)+")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\S+/\S+|\b[\w-]+\.[\w.-]+\b|\w*[_=]\w*")


class Reader(HTMLParser):
    """Collects visible texts and spoken attributes, without what is code, foreign on purpose or unread."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    @property
    def silent(self) -> bool:
        return any(skipped for _, skipped in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = tag != "html" and (given.get("dir") == "ltr" or given.get("lang") == "en")
        if not self.silent and not (foreign and tag not in VOID):
            self.texts += [v for name, v in given.items() if name in SPOKEN or is_said_by_a_script(name, v)]
        if tag not in VOID:
            self.open.append((tag, tag in UNREAD or foreign))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.open) - 1, -1, -1):
            if self.open[at][0] == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.silent:
            self.texts.append(data)


def is_said_by_a_script(name: str, value: str) -> bool:
    """A sentence begins with a capital letter; keys and numbers do not."""
    return name.startswith("data-") and " " in value and value[:1].isupper()


def left_in_english(page: str, names: list[str]) -> set[str]:
    """Two or more Latin words in a row; `names` are data, brands and signs that are never translated."""
    reader = Reader()
    reader.feed(page)
    found = set()
    for text in reader.texts:
        for name in names:
            text = text.replace(name, " · ")
        found |= set(IN_A_ROW.findall(ADDRESS.sub(" · ", text)))
    return found
