"""Views with a name: saved, shared with a department or everybody, opened again by their number, or as the first one of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import Department, User
from daftar.kernel import clock
from daftar.kernel.errors import BadAddress, Invalid, Missing, NotAllowed
from daftar.kernel.prepared import Prepared
from daftar.kernel.text import clean_text
from daftar.records.models import ListSetting, SavedView
from daftar.records.types import RecordType

if TYPE_CHECKING:
    from daftar.records.query.view import View

MOST = 200
"""So many views one person keeps of one record type."""
SHOWN = 40
"""So many stand in the menu of a list; all of them on their own page."""
AROUND = frozenset({"view", "after", "before", "lang", "keep", "bin", "on"})
"""Words of an address that say nothing of which rows, so they are not saved; a calendar opens on today."""
PATHS = {"list": "", "board": "board/", "calendar": "calendar/"}
"""Where a view can stand (`SavedView.place`) → what its address has behind the name of the list."""
ALL = "all"
"""The word of the address that opens a list as it is, also for those who have another first view."""


def seen(type_: RecordType, user: User) -> QuerySet[SavedView]:
    """The views of the type that are there for this person: their own, those of their departments, those for everybody."""
    return SavedView.objects.filter(reach(user), type=type_.key).select_related("owner", "department")


def some_of(type_: RecordType, user: User, most: int) -> list[SavedView]:
    """The first of them by name; where nobody shares with departments, the company's structure is not asked for."""
    rows = NEAR.rows(user.pk, type_.key)[:most]
    if any(row.audience == "department" and row.owner_id != user.pk for row in rows):
        return list(seen(type_, user)[:most])
    return rows


