"""Who of the archive the person is that loads it: somebody must be able to sign in afterwards, and as an owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.company.checking import MOST_NAMED, Checked, Person
from daftar.exchange.company.problems import CannotLoad
from daftar.kernel.formats import joined


@dataclass(frozen=True)
class Seat:
    """The person of the archive who signs in first. Shapes: without `person` somebody new comes in; `becomes_owner` adds that role."""

    person: Person | None
    becomes_owner: bool = False


def seat_for(checked: Checked, by: User | None, *, owner: str = "", as_owner: bool = False) -> Seat:
    """The seat of `by`, known by the address `owner`, else by their own. Errors: CannotLoad, with what to do."""
    email = owner.strip().lower() or (by.email if by else "") or ""
    if not email:
        raise CannotLoad(
            _("Nobody can sign in here yet. Say who of the archive does, by --owner EMAIL. Its owners: %(owners)s.")
            % {"owners": owners_of(checked)}
        )
    person = checked.person_with(email)
    if person is None:
        if as_owner and by is not None and not owner:
            return Seat(None, becomes_owner=True)
        raise CannotLoad(
            _(
                "Nobody in the archive has the address %(email)s. Say which of its owners you are (%(owners)s), or come in as one more owner."
            )
            % {"email": email[:100], "owners": owners_of(checked)}
        )
    if not person.is_here:
        raise CannotLoad(
            _("%(name)s has left the company of the archive. Say which of its owners you are: %(owners)s.")
            % {"name": person.name, "owners": owners_of(checked)}
        )
    if not person.is_owner and not as_owner:
        raise CannotLoad(
            _(
                "%(name)s is no owner in the archive. Say which of its owners you are (%(owners)s), or come in as one more owner."
            )
            % {"name": person.name, "owners": owners_of(checked)}
        )
    if by is not None and by.pk != person.id and not by.has_usable_password():
        raise CannotLoad(
            _(
                "Passkeys do not outlast the loading, and you have no password. Choose one first, under Security of your page."
            )
        )
    return Seat(person, becomes_owner=not person.is_owner)


def owners_of(checked: Checked) -> str:
    """The addresses of the owners as one reads them."""
    found = [person.email for person in checked.owners]
    said = [*found[:MOST_NAMED], *(["…"] if len(found) > MOST_NAMED else [])]
    return joined(said) if said else _("nobody")
