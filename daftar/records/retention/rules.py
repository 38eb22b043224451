"""The rules themselves: shipped ones, the company's own, and the only ways to change, confirm and switch them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.after_migrate import is_whole
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records.models import RetentionRule
from daftar.records.retention import conditions, planning
from daftar.records.retention.planning import EVERY_TYPE, Act, Since
from daftar.records.retention.running import next_night
from daftar.records.retention.sentences import sentence, stage_kinds
from daftar.records.types import RecordType

Unit = RetentionRule.Unit
BOUNDS: Mapping[str, tuple[int, int]] = {Unit.MONTH: (1, 600), Unit.DAY: (1, 3650)}
CONDITION = ("since", "number", "unit", "stage_kind", "without", "act")
MOST_RULES = 100


@dataclass(frozen=True)
class Shipped:
    """A rule that every company finds on its page, switched off."""

    key: str
    type: str
    since: str
    number: int
    act: str
    unit: str = Unit.MONTH
    stage_kind: str = ""
    without: tuple[str, ...] = ()


_shipped: dict[str, Shipped] = {}


def ship(*rules: Shipped) -> None:
    """Offer these; call it in the `retention.py` of a room, which its `apps.ready` imports."""
    _shipped.update({rule.key: rule for rule in rules})


ship(Shipped("bin", EVERY_TYPE, Since.BIN, 30, Act.DELETE, Unit.DAY))


def install_rules(apps: Any = None, **_ignored: Any) -> None:
    """Make the shipped rules that are not there yet, all of them off (after each migrate; safe to repeat)."""
    if not is_whole(apps):
        return
    known = set(RetentionRule.objects.exclude(key="").values_list("key", flat=True))
    fresh = [
        RetentionRule(
            key=one.key, type=one.type, since=one.since, number=one.number, unit=one.unit, act=one.act,
            stage_kind=one.stage_kind, without=list(one.without),
        )
        for one in _shipped.values() if one.key not in known
    ]  # fmt: skip
    if fresh:
        RetentionRule.objects.bulk_create(fresh, ignore_conflicts=True)


def listed() -> list[RetentionRule]:
    """All rules whose record type there is."""
    able = {EVERY_TYPE, *(type_.key for type_ in planning.able_types())}
    return [rule for rule in RetentionRule.objects.select_related("by") if rule.type in able]


def get(rule_id: int) -> RetentionRule:
    """Errors: Missing."""
    rule = next((rule for rule in listed() if rule.pk == rule_id), None)
    if rule is None:
        raise Missing()
    return rule


def fingerprint(rule: RetentionRule) -> str:
    """Tells one condition from another: what was confirmed is only good for the condition that was looked at."""
    said = [rule.type, *(getattr(rule, name) for name in CONDITION if name != "without"), sorted(rule.without)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


# -- what can be chosen ---------------------------------------------------------------------------------


def type_of(rule: RetentionRule) -> RecordType | None:
    """The one type that the rule looks at; None for the bin of all."""
    return None if rule.type == EVERY_TYPE else next(iter(planning.types_for(rule)), None)


def acts(type_: RecordType | None) -> list[str]:
    if type_ is None:
        return [Act.DELETE]
    return [Act.ERASE, Act.NAMELESS, Act.BIN] if type_.is_person else [Act.BIN]


def sinces(type_: RecordType | None) -> list[str]:
    return [Since.BIN] if type_ is None else [Since.ACTIVITY, Since.CHANGE]


def kinds(type_: RecordType | None) -> list[tuple[str, str]]:
    """Kinds of stages that can be asked for; none where the type has no stages."""
    return list(stage_kinds().items()) if type_ is not None and type_.stage_field is not None else []


def checked(type_: RecordType | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The condition as it may be kept. Errors: Invalid by field."""
    errors: dict[str, Any] = {}
    choose = _("Choose one of the list.")
    if given["act"] not in acts(type_):
        errors["act"] = choose
    if given["since"] not in sinces(type_):
        errors["since"] = choose
    if given["stage_kind"] not in ("", *(key for key, _word in kinds(type_))):
        errors["stage_kind"] = choose
    known = [] if type_ is None else [condition.key for condition in conditions.of_type(type_.key)]
    if not set(given["without"]) <= set(known):
        errors["without"] = choose
    if given["unit"] not in BOUNDS:
        errors["unit"] = choose
    else:
        low, high = BOUNDS[given["unit"]]
        if given["number"] is None or not low <= given["number"] <= high:
            errors["number"] = _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
    if errors:
        raise Invalid(errors=errors)
    return {**given, "without": sorted(set(given["without"]))}


