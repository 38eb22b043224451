"""The mails of this room: a few paragraphs and one link, as plain text and as simple HTML, in the language of who gets them."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from daftar.access.models import Installation
from daftar.access.preferences import formats_for
from daftar.kernel.formats import using
from daftar.kernel.outbox import post_mail


def post(key: str, name: str, *, to: str, language: str, **words: object) -> None:
    """Post the mail `access/mail/<name>.txt`: its first line is the subject, the rest paragraphs; the HTML is made of the same.

    Shapes: another room's `name` is its whole template without the ending. `language` "" means the company's. `words` reach the
    template, with `company` and `address` of the installation.
    """
    company = Installation.load()
    language = language or company.language
    with translation.override(language), using(formats_for(None, company, language=language)):
        context = {"company": company.name or "Daftar", "address": settings.PUBLIC_URL, "language": language, **words}
        lines = str(render_to_string(template_of(name), context)).strip().split("\n")
        subject, text = lines[0].strip()[:200], "\n".join(lines[1:]).strip() + "\n"
        html = str(render_to_string("access/mail/_mail.html", context | {"subject": subject, "parts": parts(text)}))
    post_mail(key, to=to, subject=subject, text=text, html=html, language=language)


def template_of(name: str) -> str:
    return f"{name if '/' in name else f'access/mail/{name}'}.txt"


def parts(text: str) -> list[str]:
    """The paragraphs of a text; one that is an address becomes a link in HTML."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def link(path: str) -> str:
    """The full address of one of our pages, by the configured name and never by what a request says."""
    return f"{settings.PUBLIC_URL}{path}"
