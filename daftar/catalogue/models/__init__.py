from daftar.catalogue.models.product import Product

__all__ = ["Product"]
