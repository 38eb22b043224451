"""What every request passes before a room sees it."""
