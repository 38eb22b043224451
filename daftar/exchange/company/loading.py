"""Loading an archive into an empty installation: checked whole, then put in place of the fresh set-up in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, connections, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.accounts import start_password
from daftar.access.models import Role, Row, User
from daftar.exchange.company import rebuilding
from daftar.exchange.company.carried import Carried, by_member, carried, left_out
from daftar.exchange.company.checking import Checked, RowReader, check
from daftar.exchange.company.files_in import Placed
from daftar.exchange.company.layout import Member
from daftar.exchange.company.opening import Archive, opened
from daftar.exchange.company.problems import BadArchive, CannotLoad, at_line
from daftar.exchange.company.rebuilding import Derived
from daftar.exchange.company.seats import Seat, seat_for
from daftar.exchange.company.values import BOUNDS, kind_of
from daftar.exchange.company.version import version
from daftar.exchange.company.writing import Counted, Progress, no_progress
from daftar.kernel import live
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import joined
from daftar.kernel.storage_errors import storage_failure
from daftar.records.models import CustomField, CustomType
from daftar.records.reading import of_type
from daftar.records.schema import Schema, current_schema, schema_changed
from daftar.records.searching.text import search_text

log = logging.getLogger("daftar.exchange")
BATCH = 1_000
AS_IT_IS = frozenset({*BOUNDS, "BooleanField", "CharField", "TextField", "EmailField"})


@dataclass(frozen=True)
class Loaded:
    """What was loaded. Shapes: `person_id` is who signs in from now on; `password` their first one, where nobody had any, kept nowhere else."""

    rows: int
    files: int
    person_id: int
    password: str = ""


Also = Callable[[Loaded], None]


def nothing(loaded: Loaded) -> None:
    """Nothing more is stored with it."""


def read_archive(
    path: Path,
    *,
    by: User | None,
    owner: str = "",
    as_owner: bool = False,
    progress: Progress = no_progress,
    also: Also = nothing,
) -> Loaded:
    """Put the company of the archive in place of the fresh set-up; all of it, or nothing.

    Shapes: `by` keeps password and second factor as the person of the archive who has their address, or the address `owner`;
    with `as_owner` they come in as one more owner. Without `by` (nobody is here yet) that person gets a first password.
    All sessions end. `also` is called with what was loaded, in the transaction that loads it.
    Errors: BadArchive, CannotLoad, StorageFull, Busy. After any of them the installation is as it was.
    """
    with opened(path) as archive:
        counted = Counted(2 * archive.manifest.rows, progress)
        refuse_unless_empty(by)
        checked = check(archive, counted.each)
        seat = seat_for(checked, by, owner=owner, as_owner=as_owner)
        placed = Placed(archive)
        try:
            placed.place()
            return put_in_place(checked, placed, seat, by, counted, path.name, also)
        except BaseException as problem:
            placed.forget()
            if (said := explained(problem)) is not problem:
                raise said from problem
            raise


def explained(problem: BaseException) -> BaseException:
    """The problem as a sentence; what is no fault of the archive as it is."""
    if isinstance(problem, DaftarError) or not isinstance(problem, Exception):
        return problem
    if failure := storage_failure(problem):
        return failure
    if isinstance(problem, OSError):
        return problem
    log.exception("an archive was not loaded")
    said = f"{type(problem).__name__}: {problem}"[:300]
    return BadArchive(
        _("The rows of the archive do not fit together (%(problem)s). Write a new archive and try again.")
        % {"problem": said}
    )


def put_in_place(
    checked: Checked, placed: Placed, seat: Seat, by: User | None, counted: Counted, name: str, also: Also
) -> Loaded:
    archive = checked.archive
    with transaction.atomic():
        keep_others_out()
        refuse_unless_empty(by)
        clear()
        Filling(archive, placed, counted).fill()
        set_sequences()
        person, password = sit_down(seat, by)
        rebuilding.after(is_other_version=archive.manifest.version != version())
        loaded = Loaded(archive.manifest.rows, archive.manifest.files, person.pk, password)
        also(loaded)
        details = {
            "name": name, "rows": archive.manifest.rows, "version": archive.manifest.version,
            "numbers": {"before": by.pk, "now": person.pk} if by else {},
        }  # fmt: skip
        audit.record("company_loaded", by=person, details=details)
        old = by.pk if by else person.pk
        transaction.on_commit(lambda: live.end_streams(old))
    return loaded


# -- empty ---------------------------------------------------------------------------------------------------


def refuse_unless_empty(by: User | None) -> None:
    """Errors: CannotLoad, saying what is here."""
    if found := what_is_here(by):
        raise CannotLoad(
            _(
                "This installation is not empty: %(found)s. An archive is loaded only into an empty one; begin with a new data folder or database."
            )
            % {"found": joined(found)}
        )


def what_is_here(by: User | None) -> list[str]:
    """What people have made, with numbers; empty for a fresh installation with its one owner and what ships (units, a warehouse)."""
    found = []
    for type_ in current_schema().kept_types.values():
        rows = of_type(type_)
        rows = rows.exclude(pk=by.pk) if type_.key == "user" and by else rows
        rows = rows.exclude(created_by=None, version=1) if type_.company_only else rows
        if number := rows.count():
            found.append(f"{capfirst(str(type_.plural))}: {number}")
    for model, words in ((CustomType, _("Record types")), (CustomField, _("Fields"))):
        if number := model.objects.count():
            found.append(f"{words}: {number}")
    return found


def keep_others_out() -> None:
    """Until the transaction ends nobody else stores anything. SQLite lets one write at a time anyway."""
    if connection.vendor != "postgresql":
        return
    quote = connection.ops.quote_name
    tables = ",".join(quote(one.model._meta.db_table) for one in carried())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def clear() -> None:
    """Take the fresh set-up away, and what belongs to it."""
    gone = [one.model for one in carried()] + [apps.get_model(one.label) for one in left_out() if not one.stays]
    for model in gone:
        model._base_manager.all()._raw_delete(connection.alias)  # links are checked at the end of the transaction


# -- rows ----------------------------------------------------------------------------------------------------


class Filling:
    """Writes the rows of all members, those of records with what is worked out from them."""

    def __init__(self, archive: Archive, placed: Placed, counted: Counted) -> None:
        self.archive, self.placed, self.counted = archive, placed, counted
        self.derived: Derived | None = None

    def fill(self) -> None:
        known = by_member()
        for member in self.archive.manifest.members:
            one = known[member.name]
            if not one.is_setup and self.derived is None:
                self.derived = Derived(self.new_schema())
            self.fill_member(one, member)

    def new_schema(self) -> Schema:
        schema_changed()
        return current_schema()

    def fill_member(self, one: Carried, member: Member) -> None:
        reader = RowReader(one, member)
        rows = ((line, reader.read(line, raw)) for line, raw in self.counted.each(self.archive.rows(member)))
        insert = Insert(one, member)
        for batch in batches(rows):
            values = [self.columns_of(one, row) for _line, row in batch]
            if self.derived is not None and issubclass(one.model, Row):
                self.derived.work_out(one.model, values)
            insert.write([line for line, _row in batch], values)
        if self.derived is not None:
            self.derived.write_points()

    def columns_of(self, one: Carried, row: dict[str, Any]) -> dict[str, Any]:
        """A value for every column of the model, under the name by which its objects have it."""
        made: dict[str, Any] = {
            f.attname: row[f.name] if f.name in row else f.get_default() for f in one.model._meta.concrete_fields
        }
        if one.bytes is not None:
            made |= self.placed.names(one.label, one.bytes, row)
        return {**made, **one.fills}


def prepared_by(column: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How the database wants a value; None where it takes it as it is."""
    if kind_of(column) in AS_IT_IS:
        return None
    real = connections[connection.alias]
    return lambda value: column.get_db_prep_save(value, real)