# -- changing -------------------------------------------------------------------------------------------


def add(type_: RecordType | None, given: Mapping[str, Any], *, by: User) -> RetentionRule:
    """A rule of the company's own, off. Errors: NotAllowed, Invalid."""
    check_right(by)
    values = checked(type_, given)
    with transaction.atomic():
        if RetentionRule.objects.count() >= MOST_RULES:
            raise Invalid(_("There are very many rules already. Remove one first."))
        rule = RetentionRule.objects.create(type=type_.key if type_ else EVERY_TYPE, **values)
        tell(rule, {}, by)
    return rule


def change(rule_id: int, given: Mapping[str, Any], *, by: User) -> RetentionRule:
    """Another condition. A rule that was on is off until somebody has looked at what it does now. Errors: as `add`, Missing."""
    check_right(by)
    with transaction.atomic():
        rule = locked(rule_id)
        before, was = kept(rule), fingerprint(rule)
        for name, value in checked(type_of(rule), given).items():
            setattr(rule, name, value)
        if fingerprint(rule) != was:
            rule.is_on, rule.confirmed, rule.next_at, rule.began_at, rule.counted = False, "", None, None, {}
            rule.save()
            tell(rule, before, by)
    return rule


def switch_on(rule_id: int, *, seen: str, by: User) -> RetentionRule:
    """Let the rule run from the next night on, in this person's name. `seen` is the fingerprint of what they looked at.

    Errors: NotAllowed, Missing, Invalid when the rule is another by now.
    """
    check_right(by)
    with transaction.atomic():
        rule = locked(rule_id)
        if seen != fingerprint(rule):
            raise Invalid(_("The rule was changed meanwhile. Look at what it would do now, then switch it on."))
        before = kept(rule)
        rule.is_on, rule.confirmed, rule.by, rule.problem = True, seen, by, ""
        rule.next_at, rule.began_at = next_night(clock.now()), None
        rule.save()
        tell(rule, before, by)
    return rule


def switch_off(rule_id: int, *, by: User) -> RetentionRule:
    """At once, also in the middle of a run. Errors: NotAllowed, Missing."""
    check_right(by)
    with transaction.atomic():
        rule = locked(rule_id)
        before = kept(rule)
        rule.is_on, rule.confirmed, rule.next_at, rule.began_at, rule.problem = False, "", None, None, ""
        rule.save()
        tell(rule, before, by)
    return rule


def remove(rule_id: int, *, by: User) -> None:
    """Take away a rule of the company's own. Errors: NotAllowed, Missing, Invalid for a shipped one."""
    check_right(by)
    with transaction.atomic():
        rule = locked(rule_id)
        if rule.key:
            raise Invalid(_("This rule came with Daftar. Switch it off instead."))
        tell(rule, kept(rule), by, is_gone=True)
        rule.delete()


def check_right(by: User) -> None:
    if not decide.may_settings(by):
        raise NotAllowed()


def locked(rule_id: int) -> RetentionRule:
    rule = RetentionRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise Missing()
    return rule


def kept(rule: RetentionRule) -> dict[str, Any]:
    return {"rule": sentence(rule), "is_on": rule.is_on}


def tell(rule: RetentionRule, before: Mapping[str, Any], by: User, *, is_gone: bool = False) -> None:
    after: dict[str, Any] = {} if is_gone else kept(rule)
    audit.record_change("settings_changed", before, after, by=by, name=_("Retention"))


def by_key(keys: Sequence[str]) -> list[RetentionRule]:
    """Rules by number or key, for commands. Errors: Missing."""
    rules = listed()
    found = [rule for rule in rules if str(rule.pk) in keys or (rule.key and rule.key in keys)]
    if len(found) < len(set(keys)):
        raise Missing(_("There is no such rule."))
    return found
