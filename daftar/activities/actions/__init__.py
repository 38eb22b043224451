from daftar.activities.actions.add_note import add_note
from daftar.activities.actions.cancel import cancel
from daftar.activities.actions.comment import comment
from daftar.activities.actions.complete import asks_for_next, complete, reopen
from daftar.activities.actions.log_call import log_call
from daftar.activities.actions.log_meeting import log_meeting
from daftar.activities.actions.park import park
from daftar.activities.actions.pin import pin
from daftar.activities.actions.plan import Plan, plan
from daftar.activities.actions.postpone import postpone

__all__ = [
    "Plan",
    "add_note",
    "asks_for_next",
    "cancel",
    "comment",
    "complete",
    "log_call",
    "log_meeting",
    "park",
    "pin",
    "plan",
    "postpone",
    "reopen",
]
