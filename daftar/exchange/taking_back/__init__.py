"""The undo of a whole import; `whole.py` begins it and says what it would do."""
