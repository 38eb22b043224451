"""Backups: one archive of database, files and (if asked) keys; checked before it is trusted, restored whole or not at all."""

from daftar.kernel.backup.archive import Damaged, Manifest, verify_backup
from daftar.kernel.backup.making import BackupMade, free_name, make_backup
from daftar.kernel.backup.restoring import BackupRestored, CannotRestore, restore_backup

__all__ = [
    "BackupMade",
    "BackupRestored",
    "CannotRestore",
    "Damaged",
    "Manifest",
    "free_name",
    "make_backup",
    "restore_backup",
    "verify_backup",
]
