"""Who may say yes to a discount: who may change the deal and may give that much themselves; first the heads of who asks."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access import decide
from daftar.access.kept_rights import kept_rights
from daftar.access.models import Share, User
from daftar.access.standing import standings
from daftar.access.structure import Structure
from daftar.crm.models import Deal
from daftar.kernel.formats import current, joined
from daftar.sales.lines import approvals
from daftar.sales.models import SalesSettings

NAMED = 2
"""So many are named where it is said for whom a request waits."""


def deciders(deal: Deal, asker: User, percent: Decimal) -> list[User]:
    """Whom a request is for: of the heads above the asker the nearest who may decide, else everybody who may; empty where nobody may.

    A head who is absent is joined by who stands in for them. Five queries, however many people there are.
    """
    able = able_people(deal, asker, percent)
    structure = kept_rights().structure
    for place in structure.with_all_above(structure.department_of.get(asker.pk)):
        leaders = structure.places[place].leaders
        chosen = [able[id_] for id_ in sorted({*leaders, *stand_ins(leaders, structure)}) if id_ in able]
        if chosen:
            return chosen
    return list(able.values())


def able_people(deal: Deal, asker: User, percent: Decimal) -> dict[int, User]:
    """Everybody but the asker who may change the deal and whose own limit reaches so far."""
    settings = SalesSettings.load()
    rows = User.objects.filter(is_active=True, deleted_at=None, email__isnull=False).exclude(pk=asker.pk).order_by("pk")
    people = [user for user in rows if approvals.covers(approvals.limit_of(user, settings), percent)]
    shares = Share.objects.filter(type="deal", record_id=deal.pk)
    found = standings(people, kept_rights().structure, list(shares)) if people else {}
    return {user.pk: user for user in people if found[user.pk].reaches("change", "deal", deal)}


def stand_ins(leaders: Iterable[int], structure: Structure) -> set[int]:
    """Who stands in today for one of these people."""
    wanted = set(leaders)
    return {person for person, absent in structure.substitutes.items() if absent & wanted}


def may_decide(user: User, deal: Deal, percent: Decimal) -> bool:
    """Whether the person may decide on so much: nobody gives more by a request than without one."""
    return decide.may(user, "change", "deal", deal) and approvals.covers(approvals.limit_of(user), percent)


def names_of(people: list[User]) -> str:
    """ "Hana", "Hana and Olga", "Hana, Olga and 3 more"."""
    named = joined(user.name for user in people[:NAMED])
    more = len(people) - NAMED
    if more <= 0:
        return named
    words = ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more)
    return words % {"names": named, "num": current().number(more)}


def nobody_may(percent: Decimal) -> str:
    """What to do where no limit reaches so far."""
    return _(
        "Nobody who may change this deal may give %(percent)s. Give less, or ask an owner of the company to raise a limit under Settings › Sales."
    ) % {"percent": current().percent(percent)}
