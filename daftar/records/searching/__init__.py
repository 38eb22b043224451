"""Search: the text by which a record is found, the index over it, what was asked, and who stands first."""
