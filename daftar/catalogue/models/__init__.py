from daftar.catalogue.models.product import BundlePart, Product, ProductPack
from daftar.catalogue.models.terms import PriceItem, PriceList, TaxClass, Unit

__all__ = ["BundlePart", "PriceItem", "PriceList", "Product", "ProductPack", "TaxClass", "Unit"]
