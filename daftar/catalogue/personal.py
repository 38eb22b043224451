"""Stock names no person: goods, places and numbers of records."""

from daftar.kernel import personal

personal.excuse("catalogue.StockLevel", "product warehouse", "How much of a product lies where.")
personal.excuse(
    "catalogue.Expected", "product warehouse about_id", "How much of a product a purchase order still brings."
)
