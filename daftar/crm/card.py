"""What the CRM adds to cards."""


def add_parts() -> None:
    """Nothing yet."""
