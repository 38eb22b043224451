"""Rules that say what becomes of records that nobody needed for a long time: rehearsed, confirmed, then kept to each night."""
