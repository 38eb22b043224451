"""Archives that the page asks for: written and loaded by the worker, downloaded, forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.activities.notifying.writing import News, tell
from daftar.exchange.company import places
from daftar.exchange.company.loading import Loaded, read_archive, refuse_unless_empty
from daftar.exchange.company.opening import opened
from daftar.exchange.company.writing import write_archive
from daftar.exchange.models import CompanyArchive
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid, NotAllowed
from daftar.kernel.formats import using

log = logging.getLogger("daftar.exchange")
PAGE = "/settings/archive/"
Act, State = CompanyArchive.Act, CompanyArchive.State


def check_owner(by: User) -> None:
    """The archive holds all that there is, also what is hidden from administrators. Errors: NotAllowed."""
    if not (by.is_owner and by.is_active):
        raise NotAllowed(_("Only an owner writes or loads an archive of the whole company."))


# -- starting ------------------------------------------------------------------------------------------------


def start_writing(by: User) -> CompanyArchive:
    """Let the worker write an archive. Errors: NotAllowed, Conflict while another one is at work."""
    check_owner(by)
    return begin(CompanyArchive(by=by, act=Act.WRITE, path=places.new_name()))


def start_loading(by: User, upload: Any, *, owner: str = "", as_owner: bool = False) -> CompanyArchive:
    """Keep the file, look at its head, and let the worker load it. Errors: NotAllowed, Conflict, CannotLoad, BadArchive."""
    check_owner(by)
    refuse_unless_empty(by)
    if upload is None:
        raise Invalid(_("Choose a file first."), field="file")
    name = places.keep(upload)
    try:
        with opened(places.path_of(name)):
            wish = {"owner": owner.strip()[:254], "as_owner": as_owner}
            return begin(CompanyArchive(by=by, act=Act.LOAD, path=name, wish=wish))
    except BaseException:
        places.forget(name)
        raise


def begin(archive: CompanyArchive) -> CompanyArchive:
    try:
        with transaction.atomic():
            archive.save()
            hand_on(archive.pk)
    except IntegrityError:
        raise Conflict(_("An archive is being written or loaded already. Wait until that is done.")) from None
    return archive


def hand_on(archive_id: int) -> None:
    """Give the work to the worker, in the caller's transaction."""
    from daftar.exchange.jobs import work_on_archive

    work_on_archive.enqueue(archive_id)


# -- carrying out --------------------------------------------------------------------------------------------


def do(archive_id: int) -> None:
    """Write or load it, as the person who asked for it; safe to call again after a crash."""
    row = CompanyArchive.objects.select_related("by").filter(pk=archive_id).first()
    if row is None or not row.is_at_work:
        return
    formats = formats_for(row.by)
    with using(formats), translation.override(formats.language):
        try:
            check_owner(row.by)
            (write if row.act == Act.WRITE else load)(row)
        except DaftarError as problem:
            stop(row, str(problem))
        except Exception:
            log.exception("work on an archive stopped", extra={"archive": row.pk})
            stop(row, _("Something went wrong. Nothing was changed; try again, or look into the log of the server."))


def write(row: CompanyArchive) -> None:
    path = places.path_of(row.path)
    manifest = write_archive(path, progress=places.Teller(row.path))
    with transaction.atomic():
        CompanyArchive.objects.filter(pk=row.pk).update(
            state=State.DONE, finished_at=clock.now(), size_bytes=path.stat().st_size, rows=manifest.rows, files=manifest.files,
            lost=len(manifest.lost),
        )  # fmt: skip
        tell([News(row.by_id, "company_done", data={"name": _("Archive of the company"), "href": PAGE})])
        audit.record("company_written", by=row.by, details={"rows": manifest.rows, "files": manifest.files})


def load(row: CompanyArchive) -> None:
    wish: dict[str, Any] = row.wish
    read_archive(
        places.path_of(row.path), by=row.by, owner=str(wish.get("owner", "")), as_owner=wish.get("as_owner") is True,
        progress=places.Teller(row.path), also=noting(row.pk),
    )  # fmt: skip
    places.forget(row.path)


def noting(archive_id: int) -> Callable[[Loaded], None]:
    """That it is done is stored with what was loaded, so that a repeated task finds nothing to do."""

    def note(loaded: Loaded) -> None:
        CompanyArchive.objects.filter(pk=archive_id).update(
            state=State.DONE, path="", finished_at=clock.now(), rows=loaded.rows, files=loaded.files
        )

    return note


def stop(row: CompanyArchive, problem: str) -> None:
    places.forget(row.path)
    with transaction.atomic():
        CompanyArchive.objects.filter(pk=row.pk).update(
            state=State.FAILED, path="", finished_at=clock.now(), problem=problem
        )
        what = "failed" if row.act == Act.WRITE else "not_loaded"
        data = {"name": _("Archive of the company"), "href": PAGE, "what": what}
        tell([News(row.by_id, "company_done", data=data)])


# -- keeping -------------------------------------------------------------------------------------------------


def kept() -> QuerySet[CompanyArchive]:
    """Archives whose files are there, and on which nobody works."""
    return CompanyArchive.objects.exclude(state=State.WAITING).exclude(path="")


def kept_before(moment: datetime) -> QuerySet[CompanyArchive]:
    return kept().filter(finished_at__lt=moment)


def forget(row: CompanyArchive) -> None:
    """The file goes; that it was written stays in the list."""
    CompanyArchive.objects.filter(pk=row.pk).update(path="")
    places.forget(row.path)
