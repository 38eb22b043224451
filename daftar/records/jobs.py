"""What this room does by the clock."""

from daftar.kernel.jobs import every
from daftar.records import erasing, files


@every(hours=24)
def clean_up_files() -> None:
    """Bytes that no row names any more are deleted."""
    files.clean_up()


@every(hours=24)
def erase_again_daily() -> None:
    """Whom a backup brought back behind our back is erased again."""
    erasing.erase_again()
