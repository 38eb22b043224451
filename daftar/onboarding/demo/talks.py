"""What was said and what comes next: calls, meetings, notes, comments, plans, files."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.models import User
from daftar.activities.actions import comment, park
from daftar.onboarding.demo.shop import Shop
from daftar.records import files
from daftar.records.fields.any_link import Target
from daftar.records.following import is_open
from daftar.records.models import Event
from daftar.records.reading import of_type

PLANNED = (-2, -1, 0, 0, 0, 1, 1, 2, 3, 5, 8, None)
"""When the next step of open records is due, in days from today; None leaves it unplanned."""


def make_talks(shop: Shop) -> None:
    rows: list[tuple[User, dt.datetime, dict[str, Any]]] = []
    people = {person.pk: person for person in shop.cast.everybody}
    for key, kept in (("deal", shop.deals), ("lead", shop.leads)):
        type_ = shop.type(key)
        fresh: Any = of_type(type_).filter(pk__in=[row.pk for row in kept]).order_by("pk")
        for n, row in enumerate(fresh):
            rows += past_talks(shop, key, row, people[row.owner_id], n)
            if is_open(type_, row):
                rows += next_step(shop, key, row, people[row.owner_id], n)
    shop.add("activity", rows)
    make_comments(shop)
    make_files(shop)
    park_some(shop)


def past_talks(shop: Shop, key: str, row: Any, owner: User, n: int) -> list[tuple[User, dt.datetime, dict[str, Any]]]:
    """Calls, a meeting and a note between the day on which the record was made and now."""
    words, about = shop.words, Target(key, row.pk)
    age = max((shop.now - row.created_at).days, 0)
    rows: list[tuple[User, dt.datetime, dict[str, Any]]] = []
    for call in range(1 if key == "lead" else shop.chance.choice((1, 2, 2))):
        at = max(shop.past(age * (0.8 - 0.4 * call)), row.created_at + dt.timedelta(minutes=20))
        result = shop.pick(("reached", "reached", "reached", "no_answer", "call_back"))
        values = {
            "kind": "call", "subject": shop.pick(words.calls), "about": about, "done_at": min(at, shop.now),
            "result": result, "direction": shop.pick(("out", "out", "in")), "owner": owner.pk,
        }  # fmt: skip
        if result == "reached":
            values["duration"] = dt.timedelta(seconds=shop.chance.randint(40, 900))
        rows.append((owner, min(at, shop.now), values))
    if key == "deal" and n % 4 == 0:
        at = min(max(shop.past(age * 0.3), row.created_at), shop.now)
        values = {
            "kind": "meeting",
            "subject": shop.pick(words.meetings),
            "about": about,
            "done_at": at,
            "result": "reached",
            "owner": owner.pk,
        }
        rows.append((owner, at, values))
    if n % 5 == 1:
        at = min(max(shop.past(age * 0.5), row.created_at), shop.now)
        rows.append(
            (
                owner,
                at,
                {"kind": "note", "body": shop.pick(words.notes), "about": about, "done_at": at, "owner": owner.pk},
            )
        )
    return rows


def next_step(shop: Shop, key: str, row: Any, owner: User, n: int) -> list[tuple[User, dt.datetime, dict[str, Any]]]:
    """What is planned: late, today, tomorrow or later, or nothing yet."""
    words, days = shop.words, PLANNED[n % len(PLANNED)]
    if days is None:
        return []
    kind = ("call", "task", "call", "meeting")[n % 4]
    subject = shop.pick({"call": words.next_calls, "task": words.tasks, "meeting": words.meetings}[kind])
    values: dict[str, Any] = {
        "kind": kind, "subject": subject, "about": Target(key, row.pk), "due_at": shop.when(days), "owner": owner.pk,
    }  # fmt: skip
    if kind == "meeting":
        values |= {"place": f"{shop.pick(words.streets)}, {shop.pick(words.cities)}", "remind_minutes": 60}
    at = max(row.created_at, min(shop.past(1), shop.when(min(days, 0) - 1)))
    return [(owner, at, values)]


def make_comments(shop: Shop) -> None:
    """Colleagues speak to each other about a few deals; whoever is named gets a notice."""
    cast = shop.cast
    pairs = ((cast.sara, cast.head), (cast.head, cast.owen), (cast.chief, cast.sara), (cast.rival, cast.rival_head))
    for n, (writer, named) in enumerate(pairs):
        mine = [deal for deal in shop.deals if deal.owner_id in (writer.pk, named.pk)] or shop.deals
        text = shop.words.comments[n % len(shop.words.comments)].format(name=named.name)
        comment(Target("deal", mine[n].pk), text, by=writer, via="demo")


def make_files(shop: Shop) -> None:
    """A small picture on a few deals."""
    picture = plan_picture()
    for deal in shop.deals[:3]:
        owner = next(person for person in shop.cast.sellers if person.pk == deal.owner_id)
        upload = SimpleUploadedFile(shop.words.file_name, picture, "image/png")
        kept = files.keep("deal", deal.pk, upload, by=owner)
        Event.objects.create(
            at=shop.now, type="deal", record_id=deal.pk, version=deal.version, kind="file", by=owner, via="demo",
            data={"file": kept.pk, "name": kept.name}, change_set=shop.change_set,
        )  # fmt: skip


def plan_picture() -> bytes:
    """A drawing of some rooms."""
    from PIL import Image, ImageDraw  # loaded with the demo company

    image = Image.new("RGB", (480, 320), "#f6f4ee")
    pen = ImageDraw.Draw(image)
    for box in ((20, 20, 220, 150), (220, 20, 460, 150), (20, 150, 300, 300), (300, 150, 460, 300)):
        pen.rectangle(box, outline="#334", width=4)
    pen.rectangle((150, 146, 190, 154), fill="#f6f4ee")
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def park_some(shop: Shop) -> None:
    """Two open deals without a next step wait until a day that was agreed."""
    type_ = shop.type("deal")
    rows: Any = of_type(type_)
    idle = rows.filter(pk__in=[deal.pk for deal in shop.deals], next_at=None).select_related("owner").order_by("pk")
    for deal in [row for row in idle if is_open(type_, row)][:2]:
        park(Target("deal", deal.pk), shop.today + dt.timedelta(days=20), by=deal.owner, via="demo")
