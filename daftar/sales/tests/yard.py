"""What tests of buying need: a supplier, goods with a cost, boxes of 12."""

import datetime as dt
from decimal import Decimal

from django.test import Client

from daftar.catalogue.models import Product
from daftar.catalogue.stock import doors
from daftar.kernel.money import Money
from daftar.sales.buying.lines import Wish
from daftar.sales.buying.orders import make_order, send_order
from daftar.sales.models import PurchaseLine

D = Decimal
HX = {"HX-Request": "true"}
LATER = dt.date(2199, 12, 20)


def usd(amount):
    return Money(D(str(amount)), "USD")


class Yard:
    """A supplier, goods that cost 50 and have 20 % tax, boxes of 12."""

    def __init__(self, shop, store) -> None:
        self.shop, self.store = shop, store
        self.supplier = shop.make("company", name="Tools Inc")
        self.gtx = store.product(name="GTX", price=100)
        self.box = shop.make("product_pack", by=shop.olga, product=self.gtx.pk, name="box", factor=D(12))

    def order(self, *wishes, by=None, **more):
        return make_order(self.supplier.pk, wishes or [Wish(self.gtx.pk, D(20))], by=by or self.shop.olga, **more)

    def sent(self, *wishes, **more):
        return send_order(self.order(*wishes, **more).pk, by=self.shop.olga)

    def line(self, order):
        return PurchaseLine.objects.filter(order=order.pk, deleted_at=None).order_by("position").first()

    def five(self, product=None):
        """(on hand, on order, missing)"""
        row = Product.objects.get(pk=(product or self.gtx).pk)
        five = doors.five_numbers([row.pk])[row.pk]
        assert (five.on_hand, five.on_order) == (row.stock_on_hand, row.stock_on_order)
        return int(row.stock_on_hand), int(row.stock_on_order), int(row.stock_missing)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client
