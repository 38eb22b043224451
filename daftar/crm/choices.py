"""Options that the lists of the CRM are shipped with; the company renames them and adds its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SOURCES = (
    ("web", _("Web site"), "blue"),
    ("call", _("Phone call"), "green"),
    ("email", _("E-mail"), "teal"),
    ("messenger", _("Messenger"), "purple"),
    ("advertising", _("Advertising"), "amber"),
    ("recommendation", _("Recommendation"), "orange"),
    ("exhibition", _("Exhibition"), "pink"),
    ("partner", _("Partner"), "red"),
    ("other", pgettext_lazy("source", "Other"), "grey"),
)
LEAD_LOST_REASONS = (
    ("no_answer", _("No answer")),
    ("no_need", _("Needs nothing from us")),
    ("no_budget", _("No budget")),
    ("out_of_reach", _("Outside of what or where we sell")),
    ("duplicate", _("Duplicate")),
    ("spam", _("Spam")),
    ("other", pgettext_lazy("reason", "Other")),
)
DEAL_LOST_REASONS = (
    ("price", _("Price")),
    ("competitor", _("Bought elsewhere")),
    ("no_budget", _("No budget")),
    ("no_decision", _("No decision")),
    ("no_need", _("Not needed any more")),
    ("terms", _("Terms or delivery time")),
    ("no_answer", _("No answer")),
    ("other", pgettext_lazy("reason", "Other")),
)
DEAL_KINDS = (
    ("sale", _("Sale")),
    ("repeat", _("Repeat sale")),
    ("service", _("Service")),
    ("project", _("Project")),
    ("tender", _("Tender")),
)
COMPANY_KINDS = (
    ("client", _("Client"), "green"),
    ("supplier", _("Supplier"), "blue"),
    ("partner", _("Partner"), "purple"),
    ("competitor", _("Competitor"), "red"),
    ("other", pgettext_lazy("kind of company", "Other"), "grey"),
)
SECTORS = (
    ("retail", _("Retail")),
    ("wholesale", _("Wholesale")),
    ("manufacturing", _("Manufacturing")),
    ("construction", _("Construction")),
    ("technology", _("Technology")),
    ("telecommunications", _("Telecommunications")),
    ("finance", _("Finance")),
    ("medical", _("Medicine")),
    ("education", _("Education")),
    ("transport", _("Transport and storage")),
    ("hospitality", _("Hotels and restaurants")),
    ("agriculture", _("Agriculture and food")),
    ("energy", _("Energy")),
    ("services", _("Services")),
    ("entertainment", _("Entertainment")),
    ("public", _("Public sector")),
    ("other", pgettext_lazy("sector", "Other")),
)
SALUTATIONS = (("mr", _("Mr")), ("ms", _("Ms")), ("dr", _("Dr")), ("eng", _("Eng.")))
LANGUAGES = (
    ("en", _("English")),
    ("fa", _("Persian")),
    ("ru", _("Russian")),
    ("ar", _("Arabic")),
    ("tr", _("Turkish")),
)