def own_or_shared(user_id: int, type_key: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(Q(owner_id=user_id) | ~Q(audience="own"), type=type_key)[:SHOWN]


NEAR: Prepared[SavedView] = Prepared(own_or_shared, int, str)


def reach(user: User) -> Q:
    return Q(owner=user) | Q(audience="everybody") | Q(audience="department", department__in=near(user))


def is_seen(view: SavedView, user: User) -> bool:
    """The same verdict as `seen`."""
    shared = view.audience == "everybody" or (view.audience == "department" and view.department_id in near(user))
    return view.owner_id == user.pk or shared


def near(user: User) -> set[int]:
    """The departments of the person, those they lead, and all above them."""
    standing = decide.standing(user)
    return {*standing.structure.with_all_above(standing.structure.department_of.get(user.pk)), *standing.departments}


def get(type_: RecordType, view_id: int, user: User) -> SavedView:
    """Errors: Missing for one that is not there or not for this person."""
    found = seen(type_, user).filter(pk=view_id).first()
    if found is None:
        raise Missing()
    return found


def may_change(view: SavedView, by: User) -> bool:
    """Its owner may, and who runs the company where others see it too."""
    return view.owner_id == by.pk or (view.audience != "own" and decide.may_settings(by))


def may_reach_everybody(by: User) -> bool:
    return decide.may_settings(by)


def departments(by: User) -> list[Department]:
    """Those with which the person may share: their own and all below; all of them for who runs the company."""
    standing = decide.standing(by)
    rows = Department.objects.filter(deleted_at=None).order_by("name")
    own = standing.structure.department_of.get(by.pk)
    near = {*standing.departments_below, *([own] if own else [])}
    return list(rows if decide.may_settings(by) else rows.filter(pk__in=near))


# -- changing ------------------------------------------------------------------------------------------


def save(
    view: View,
    name: str,
    *,
    by: User,
    place: str = "list",
    audience: str = "own",
    department: int | None = None,
    replaces: int | None = None,
) -> SavedView:
    """Keep the view under a name; `replaces` is the number of a saved view that becomes this one.

    Errors: Invalid at name, audience, department, or as a whole for a view of which something could not be read; Missing and
    NotAllowed for `replaces`.
    """
    if view.problems:
        raise Invalid(str(view.problems[0]))
    with transaction.atomic():
        row = SavedView(type=view.type.key, owner=by)
        if replaces is not None:
            row = locked(view.type, replaces, by)
        elif SavedView.objects.filter(owner=by, type=view.type.key).count() >= MOST:
            raise Invalid(_("You have very many views here. Delete one first."), field="name")
        row.query = query_of(view)
        row.place = place if place in SavedView.Place.values else "list"
        before = row.audience if row.pk else "own"
        fill(row, name, audience, department, by)
        row.save()
        tell(row, before, by)
    return row


def tell(row: SavedView, before: str, by: User) -> None:
    """To the audit log, where others see the view or saw it; `before` is the audience that it had."""
    if {before, row.audience} != {"own"}:
        details = {"name": row.name, "type": row.type, "audience": row.audience, "department": row.department_id}
        audit.record("view_shared", by=by, details={**details, "before": before})


def change(
    type_: RecordType, view_id: int, name: str, *, by: User, audience: str = "own", department: int | None = None
) -> SavedView:
    """Another name, or other people who see it. Errors: Missing, NotAllowed, Invalid as `save`."""
    with transaction.atomic():
        row = locked(type_, view_id, by)
        before = row.audience
        fill(row, name, audience, department, by)
        row.save()
        tell(row, before, by)
    return row


def remove(type_: RecordType, view_id: int, *, by: User) -> None:
    """Delete it; whose list opened with it gets the plain list again. Errors: Missing, NotAllowed."""
    with transaction.atomic():
        row = locked(type_, view_id, by)
        before, row.audience, row.department_id = row.audience, "own", None
        tell(row, before, by)
        row.delete()


def open_with(type_: RecordType, view_id: int | None, *, by: User) -> None:
    """Let the list of this person open with the view (None: with all rows, as at first). Errors: Missing."""
    view = get(type_, view_id, by) if view_id is not None else None
    ListSetting.objects.update_or_create(user=by, type=type_.key, defaults={"view": view})


def locked(type_: RecordType, view_id: int, by: User) -> SavedView:
    row = SavedView.objects.filter(reach(by), type=type_.key, pk=view_id).select_for_update(of=("self",)).first()
    if row is None:
        raise Missing()
    if not may_change(row, by):
        raise NotAllowed()
    return row


def fill(row: SavedView, name: str, audience: str, department: int | None, by: User) -> None:
    errors: dict[str, Any] = {}
    try:
        row.name = clean_text(name, max_length=100)
    except Invalid as refused:
        raise refused.at("name") from None
    if not row.name:
        errors["name"] = _("Give it a name.")
    elif SavedView.objects.filter(owner=row.owner, type=row.type, name=row.name).exclude(pk=row.pk).exists():
        errors["name"] = _("There is a view of this name already.")
    if audience not in SavedView.Audience.values:
        errors["audience"] = _("Choose one of the list.")
    elif audience == "everybody" and row.audience != "everybody" and not may_reach_everybody(by):
        errors["audience"] = _("Only who runs the company shows a view to everybody. Choose a department.")
    kept = audience == row.audience and department == row.department_id
    if audience == "department" and not kept and department not in {d.pk for d in departments(by)}:
        errors["department"] = _("Choose one of the list.")
    if errors:
        raise Invalid(errors=errors)
    row.audience, row.department_id = audience, department if audience == "department" else None
    row.changed_at = clock.now()


# -- addresses -----------------------------------------------------------------------------------------


def query_of(view: View) -> str:
    """What is kept of an address: filter, search, order, columns and the board's own words."""
    return urlencode([(k, v) for k, v in view.params() if k not in AROUND], safe=",().:")


def address(view: SavedView, type_: RecordType) -> str:
    """Where it opens."""
    return f"{path(type_, view.place)}?view={view.pk}"


def path(type_: RecordType, place: str) -> str:
    """The address of list, board or calendar without any words."""
    return type_.address() + PATHS.get(place, "")


def meant(
    type_: RecordType, given: QueryDict, user: User, setting: ListSetting | None = None
) -> tuple[QueryDict, SavedView | None]:
    """The address with everything that it means, and the saved view that it names or came from.

    `view=12` alone is the view as it is now; with words behind it those count, and the view only says where they came from.
    Without any word it is the view that the person's list opens with, if `setting` names one. Errors: BadAddress for a view
    that is not there.
    """
    number = str(given.get("view", ""))
    if number == ALL:
        return given, None
    if number:
        found = SavedView.objects.filter(type=type_.key, pk=int(number)).first() if is_number(number) else None
        if found is None or not is_seen(found, user):
            raise BadAddress(_("This view is not there any more, or it is not shared with you."), field="view")
        return (filled(found, given) if set(given) <= AROUND else given), found
    first = setting.view if setting else None
    if first is not None and set(given) <= AROUND and is_seen(first, user):
        return filled(first, given), first
    return given, None


def setting_of(type_: RecordType, user: User) -> ListSetting | None:
    """What the person chose for the list of the type."""
    return SETTING.first(user.pk, type_.key)


def setting(user_id: int, type_key: str) -> QuerySet[ListSetting]:
    return ListSetting.objects.filter(user_id=user_id, type=type_key).select_related("view")


SETTING: Prepared[ListSetting] = Prepared(setting, int, str)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def filled(view: SavedView, given: Mapping[str, Any]) -> QueryDict:
    whole = QueryDict(view.query, mutable=True)
    for word in given:
        whole[word] = given[word]
    whole["view"] = str(view.pk)
    return whole
