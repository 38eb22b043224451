"""The verbs of the CRM. Importing this folder puts their buttons on cards."""

from daftar.crm.actions.close_deal import lose_deal, reopen_deal, win_deal
from daftar.crm.actions.convert_lead import Converted, convert_lead
from daftar.crm.actions.move_deal import move_deal
from daftar.crm.actions.register_enquiry import Registered, register_enquiry
from daftar.crm.actions.repeat_deal import repeat_deal

__all__ = [
    "Converted",
    "Registered",
    "convert_lead",
    "lose_deal",
    "move_deal",
    "register_enquiry",
    "reopen_deal",
    "repeat_deal",
    "win_deal",
]
