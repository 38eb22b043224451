"""Several records become one: what is chosen (`choosing`), what hangs on them (`hanging`, `moving`), the act (`merge`) and its way back (`unmerging`)."""
