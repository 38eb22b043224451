"""Word documents for tests: made of words, or of parts."""

import io
import zipfile

import docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_of(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def document(*texts, rows=()):
    """Paragraphs, and a table of these rows, each a list of texts."""
    made = docx.Document()
    for text in texts:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(len(rows), len(rows[0]))
        for row, said in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, said, strict=True):
                cell.paragraphs[0].add_run(text)
    return raw_of(made)


def torn(*pieces):
    """One paragraph whose text Word has torn into runs."""
    made = docx.Document()
    paragraph = made.add_paragraph()
    for piece in pieces:
        paragraph.add_run(piece)
    return raw_of(made)


def changed(raw, **parts):
    """The document with parts replaced or added: names with "/" come as `{"word/x.xml": b"…"}` in `parts["parts"]`."""
    out = io.BytesIO()
    new = dict(parts["parts"])
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for info in old.infolist():
            if info.filename not in new:
                made.writestr(info.filename, old.read(info.filename))
        for name, inside in new.items():
            made.writestr(name, inside)
    return out.getvalue()


def with_body(inside, before=""):
    """A document whose body is this XML."""
    said = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {W}><w:body>{inside}<w:sectPr/></w:body></w:document>'
    return changed(document(), parts={"word/document.xml": said.encode()})


def with_relation(kind, target, mode="External"):
    """A document one of whose relations leads to the target."""
    raw = document("{number}")
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        said = old.read("word/_rels/document.xml.rels").decode()
    more = f'<Relationship Id="rIdX" Type="{LINKS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return changed(raw, parts={"word/_rels/document.xml.rels": said.replace("</Relationships>", more).encode()})


def texts(raw):
    """What each paragraph of the text says, also in tables, in order."""
    body = docx.Document(io.BytesIO(raw)).element.body
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = ["".join(t.text or "" for t in p.iter(f"{name}t")) for p in body.iter(f"{name}p")]
    return [text for text in found if text]
