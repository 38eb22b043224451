"""Loading the demo company: one transaction, the same records each time, dates around today."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import translation

from daftar.access import audit
from daftar.access.models import Installation
from daftar.access.preferences import formats_for
from daftar.catalogue import shipped
from daftar.catalogue.stock.wanted import renewed_at_the_end
from daftar.kernel import clock
from daftar.kernel.formats import default_for, using
from daftar.onboarding.demo.cast import make_cast
from daftar.onboarding.demo.clients import make_clients
from daftar.onboarding.demo.goods import make_ground, make_products
from daftar.onboarding.demo.papers import make_papers
from daftar.onboarding.demo.sales import make_sales
from daftar.onboarding.demo.shop import Shop
from daftar.onboarding.demo.stock import make_stock
from daftar.onboarding.demo.talks import make_talks
from daftar.onboarding.demo.words import WORDS
from daftar.onboarding.models import DemoCompany
from daftar.records.models import ChangeSet, Event
from daftar.records.reading import of_type
from daftar.records.schema import current_schema

TITLE = "demo company"


def load(language: str = "") -> DemoCompany:
    """Make the demo company, in the language of the installation unless told otherwise; one that is there stays.

    An installation without settings gets those that go with the language, until its owner chooses on the first page.
    """
    known = DemoCompany.objects.first()
    if known is not None:
        return known
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(727001)")
        known = DemoCompany.objects.first()
        return known if known is not None else make(language)


def make(language: str) -> DemoCompany:
    company, is_new = settled(language)
    words = WORDS.get(language or company.language, WORDS["en"])
    with using(formats_for(None, company)), translation.override(words.language):
        change_set = ChangeSet.objects.create(via="demo", title=TITLE)
        before = highest_ids()
        shop = Shop(words, company, make_cast(words), change_set)
        make_ground(shop)
        make_clients(shop)
        make_products(shop)
        with renewed_at_the_end():
            make_stock(shop)
            make_sales(shop)
            make_papers(shop)
        make_talks(shop)
    audit.record("demo_loaded", details={"language": words.language})
    change_set.by = shop.cast.chief
    change_set.save(update_fields=["by"])
    return DemoCompany.objects.create(
        pk=1,
        at=clock.now(),
        language=words.language,
        change_set=change_set,
        last_event=Event.objects.order_by("-id").values_list("id", flat=True).first() or 0,
        made=made_since(before, shop),
        others={**shop.others, "installation": is_new},
    )


def settled(language: str) -> tuple[Installation, bool]:
    """The company's settings; made for the demo when nobody has chosen any. Whether they are new."""
    company = Installation.load()
    if company.name:
        return company, False
    words = WORDS.get(language, WORDS["en"])
    base = default_for(words.language)
    company = Installation(
        pk=1, name=words.shop, language=words.language, calendar=base.calendar, time_zone=base.tz, country=base.country,
        currency=base.currency, rial_as=base.rial_as,
    )  # fmt: skip
    company.save(force_update=Installation.objects.filter(pk=1).exists())
    shipped.speak(words.language)
    return company, True


def highest_ids() -> dict[str, int]:
    """The newest id of each record type, so that what the demo adds is told from what was there."""
    types = current_schema().types.values()
    return {t.key: of_type(t).order_by("-pk").values_list("pk", flat=True).first() or 0 for t in types}


def made_since(before: dict[str, int], shop: Shop) -> dict[str, list[int]]:
    """The records that the people of the demo made, by type: nobody else can act as them meanwhile."""
    people = [person.pk for person in shop.cast.everybody]
    found = {}
    for type_ in current_schema().types.values():
        newer = of_type(type_).filter(pk__gt=before.get(type_.key, 0), created_by__in=people)
        found[type_.key] = list(newer.order_by("pk").values_list("pk", flat=True))
    return found
