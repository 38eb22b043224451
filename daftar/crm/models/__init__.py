from daftar.crm.models.company import Company
from daftar.crm.models.consent import Consent
from daftar.crm.models.contact import Contact
from daftar.crm.models.deal import Deal
from daftar.crm.models.lead import Lead

__all__ = ["Company", "Consent", "Contact", "Deal", "Lead"]
