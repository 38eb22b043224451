"""What this room hears: backups and renewed keys, which the kernel makes and which belong into the audit log."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from daftar.access.audit import anchors, record
from daftar.access.looking import LookedAs
from daftar.access.models import User
from daftar.access.rights_marks import leave_mark
from daftar.kernel.backup import BackupMade, BackupRestored
from daftar.kernel.events import listens
from daftar.kernel.secrets import SealingKeyRotated

log = logging.getLogger("daftar.audit")


@listens(BackupMade)
def note_backup(event: BackupMade) -> None:
    try:
        record("backup_made", details={"name": event.name, "rows": event.rows, "with_keys": event.with_keys})
    except DatabaseError as problem:  # a backup of data of before the log, made by hand or by a restore
        log.warning("a backup is not in the audit log", extra={"problem": str(problem)})


@listens(SealingKeyRotated)
def note_rotation(event: SealingKeyRotated) -> None:
    record("sealing_key_rotated", details={"key": event.key_id, "secrets": event.resealed})


@listens(BackupRestored)
def note_restore(event: BackupRestored) -> None:
    """The log is now the backup's: its last entry says so, and the marks outside of the database begin anew."""
    try:
        record("backup_restored", details={"name": event.name, "rows": event.rows, "made_at": event.made_at})
        anchors.drop(restored=True)
    except DatabaseError:
        log.exception("the restore is not in the audit log")


@listens(BackupRestored)
def ask_rights_anew(event: BackupRestored) -> None:
    """The backup's marks are those of then, by which a server that runs may know what came after."""
    leave_mark()


@listens(LookedAs)
def note_looking(event: LookedAs) -> None:
    by = User.objects.filter(pk=event.by_id).first()
    record("acted_as", by=by, about=("user", event.person_id), details={"over": event.is_over})
