"""Several records become one: what is chosen, what hangs on them, what follows, the act itself and its way back."""
