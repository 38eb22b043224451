"""The pipelines that a new installation has; the company changes them on the settings page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from daftar.records.types import ShippedPipeline, ShippedStage

LEADS = ShippedPipeline(
    "leads",
    _("Leads"),
    (
        ShippedStage(
            "new", pgettext_lazy("lead stage", "New"), colour="blue", idle_days=1, days_allowed=2, probability=10,
            script=_("Answer within the hour: ask what they need, by when, and who decides."),
        ),
        ShippedStage(
            "in_work", _("In work"), colour="amber", idle_days=3, days_allowed=14, probability=25,
            script=_(
                "Find out the need, the budget, the date and the person who decides. Plan the next call at once."
            ),
        ),
        ShippedStage(
            "qualified", _("Qualified"), colour="teal", idle_days=5, days_allowed=14, probability=50,
            script=_("Everything is known: convert the lead, so that the sale goes on as a deal."),
        ),
        ShippedStage("converted", _("Converted"), "won", "green", 100),
        ShippedStage("unsuitable", _("Not suitable"), "lost", "grey", required=("lost_reason",)),
    ),
)  # fmt: skip
DEALS = ShippedPipeline(
    "sales",
    _("Sales"),
    (
        ShippedStage(
            "new", pgettext_lazy("deal stage", "New"), colour="blue", probability=20, idle_days=2, days_allowed=5,
            script=_(
                "Call today. Ask what they want to achieve, how they do it now and what happens if nothing changes."
            ),
        ),
        ShippedStage(
            "qualified", _("Qualified"), colour="teal", probability=40, idle_days=5, days_allowed=14,
            script=_("Agree who decides, by what and when. No offer without a date on which it will be discussed."),
        ),
        ShippedStage(
            "proposal", _("Proposal"), colour="purple", probability=60, idle_days=7, days_allowed=21,
            required=("expected_close",),
            script=_("Send the offer and name a day to go through it together. Ask what would keep them from signing."),
        ),
        ShippedStage(
            "negotiation", _("Negotiation"), colour="amber", probability=80, idle_days=5, days_allowed=30,
            required=("amount",),
            script=_("Give nothing without getting something. Write down what was agreed and send it the same day."),
        ),
        ShippedStage("won", _("Won"), "won", "green", 100, required=("amount",)),
        ShippedStage("lost", _("Lost"), "lost", "red", required=("lost_reason",)),
    ),
)  # fmt: skip
