"""A company that has something in every table that an archive carries."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from daftar.access.models import Department, Installation, Office, Role, User
from daftar.access.photos import keep_photo
from daftar.activities.actions.add_note import add_note
from daftar.activities.models import NoticeWishes
from daftar.crm.consenting import note_consent
from daftar.exchange.models import ImportRun, Made, SavedMap
from daftar.exchange.tests import rich_sales
from daftar.kernel import clock, keeping
from daftar.records import custom_fields, custom_types, files, pipelines, roles, saved_views, sharing, writing
from daftar.records.bulk import runs
from daftar.records.bulk.runs import Picked
from daftar.records.custom_fields import OptionEdit
from daftar.records.custom_types import FirstField
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.fields.links import Linked
from daftar.records.merging.merge import Merge, merge
from daftar.records.models import (
    ChangeSet,
    ExchangeRate,
    ExternalId,
    Leaving,
    ListSetting,
    Nameless,
    RecordHold,
    Retyping,
    StoredFile,
)
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.retention.rules import install_rules
from daftar.records.same.keeping import say_different
from daftar.records.schema import current_schema

RAW = {
    "text": "Oak wood ‌گل‌آرا", "long_text": "Much wood\nand more", "whole": "1234", "decimal": "3.25", "percent": "12.5",
    "money": "120.50 USD", "yes_no": "1", "choice": "Red", "choices": "Red; Green", "date": "2026-03-03",
    "date_time": "2026-03-03 14:30", "duration": "1h 30m", "phones": "+12025550123",
    "emails": "a@b.example", "messengers": "telegram: @oakshop", "webs": "https://oak.example", "tags": "spring, oak",
}  # fmt: skip


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    return made.getvalue()


def build(shop) -> SimpleNamespace:
    """Fill the shop of the tests; what tests ask for by name."""
    olga, sara = shop.olga, shop.sara
    install_rules()
    Installation.objects.create(pk=1, name="Oak", language="en", currency="USD", country="US")
    with_people(shop)
    keys = {kind.kind: field_of(shop, kind.kind) for kind in custom_fields.kinds() if kind.kind != "formula"}
    formula = custom_fields.add_field(
        shop.type("deal"), "formula", "Twice", by=olga, settings={"formula": f"{keys['whole']} * 2"}
    )
    unique = custom_fields.add_field(shop.type("deal"), "text", "Paper", by=olga, unique=True)
    hidden = custom_fields.add_field(shop.type("company"), "phones", "Old phones", by=olga)
    machine = custom_types.add_type(
        "machine",
        "machines",
        by=olga,
        staged=True,
        fields=[FirstField("Serial", "text"), FirstField("Firm", "link", to="company")],
    )
    with_contract(shop, olga)
    oak = create(
        "company",
        olga,
        name="Oak",
        phones=[Typed("+12025550100", "work")],
        custom={hidden.key: [Typed("+12025550177", "")]},
    )
    custom_fields.hide_field(shop.type("company"), hidden.key, by=olga)
    first = create(
        "contact",
        olga,
        name="Sara Tucker",
        emails=[Typed("tucker@oak.example", "")],
        tags=["fair"],
        companies=[Linked(oak.pk, "buyer")],
    )
    second = create("contact", olga, name="Tucker, Sara", phones=[Typed("+12025550143", "")])
    third = create("contact", olga, name="Sara Tuckerson")
    deal = create("deal", olga, name="Mill", company=oak.pk, contact=second.pk, owner=sara.pk, **{unique.key: "P-1"})
    writing.change(shop.type("deal"), deal.pk, values_for(shop, keys, deal.pk), by=olga, via="page")
    create("lead", olga, title="Wants a mill")
    create("product", olga, name="Mill stone", code="M-1")
    made = create(
        machine.key,
        olga,
        owner=sara.pk,
        **{shop.type(machine.key).title_field.key: "Press", "serial": "77", "firm": oak.pk},
    )
    with_files(shop, deal, keys)
    gone = create("deal", olga, name="In the bin", company=oak.pk)
    writing.remove(shop.type("deal"), gone.pk, by=olga, via="page")
    add_note(Target("deal", deal.pk), "Call back @Sara", by=olga)
    versions = {first.pk: 1, second.pk: 1}
    merging = merge(shop.type("contact"), Merge([first.pk, second.pk], first.pk, {}, versions), by=olga)
    say_different(shop.type("contact"), first.pk, third.pk, by=olga)
    picked = Picked.by_ids(shop.type("deal"), [deal.pk], olga)
    act = runs.begin(shop.type("deal"), "owner", {"owner": olga.pk}, picked, by=olga)
    note_consent("contact", first.pk, purpose="news", channel="email", given=True, by=olga, source="At the fair")
    with_settings(shop, deal, first)
    rich_sales.sell(shop, oak.pk)
    return SimpleNamespace(
        keys=keys, machine=machine, oak=oak.pk, first=first.pk, second=second.pk, third=third.pk, deal=deal.pk, made=made.pk,
        gone=gone.pk, merging=merging, act=act, formula=formula.key, unique=unique.key, hidden=hidden.key,
    )  # fmt: skip


def create(type_key, by, custom=None, **values):
    return writing.create(current_schema().type(type_key), {**values, **(custom or {})}, by=by, via="page")


def with_people(shop) -> None:
    office = Office.objects.create(name="Milton")
    below = Department.objects.create(name="North", parent=shop.sara.department, head=shop.sara, office=office)
    role = roles.add_role("Helper", by=shop.olga, like="seller")
    photo = keep_photo(SimpleUploadedFile("me.png", picture()))
    User.objects.filter(pk=shop.sara.pk).update(
        roles=["seller", role.key], photo=photo, department=below, substitute=shop.hedi, absent_from=dt.date(2026, 3, 1),
        absent_until=dt.date(2026, 3, 9), theme="dark", working_hours={"0": ["08:00", "17:00"]},
    )  # fmt: skip
    User.objects.create(name="Only owns records", roles=[Role.SELLER])


def field_of(shop, kind: str) -> str:
    words = {"link": {"to": "user"}, "links": {"to": "user", "role": True}}.get(kind, {})
    options = [OptionEdit("Red"), OptionEdit("Green")] if kind in ("choice", "choices") else ()
    return custom_fields.add_field(
        shop.type("deal"), kind, f"My {kind}", by=shop.olga, settings=words, options=options
    ).key


def values_for(shop, keys, deal_id):
    """A value of every kind."""
    type_, reader = shop.type("deal"), Reader(shop.olga)
    given = {keys[kind]: type_.by_key[keys[kind]].parse(raw, reader) for kind, raw in RAW.items() if kind in keys}
    given |= {keys["link"]: shop.hedi.pk, keys["person"]: shop.sara.pk, keys["links"]: [Linked(shop.olga.pk, "judge")]}
    given |= {keys["address"]: {"street": "Mill Road 3", "city": "Milton"}}
    given |= {
        keys["stage"]: next(s.id for p in type_.by_key[keys["stage"]].pipelines for s in p.stages if s.kind == "won")
    }
    if "any_link" in keys:
        given.pop(keys["any_link"], None)
    return given


def with_contract(shop, olga) -> None:
    """A pipeline with a stage that asks for an amount and lets records go to one other."""
    pipeline = pipelines.add_pipeline("deal", "Rent", by=olga)
    values = {"name": "Offer", "kind": "open", "required": ["amount"], "days_allowed": 5, "script": "Ask for the day"}
    pipelines.add_stage(pipeline.pk, values, by=olga)


def with_files(shop, deal, keys) -> None:
    for name, content in (("plan.txt", b"rooms"), ("plan again.txt", b"rooms"), ("mill.png", picture())):
        files.keep("deal", deal.pk, SimpleUploadedFile(name, content), by=shop.olga, field=keys["files"])
    lost = hashlib.sha256(b"gone from the disk").hexdigest()
    StoredFile.objects.create(
        type="deal",
        record_id=deal.pk,
        name="lost.txt",
        content_type="text/plain",
        size_bytes=18,
        sha256=lost,
        path="0" * 32,
    )
    files.remove(StoredFile.objects.get(name="plan again.txt"))


def with_settings(shop, deal, contact) -> None:
    olga, sara = shop.olga, shop.sara
    view = saved_views.save(
        View.parse(shop.type("deal"), "sort=-name", Reader(olga)), "By name", by=olga, audience="everybody"
    )
    ListSetting.objects.create(user=sara, type="deal", columns=["name", "amount"], view=view)
    sharing.share(shop.type("deal"), deal.pk, by=olga, user=shop.hedi.pk, observer=True)
    NoticeWishes.objects.create(
        user=sara, channels={"given": {"mail": False}}, quiet_from=dt.time(20, 30), quiet_until=dt.time(7)
    )
    ExternalId.objects.create(system="zoho", type="deal", key="zcrm_1", record_id=deal.pk)
    ExchangeRate.objects.create(currency="EUR", day=dt.date(2026, 1, 1), rate="1.0832")
    RecordHold.objects.create(type="contact", record_id=contact.pk, until=dt.date(2030, 1, 1), why="Court", by=olga)
    Nameless.objects.create(type="lead", record_id=9_000)
    Leaving.objects.create(person=shop.hedi, by=olga, plan={"deal": sara.pk})
    Retyping.objects.create(
        type="deal", key="x", by=olga, state="dropped", kind_from="text", slot_from="x", kind_to="whole"
    )
    Made.objects.create(change_set=ChangeSet.objects.order_by("pk").first(), kind="field", type="deal", ref="nick")
    SavedMap.objects.create(type="deal", headings="Name", map={"columns": {"Name": ["name"]}}, by=olga)
    ImportRun.objects.create(
        by=olga, type="deal", files=[{"name": "a.csv", "path": "a"}], reports=[{"rows": 1}], at=clock.now()
    )
    keeping.choose({"import_files": 12})
