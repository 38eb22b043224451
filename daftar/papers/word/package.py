"""A Word document from somebody else, opened only after everything in it was looked at: a ZIP of XML and pictures, and nothing that acts.

Pure but for its sentences. Every limit stands here; decision 0024 says why this needs no process of its own.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat  # no document type, no entities, limits below

import docx
from django.utils.translation import gettext as _
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image, UnidentifiedImageError

from daftar.kernel.errors import Invalid

MOST_BYTES, MOST_UNPACKED, MOST_XML, MOST_PICTURE = 5_000_000, 30_000_000, 10_000_000, 3_000_000
MOST_PARTS, MOST_ELEMENTS, DEEPEST = 500, 200_000, 100
MOST_RATIO, FREE_RATIO = 100, 1_000_000
MOST_POINTS = 50_000_000
OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1")
PICTURES = ("PNG", "JPEG", "GIF", "BMP", "TIFF")
PICTURE_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
ENCODINGS = (None, "utf-8", "utf-16", "us-ascii")
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ACTS = frozenset((
    "oleobject", "package", "control", "activexcontrolbinary", "afchunk", "subdocument", "frame", "mailmergesource", "mailmergeheadersource",
    "recipientdata", "extensibility", "usercustomization", "attachedtoolbars", "keymapcustomizations", "transform",
))  # fmt: skip
"""Relations that bring in or run something, by the last word of their type."""
ELEMENTS_THAT_ACT = frozenset(("altChunk", "subDoc", "control", "OLEObject", "mailMerge", "frameset"))
FIELDS = frozenset((
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "TITLE", "SUBJECT", "AUTHOR",
    "FILENAME", "TOC", "REF", "PAGEREF", "NOTEREF", "STYLEREF", "SEQ", "SYMBOL", "EQ", "HYPERLINK", "=",
))  # fmt: skip
"""Fields that show something of the document itself."""
LINK_FIELD = re.compile(r'HYPERLINK\s+(?:"?(?:https?:|mailto:|tel:)|\\)', re.IGNORECASE)
WEB = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
WORD_NAMES = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def opened(raw: bytes, name: str = "") -> Document:
    """The document. Errors: Invalid with a sentence that says what is wrong with the file and what to do."""
    looked_at(raw, name)
    return read(raw)


def read(raw: bytes) -> Document:
    """A document that was looked at before."""
    try:
        document = docx.Document(io.BytesIO(raw))
        is_word = document.element.tag == qn("w:document") and document.element.body is not None
    except (OpcError, etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError):
        raise broken() from None
    if not is_word:
        raise broken()
    return document


def broken() -> Invalid:
    return wrong(_("This is no Word document that can be read. Open it in Word and save it anew as .docx."))


def wrong(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")


def looked_at(raw: bytes, name: str) -> None:
    """Errors: Invalid for whatever is no plain document."""
    if len(raw) > MOST_BYTES:
        raise wrong(
            _("This document is too large: at most %(most)s MB, please. Make its pictures smaller first.")
            % {"most": MOST_BYTES // 1_000_000}
        )
    if raw.startswith(OLD_WORD):
        raise wrong(
            _("This is a document of old Word (.doc), or one with a password. Save it as .docx without a password.")
        )
    if name.lower().endswith((".docm", ".dotm")):
        raise has_macros()
    if name.lower().endswith(".dotx"):
        raise is_a_template()
    parts = unpacked(raw)
    kinds = content_types(parts)
    for path, inside in parts.items():
        look_at(path, inside)
    look_at_xml(parts)
    if MAIN not in kinds.values():
        raise broken()


def has_macros() -> Invalid:
    return wrong(_("This document holds macros, which are programs. Save it as .docx, without macros."))


def is_a_template() -> Invalid:
    return wrong(_("This is a template of Word (.dotx). Save it as a document (.docx)."))


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The parts by their names, within limits that are checked before and while they are read. Names are data: nothing is written under them."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            wanted = [info for info in package.infolist() if not info.is_dir()]
            check_directory(wanted)
            left, parts = MOST_UNPACKED, {}
            for info in wanted:
                with package.open(info) as part:
                    inside = part.read(left + 1)
                left -= len(inside)
                if left < 0:
                    raise unpacks_too_large()
                parts[info.filename] = inside
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise broken() from None
    return parts


def check_directory(wanted: list[zipfile.ZipInfo]) -> None:
    if len(wanted) > MOST_PARTS or sum(info.file_size for info in wanted) > MOST_UNPACKED:
        raise unpacks_too_large()
    if any(i.file_size > FREE_RATIO and i.file_size > MOST_RATIO * max(i.compress_size, 1) for i in wanted):
        raise unpacks_too_large()
    names = [info.filename.casefold() for info in wanted]
    if len(set(names)) < len(names) or any(is_odd(name) for name in names) or any(i.flag_bits & 1 for i in wanted):
        raise broken()


def unpacks_too_large() -> Invalid:
    return wrong(
        _(
            "This document unpacks to more than a paper needs, so it is not opened. Save it anew in Word, with smaller pictures."
        )
    )


def is_odd(name: str) -> bool:
    return (
        "\\" in name
        or ":" in name
        or name.startswith("/")
        or ".." in PurePosixPath(name).parts
        or not name.isprintable()
    )


def content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Kind of each part by its name or ending. Errors: Invalid for macros and templates of Word."""
    kinds: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.startswith(f"{CONTENT_TYPES} "):
            kinds[attributes.get("PartName") or attributes.get("Extension", "")] = attributes.get("ContentType", "")

    for path, inside in parts.items():
        if path.casefold() == "[content_types].xml":
            parsed(inside, start)
    said = " ".join(kinds.values()).casefold()
    if "macroenabled" in said or "vbaproject" in said:
        raise has_macros()
    if "template.main+xml" in said:
        raise is_a_template()
    return kinds


