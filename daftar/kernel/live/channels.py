"""Who may listen to which channel. A channel is `prefix:rest`; each prefix has one rule, and no rule means no."""

from collections.abc import Callable
from typing import Any

Listening = Callable[[Any, str], bool]
_rules: dict[str, Listening] = {}


def listening(prefix: str) -> Callable[[Listening], Listening]:
    """Decorator: this function `(user, rest) -> bool` decides for channels `prefix:…`. Rooms put it in handlers.py."""

    def keep(rule: Listening) -> Listening:
        _rules[prefix] = rule
        return rule

    return keep


def may_listen(user: Any, channel: str) -> bool:
    """Whether this signed-in person may hear the channel."""
    prefix, _, rest = channel.partition(":")
    rule = _rules.get(prefix)
    return rule is not None and rule(user, rest)


@listening("user")
def _only_own(user: Any, rest: str) -> bool:
    return rest == str(user.pk)


@listening("everyone")
def _all_signed_in(user: Any, rest: str) -> bool:
    return rest == ""
