"""The whole company as one archive that any installation loads to an equal state, whatever its database (docs/exchange.md)."""