def look_at(path: str, inside: bytes) -> None:
    """One part that is no XML: a picture that is not too large, a font; nothing else."""
    low = path.casefold()
    if "vbaproject" in low or "vbadata" in low:
        raise has_macros()
    if "/embeddings/" in low or "/activex/" in low:
        raise brings_objects()
    if inside.startswith(PICTURE_STARTS):
        look_at_picture(PurePosixPath(path).name, inside)
    elif not is_xml(path, inside):
        raise wrong(
            _(
                "This document holds “%(name)s”, which is neither text nor a picture as PNG or JPEG. Take it out, or put it in as PNG."
            )
            % {"name": PurePosixPath(path).name[:60]}
        )


def is_xml(path: str, inside: bytes) -> bool:
    """Whether the part may go on to the reader of XML; fonts and the small picture of the file's icon are taken as they are."""
    low = path.casefold()
    if (low.startswith("word/fonts/") and low.endswith(".odttf")) or low.startswith("docprops/thumbnail."):
        return True
    return inside.lstrip(b"\xef\xbb\xbf\xff\xfe\xfe\xff \t\r\n\0").startswith(b"<")


def brings_objects() -> Invalid:
    return wrong(
        _(
            "This document has another file or program inside it (an embedded table, chart or object). Put it in as a picture instead."
        )
    )


