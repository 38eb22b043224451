"""A rule as a sentence: of what, in which state, for how long: what happens."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.kernel.formats import current, joined
from daftar.records.models import RetentionRule
from daftar.records.retention import conditions
from daftar.records.retention.planning import EVERY_TYPE
from daftar.records.schema import current_schema


def sentence(rule: RetentionRule) -> str:
    """ "Leads, lost, nothing happened for 24 months: erase the person"."""
    return _("%(what)s: %(act)s") % {"what": joined(what(rule)), "act": rule.get_act_display()}


def what(rule: RetentionRule) -> list[str]:
    """Of which records it speaks, in parts."""
    parts = [heading(rule)]
    if rule.stage_kind:
        parts.append(str(stage_kinds()[rule.stage_kind]))
    parts += [str(condition.words) for condition in conditions.named(rule.without)]
    time = {"time": span(rule)}
    parts.append(
        _("%(time)s in the bin") % time if rule.since == RetentionRule.Since.BIN
        else _("nothing happened for %(time)s and nothing is planned") % time if rule.since == RetentionRule.Since.ACTIVITY
        else _("not changed for %(time)s") % time
    )  # fmt: skip
    return parts


def heading(rule: RetentionRule) -> str:
    if rule.type == EVERY_TYPE:
        return _("Everything in the bin")
    type_ = current_schema().types.get(rule.type)
    return type_.heading if type_ else rule.type


def span(rule: RetentionRule) -> str:
    number = current().number(rule.number)
    if rule.unit == RetentionRule.Unit.DAY:
        return ngettext("%(num)s day", "%(num)s days", rule.number) % {"num": number}
    return ngettext("%(num)s month", "%(num)s months", rule.number) % {"num": number}


def stage_kinds() -> dict[str, str]:
    return {"open": _("open"), "won": _("won"), "lost": _("lost or not suitable")}
