from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "daftar.exchange"
    label = "exchange"
