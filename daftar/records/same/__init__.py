"""Which two records may be the same: what a type declares, its signs, the pairs with their reasons, and how they are kept."""
