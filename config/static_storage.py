"""Static files with a hash in their name and compressed beside it."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class BuiltFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """As whitenoise has it; a file without an entry is served by its plain name instead of breaking the page."""

    manifest_strict = False
