"""Changing the kind of a custom field: what would fit, the change itself, and the way back."""
