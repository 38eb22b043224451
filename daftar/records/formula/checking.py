"""What a formula gives, found out before it is kept: which word is wrong is said then, and never in a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records.formula.functions import FUNCTIONS, OPERATORS, Wrong
from daftar.records.formula.tree import EMPTY, NUMBER, TEXT, YES_NO, Call, Constant, Kind, Name, Part

KINDS_IN_WORDS: Mapping[str, Callable[[], str]] = {
    "number": lambda: _("a number"),
    "text": lambda: _("a text"),
    "yes_no": lambda: _("yes or no"),
    "date": lambda: _("a date"),
    "moment": lambda: _("a date with time"),
    "empty": lambda: _("empty"),
}


def kind_of(part: Part, kind_of_field: Callable[[Name], Kind | None]) -> Kind:
    """What comes out of the formula.

    Shapes: `kind_of_field` says what a field holds, None for one that is not there.
    Errors: Invalid, which names the field or function and says what it takes.
    """
    match part:
        case Constant(None):
            return EMPTY
        case Constant(bool()):
            return YES_NO
        case Constant(Decimal()):
            return NUMBER
        case Constant():
            return TEXT
        case Name():
            found = kind_of_field(part)
            if found is None:
                raise Invalid(_("There is no field “%(name)s” that a formula can read.") % {"name": str(part)[:60]})
            return found
    return kind_of_call(part, [kind_of(inner, kind_of_field) for inner in part.parts])


def kind_of_call(part: Call, parts: Sequence[Kind]) -> Kind:
    known = OPERATORS.get(part.name) or FUNCTIONS.get(part.name)
    if known is None:
        raise Invalid(
            _("There is no function “%(name)s”. There are: %(known)s.")
            % {"name": part.name[:40], "known": joined(sorted(FUNCTIONS))}
        )
    try:
        return known.kind(parts)
    except Wrong:
        given = joined(in_words(kind) for kind in parts) or _("nothing")
    if part.name in OPERATORS:
        sign = "-" if part.name == "negative" else part.name
        raise Invalid(_("“%(sign)s” cannot be used with %(given)s.") % {"sign": sign, "given": given})
    raise Invalid(
        _("%(name)s(%(takes)s) cannot be used with %(given)s.")
        % {"name": known.name, "takes": known.takes, "given": given}
    )


def in_words(kind: Kind) -> str:
    said = KINDS_IN_WORDS[kind.base]()
    return _("%(kind)s of each linked record") % {"kind": said} if kind.many else said