class Insert:
    """Writes batches of one model; says which line the database does not take."""

    def __init__(self, one: Carried, member: Member) -> None:
        self.one, self.member = one, member
        self.fields = one.model._meta.concrete_fields
        quote = connection.ops.quote_name
        columns = ",".join(quote(str(f.column)) for f in self.fields)
        marks = ",".join(["%s"] * len(self.fields))
        self.preparing = [(f.attname, prepared_by(f)) for f in self.fields]
        self.sql = f"INSERT INTO {quote(one.model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  # names of our columns

    def write(self, lines: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
        prepared = [[put(row[name]) if put else row[name] for name, put in self.preparing] for row in rows]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(self.sql, prepared)
        except (IntegrityError, DataError) as problem:
            self.name_the_line(lines, prepared)
            raise problem

    def name_the_line(self, lines: Sequence[int], prepared: Sequence[Sequence[Any]]) -> None:
        """Errors: BadArchive for the first row that is refused."""
        for line, values in zip(lines, prepared, strict=True):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(self.sql, values)
            except (IntegrityError, DataError) as problem:
                words = " ".join(str(problem).split())[:200]
                raise at_line(
                    self.member.name, line, _("the database does not take the row: %(problem)s") % {"problem": words}
                ) from None


def batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def set_sequences() -> None:
    """The next row of each table comes behind the last that was loaded."""
    statements = connection.ops.sequence_reset_sql(no_style(), [one.model for one in carried()])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# -- the person who loads ------------------------------------------------------------------------------------


def sit_down(seat: Seat, by: User | None) -> tuple[User, str]:
    """The person of the archive can sign in as `by` could, or by a first password; what stays of `by` is theirs from now on."""
    person = seated(seat, by)
    if seat.becomes_owner and not person.is_owner:
        person.roles = [*person.roles, Role.OWNER]
    password = ""
    if by is None:
        password = start_password()
        person.set_password(password)
    else:
        person.password = by.password
    User.objects.filter(pk=person.pk).update(password=person.password, roles=person.roles)
    if by is not None and by.pk != person.pk:
        hand_over(by.pk, person.pk)
    return person, password


def seated(seat: Seat, by: User | None) -> User:
    if seat.person is not None or by is None:
        person: User = User.objects.get(pk=seat.person.id if seat.person else None)
        return person
    new: User = User.objects.create(
        name=by.name, email=by.email, roles=[Role.OWNER], language=by.language, calendar=by.calendar, digits=by.digits,
        time_zone=by.time_zone, password=by.password,
    )  # fmt: skip
    new.search = search_text(current_schema().type("user"), new)
    new.save(update_fields=["search"])
    return new


def hand_over(old: int, new: int) -> None:
    """Rows that stayed belong to the same person under another number. A passkey names its number, so it ends."""
    from allauth.mfa.models import Authenticator  # loaded with the rooms

    from daftar.access.factors import APP, PASSKEY
    from daftar.kernel.secrets import seal, unseal

    Authenticator.objects.filter(type=PASSKEY).delete()
    for row in Authenticator.objects.filter(type=APP):
        row.data["secret"] = seal(unseal(row.data["secret"], f"totp:{old}"), f"totp:{new}")
        row.save(update_fields=["data"])
    for one in left_out():
        if not one.stays:
            continue
        model = apps.get_model(one.label)
        for column in model._meta.concrete_fields:
            if isinstance(column, models.ForeignKey) and column.related_model is User:
                model._base_manager.filter(**{column.attname: old}).update(**{column.attname: new})