def look_at_picture(name: str, inside: bytes) -> None:
    if len(inside) > MOST_PICTURE:
        raise wrong(
            _("The picture “%(name)s” is too large: at most %(most)s MB, please.")
            % {"name": name[:60], "most": MOST_PICTURE // 1_000_000}
        )
    try:
        with Image.open(io.BytesIO(inside), formats=PICTURES) as image:
            points = image.width * image.height
    except Image.DecompressionBombError:
        points = MOST_POINTS + 1
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise wrong(_("The picture “%(name)s” cannot be read. Put it in anew.") % {"name": name[:60]}) from None
    if points > MOST_POINTS:
        raise wrong(_("The picture “%(name)s” has too many points. Make it smaller first.") % {"name": name[:60]})


def look_at_xml(parts: Mapping[str, bytes]) -> None:
    """Every part that is XML: no document type, no links to elsewhere, no fields that fetch or run."""
    wanted = {
        path: inside
        for path, inside in parts.items()
        if not inside.startswith(PICTURE_STARTS) and not path.casefold().endswith(".odttf") and is_text(path, inside)
    }
    if sum(map(len, wanted.values())) > MOST_XML:
        raise unpacks_too_large()
    seen = Look()
    for inside in wanted.values():
        seen.fields = Fields()
        parsed(inside, seen.start, seen.end, seen.letters)


def is_text(path: str, inside: bytes) -> bool:
    return not path.casefold().startswith("docprops/thumbnail.") or inside.lstrip().startswith(b"<")


def parsed(inside: bytes, start: Any, end: Any = None, letters: Any = None) -> None:
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, letters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse_types
    parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse_types
    parser.XmlDeclHandler = only_known_letters
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(inside, True)
    except (expat.ExpatError, LookupError, UnicodeError, ValueError):
        raise broken() from None


def refuse_types(*_about: object) -> Any:
    raise wrong(_("This document brings a document type of its own, which Word never writes. It is not opened."))


def only_known_letters(_version: str, encoding: str | None, _alone: int) -> None:
    if (encoding.lower() if encoding else None) not in ENCODINGS:
        raise broken()


class Fields:
    """Fields of one part: what each says before its result."""

    def __init__(self) -> None:
        self.open: list[list[str]] = []
        self.is_said: list[bool] = []

    def mark(self, kind: str) -> None:
        if kind == "begin":
            self.open.append([])
            self.is_said.append(False)
        elif self.open and kind == "separate" and not self.is_said[-1]:
            check_field("".join(self.open[-1]))
            self.is_said[-1] = True
        elif self.open and kind == "end":
            said, was_said = "".join(self.open.pop()), self.is_said.pop()
            if not was_said:
                check_field(said)

    def say(self, text: str) -> None:
        if self.open and not self.is_said[-1]:
            self.open[-1].append(text)
        elif not self.open:
            check_field(text)


def check_field(said: str) -> None:
    words = said.split()
    first = words[0].upper() if words else ""
    first = "=" if first.startswith("=") else first
    if first not in FIELDS or (first == "HYPERLINK" and not LINK_FIELD.match(said.strip())):
        raise wrong(
            _(
                "This document has the field “%(field)s”, which fetches or does something. Only fields such as PAGE and DATE may stand in it."
            )
            % {"field": said.strip()[:40]}
        )


class Look:
    """What is looked at in all parts; counts go over all of them."""

    def __init__(self) -> None:
        self.count = self.depth = 0
        self.fields = Fields()
        self.is_instruction = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count, self.depth = self.count + 1, self.depth + 1
        if self.count > MOST_ELEMENTS or self.depth > DEEPEST:
            raise unpacks_too_large()
        space, _blank, local = name.rpartition(" ")
        if space == RELATIONS and local == "Relationship":
            check_relation(attributes)
        elif local in ELEMENTS_THAT_ACT:
            raise brings_objects()
        elif local == "fldChar":
            self.fields.mark(attributes.get(f"{WORD_NAMES} fldCharType", ""))
        elif local == "fldSimple":
            check_field(attributes.get(f"{WORD_NAMES} instr", ""))
        self.is_instruction = local in ("instrText", "delInstrText")
        check_sources(attributes)

    def end(self, _name: str) -> None:
        self.depth -= 1
        self.is_instruction = False

    def letters(self, text: str) -> None:
        if self.is_instruction:
            self.fields.say(text)


def check_relation(attributes: Mapping[str, str]) -> None:
    kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2].casefold()
    target = attributes.get("Target", "")
    if kind in ("vbaproject", "wordvbadata"):
        raise has_macros()
    if kind == "attachedtemplate":
        raise wrong(
            _(
                "This document takes a template from elsewhere: “%(place)s”. In Word choose Developer › Document Template, write Normal, save again."
            )
            % {"place": target[:80]}
        )
    if kind in ACTS:
        raise brings_objects()
    is_outside = attributes.get("TargetMode", "").casefold() == "external"
    if is_outside and not (kind == "hyperlink" and WEB.match(target.strip())):
        raise lies_elsewhere(target)


def check_sources(attributes: Mapping[str, str]) -> None:
    """Drawings of old Word may name a picture of the web without a relation."""
    for name, value in attributes.items():
        if name.rpartition(" ")[2] in ("src", "althref") and ("://" in value or value.startswith("\\\\")):
            raise lies_elsewhere(value)


def lies_elsewhere(target: str) -> Invalid:
    return wrong(
        _(
            "A part of this document lies elsewhere: “%(place)s”. Put it into the document itself; only links to the web may lead outside."
        )
        % {"place": target[:80]}
    )
