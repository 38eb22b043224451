"""What the audit log knows of: a closed list, each kind with its label and its sentence. docs/audit.md has an entry for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact. `sentence` may name what the details hold, and `%(about)s`, the record or person that it is about."""

    key: str
    label: Any
    sentence: Any
    icon: str = "circle"


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        # -- signing in
        Kind("signed_in", _("Signed in"), _("Signed in"), "log-in"),
        Kind("sign_in_failed", _("Sign-in failed"), _("Tried to sign in as %(about)s and failed"), "shield-alert"),
        Kind("signed_out", _("Signed out"), _("Signed out"), "log-out"),
        Kind("session_ended", _("Session ended"), _("Ended a session of %(about)s"), "log-out"),
        Kind("password_changed", _("Password changed"), _("Changed the password of %(about)s"), "key-round"),
        Kind("second_factor_changed", _("Second factor changed"), _("Changed the second factor of %(about)s"), "shield"),
        Kind("invited", _("Invited"), _("Invited %(about)s"), "user-plus"),
        Kind("acted_as", _("Looked as somebody else"), _("Looked as %(about)s"), "eye"),
        # -- refused
        Kind("access_refused", _("Refused"), _("Was refused at %(route)s"), "shield-alert"),
        Kind("foreign_record", _("Looked for a foreign record"), _("Looked for a record that is not theirs: %(about)s"), "eye-off"),
        # -- reading much
        Kind("exported", _("Exported"), _("Exported %(type)s (rows: %(rows)s)"), "download"),
        Kind("export_fetched", _("Export downloaded"), _("Downloaded a written file of %(type)s (rows: %(rows)s)"), "download"),
        Kind("bulk_read", _("Read very much"), _("Read %(rows)s rows within %(minutes)s minutes: %(type)s"), "scan-eye"),
        # -- changing much
        Kind("imported", _("Imported"), _("Imported %(name)s (made: %(made)s, changed: %(changed)s, refused: %(refused)s)"), "upload"),
        Kind("bulk_changed", _("Many changed"), _("Changed many at once: %(name)s (%(type)s: %(rows)s, refused: %(refused)s)"), "list-checks"),
        Kind("bulk_deleted", _("Many deleted"), _("Deleted many at once: %(type)s (rows: %(rows)s, refused: %(refused)s)"), "trash-2"),
        Kind("bulk_undone", _("Many taken back"), _("Took a change of many records back: %(name)s (%(type)s, rows: %(rows)s)"), "undo-2"),
        Kind("records_merged", _("Records merged"), _("Merged %(rows)s records into %(about)s (moved with them: %(moved)s)"), "merge"),
        Kind("record_deleted", _("Record deleted"), _("Deleted %(about)s"), "trash-2"),
        Kind("record_restored", _("Record brought back"), _("Brought back %(about)s"), "undo-2"),
        # -- settings
        Kind("rights_changed", _("Rights changed"), _("Changed rights: %(about)s"), "shield"),
        Kind("role_changed", _("Role changed"), _("Changed the role %(name)s"), "shield"),
        Kind("person_changed", _("Person changed"), _("Changed the account of %(about)s"), "user-round"),
        Kind("settings_changed", _("Settings changed"), _("Changed settings: %(name)s"), "settings"),
        Kind("pipeline_changed", _("Pipeline changed"), _("Changed a pipeline: %(name)s"), "square-kanban"),
        Kind("field_changed", _("Field changed"), _("Changed a field: %(name)s (%(type)s)"), "text-cursor-input"),
        Kind("type_changed", _("Record type changed"), _("Changed a record type: %(name)s"), "shapes"),
        Kind("view_shared", _("Saved view shared"), _("Changed who sees the saved view “%(name)s” (%(type)s)"), "users"),
        Kind("rate_changed", _("Exchange rate changed"), _("Changed the exchange rate of %(name)s"), "banknote"),
        # -- personal data
        Kind("personal_data_exported", _("Personal data exported"), _("Exported the personal data of %(about)s"), "download"),
        Kind("record_deleted_for_good", _("Record deleted for good"), _("Deleted %(about)s for good"), "eraser"),
        Kind("retention_run", _("Kept to a retention rule"), _("Kept to the rule “%(name)s” (records: %(rows)s, held back: %(held)s)"), "hourglass"),
        Kind("record_held", _("Put on hold"), _("Said that %(about)s must not be erased before %(until)s"), "lock"),
        Kind("hold_lifted", _("Hold lifted"), _("Lifted the hold on %(about)s"), "lock-open"),
        Kind("personal_data_erased", _("Personal data erased"), _("Erased the personal data of %(about)s"), "eraser"),
        Kind("audit_details_erased", _("Log details erased"), _("Erased the details of %(rows)s entries of this log: %(why)s"), "eraser"),
        # -- keys and the house
        Kind("key_made", _("Key made"), _("Made the key “%(name)s” for %(about)s"), "key-round"),
        Kind("key_rotated", _("Key renewed"), _("Renewed the key “%(name)s” of %(about)s"), "key-round"),
        Kind("key_revoked", _("Key revoked"), _("Revoked the key “%(name)s” of %(about)s"), "key-round"),
        Kind("key_new_address", _("Key used from a new address"), _("The key “%(name)s” was used from a new address"), "key-round"),
        Kind("backup_made", _("Backup made"), _("Made the backup %(name)s (rows: %(rows)s)"), "archive"),
        Kind("backup_restored", _("Backup restored"), _("Restored the backup %(name)s (rows: %(rows)s)"), "archive-restore"),
        Kind("company_written", _("Archive written"), _("Wrote the whole company as an archive (rows: %(rows)s, files: %(files)s)"), "package"),
        Kind("company_fetched", _("Archive downloaded"), _("Downloaded an archive of the company (rows: %(rows)s)"), "download"),
        Kind("company_loaded", _("Company loaded"), _("Loaded the company of the archive %(name)s (rows: %(rows)s)"), "package-open"),
        Kind("sealing_key_rotated", _("Sealing key renewed"), _("Renewed the key that seals stored secrets"), "key-round"),
        Kind("demo_loaded", _("Demo company loaded"), _("Loaded the demo company"), "flask-conical"),
        Kind("demo_removed", _("Demo company removed"), _("Removed the demo company (records: %(rows)s)"), "flask-conical"),
    )
}  # fmt: skip

RESULTS = {"done": _("done"), "refused": _("refused")}
DOORS = {
    "page": _("page"),
    "api": _("API"),
    "import": _("import"),
    "rule": _("rule"),
    "command": _("command"),
    "job": _("by the clock"),
}
"""By which way it came in."""
