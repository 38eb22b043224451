"""The audit log: who did what, when, from where; only ever added to, each entry chained to the one before (docs/audit.md).

`audit.record("exported", by=user, details={...})` in the transaction of what happens; `refusals.note` for what was refused.
"""

from daftar.access.audit.kinds import KINDS
from daftar.access.audit.origin import at_the_command_line
from daftar.access.audit.recording import columns, record, record_change

__all__ = ["KINDS", "at_the_command_line", "columns", "record", "record_change"]
