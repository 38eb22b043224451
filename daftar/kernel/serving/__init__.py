"""Web, worker and scheduler as one command."""
