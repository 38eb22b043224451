"""What is wrong with an archive, as a sentence that names the member, the line and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid


class BadArchive(Invalid):
    """The archive cannot be loaded; nothing was changed."""

    code = "bad_archive"


class CannotLoad(Invalid):
    """The archive is sound but cannot be loaded here, or not by this person; nothing was changed."""

    code = "cannot_load"


def at_line(member: str, line: int, why: str) -> BadArchive:
    return BadArchive(_("%(member)s, line %(line)s: %(why)s") % {"member": member, "line": line, "why": why})


def of_member(member: str, why: str) -> BadArchive:
    return BadArchive(_("%(member)s: %(why)s") % {"member": member, "why": why})


def damaged(member: str) -> BadArchive:
    return of_member(member, _("it is not as it was written. Copy the archive again, or write a new one."))
