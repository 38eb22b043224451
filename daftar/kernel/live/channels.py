"""Who may listen to which channel. A channel is `prefix:rest`; each prefix has one rule, and no rule means no."""

from collections.abc import Callable, Collection
from typing import Any

Listening = Callable[[Any, str], bool | Collection[str]]
_rules: dict[str, Listening] = {}


def listening(prefix: str) -> Callable[[Listening], Listening]:
    """Decorator: this function `(user, rest)` decides for channels `prefix:…`. Rooms put it in handlers.py.

    Shapes: it answers yes or no, or the channels below the asked one that this person may hear (`records:deal` →
    `records:deal:owner:3`, …), when what a page asks for differs from person to person.
    """

    def keep(rule: Listening) -> Listening:
        _rules[prefix] = rule
        return rule

    return keep


def heard_of(user: Any, channel: str) -> frozenset[str]:
    """The channels that this signed-in person hears when a page asks for this one; none when they may not."""
    prefix, _, rest = channel.partition(":")
    rule = _rules.get(prefix)
    answer = rule(user, rest) if rule is not None else False
    if isinstance(answer, bool):
        return frozenset({channel} if answer else ())
    return frozenset(answer)


@listening("user")
def _only_own(user: Any, rest: str) -> bool:
    return rest == str(user.pk)


@listening("everyone")
def _all_signed_in(user: Any, rest: str) -> bool:
    return rest == ""
