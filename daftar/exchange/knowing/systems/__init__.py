"""Systems whose exports are known by their headings: one file each, read by `knowing.recognising`."""

from __future__ import annotations

from daftar.exchange.knowing.systems.amocrm import AMOCRM
from daftar.exchange.knowing.systems.bitrix24 import BITRIX24
from daftar.exchange.knowing.systems.hubspot import HUBSPOT
from daftar.exchange.knowing.systems.odoo import ODOO
from daftar.exchange.knowing.systems.pipedrive import PIPEDRIVE
from daftar.exchange.knowing.systems.shape import Shape, System
from daftar.exchange.knowing.systems.zoho import ZOHO

SYSTEMS: dict[str, System] = {system.key: system for system in (ZOHO, BITRIX24, HUBSPOT, PIPEDRIVE, AMOCRM, ODOO)}

__all__ = ["SYSTEMS", "Shape", "System"]
