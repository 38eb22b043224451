from daftar.catalogue.models.product import BundlePart, Product, ProductPack
from daftar.catalogue.models.stock import Expected, Hold, StockLevel, StockMove, Warehouse
from daftar.catalogue.models.terms import PriceItem, PriceList, TaxClass, Unit

__all__ = [
    "BundlePart", "Expected", "Hold", "PriceItem", "PriceList", "Product", "ProductPack", "StockLevel", "StockMove", "TaxClass", "Unit",
    "Warehouse",
]  # fmt: skip
