"""What an attacker tries who is signed in: reading, writing and guessing what their role closes. Each says whether it succeeded."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.test import Client

from daftar.access.audit import record, triggers
from daftar.access.grants import ACTIONS, read
from daftar.access.models import Role, User
from daftar.activities.actions import comment
from daftar.activities.models import Notice
from daftar.activities.notifying import mails
from daftar.kernel.errors import DaftarError, Invalid
from daftar.kernel.live import channels
from daftar.kernel.models import OutgoingMail
from daftar.kernel.money import Money
from daftar.records import files, history, taking, writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.models import StoredFile
from daftar.records.schema import current_schema, schema_changed

from .test_permissions import signed_in

House = dict[str, Any]
SUM = Money(Decimal("777001"), "USD")
MARK, TYPED = "markedforlife", "+12025550147"


def refused(act: Callable[[], Any]) -> bool:
    """Whether it is refused with words."""
    try:
        with transaction.atomic():
            act()
    except DaftarError:
        return True
    return False


def seller(house: House) -> Client:
    return signed_in(house["people"]["seller"])


def somebody(may: dict[str, str] | None = None, **fields: dict[str, str]) -> User:
    """Somebody with every right but those of `may`, and with closed fields: deal={"amount": "hidden"}."""
    grants = read({"types": {"*": dict.fromkeys(ACTIONS, "all") | (may or {})}, "fields": fields})
    Role.objects.create(key="limited", name="Limited", grants=grants.to_json())
    schema_changed()
    return User.objects.create_user("limited@house.example", "a long word 17", name="Limited", role="limited")


def keep(house: House, key: str, whose: str, **values: Any) -> int:
    """The record with more in it."""
    id_: int = house["records"][key, whose]
    writing.change(current_schema().type(key), id_, values, by=house["people"]["owner"], via="page")
    return id_


def told(client: Client, *paths: str) -> str:
    """What the pages say, grouped digits as they are typed."""
    said = ""
    for path in paths:
        answer = client.get(path)
        said += b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode()
    return said.replace(",", "").replace("\xa0", "").replace("\u202f", "")


# -- fields -----------------------------------------------------------------------------------------------


def writes_what_is_read_only(house: House) -> bool:
    deal, type_ = keep(house, "deal", "own", amount=SUM), current_schema().type("deal")
    person = somebody(deal={"amount": "read"})
    less = {"amount": Money(Decimal(1), "USD")}
    return not all(
        refused(lambda v=via: writing.change(type_, deal, less, by=person, via=v)) for via in ("page", "api")
    )


def imports_what_is_read_only(house: House) -> bool:
    person = somebody(deal={"amount": "read"})
    (row,) = writing.create_many(
        current_schema().type("deal"), [{"name": "by file", "amount": SUM}], by=person, via="import"
    )
    return not isinstance(row, Invalid)


def restores_what_is_read_only(house: House) -> bool:
    deal, type_ = keep(house, "deal", "own", amount=SUM), current_schema().type("deal")
    keep(house, "deal", "own", amount=None)
    event = history.events_of(type_, deal)[0]
    person = somebody(deal={"amount": "read"})
    return not refused(lambda: history.restore_old_value(type_, deal, event.pk, "amount", by=person))


def sums_up_a_hidden_field(house: House) -> bool:
    keep(house, "deal", "own", amount=SUM)
    person = somebody(deal={"amount": "hidden"})
    return "777001" in told(signed_in(person), "/deals/?cols=name,amount", "/deals/board/")


def takes_out_a_hidden_field(house: House) -> bool:
    keep(house, "deal", "own", amount=SUM)
    client = signed_in(somebody(deal={"amount": "hidden"}))
    words = ("cols=all", "cols=name,amount", "sort=amount", "amount.filled=", "where=amount.filled()")
    return "777001" in told(client, *(f"/deals/export.csv?{word}" for word in words))


def reads_the_past_of_a_hidden_field(house: House) -> bool:
    deal = keep(house, "deal", "own", amount=SUM)
    client = signed_in(somebody(deal={"amount": "hidden"}))
    return "777001" in told(client, f"/deals/{deal}/history/amount", f"/deals/{deal}/", f"/deals/{deal}/timeline")


def reads_hidden_words_in_a_timeline(house: House) -> bool:
    comment(Target("deal", house["records"]["deal", "own"]), f"Once\n{MARK}", by=house["people"]["seller"])
    client = signed_in(somebody(activity={"body": "hidden"}))
    return MARK in told(client, f"/deals/{house['records']['deal', 'own']}/")


def guesses_whose_phone_it_is(house: House) -> bool:
    keep(house, "contact", "own", phones=[Typed(TYPED, "work")])
    client = signed_in(somebody(contact={"phones": "hidden"}))
    return b"contact of own" in client.post("/leads/known", {"phones": TYPED}).content


# -- records ----------------------------------------------------------------------------------------------


def takes_out_what_is_only_seen(house: House) -> bool:
    client = signed_in(somebody({"export": "own"}))
    foreign = f"/deals/export.csv?owner={house['people']['head'].pk}"
    return "deal of" in told(client, "/deals/export.csv?cols=all", foreign)


def sums_up_what_is_foreign(house: House) -> bool:
    keep(house, "deal", "foreign", amount=SUM)
    return "777001" in told(seller(house), "/deals/?cols=name,amount", "/deals/board/")


def suggests_what_is_foreign(house: House) -> bool:
    paths = ("/lookup/deal?q=deal+of", "/lookup/any?q=deal+of", "/lookup/company?q=company")
    return "of foreign" in told(seller(house), *paths)


def reads_foreign_names_in_page_marks(house: House) -> bool:
    for n in range(2):
        values = {
            "name": f"mine {n}",
            "company": house["records"]["company", "foreign"],
            "owner": house["people"]["seller"].pk,
        }
        writing.create(current_schema().type("deal"), values, by=house["people"]["owner"], via="page")
    said = told(seller(house), "/deals/?sort=-company&limit=1")
    marks = re.findall(r"after=([\w-]+)", said)
    assert marks
    return any(b"of foreign" in base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)) for mark in marks)


def reads_the_past_of_what_is_foreign(house: House) -> bool:
    deal = house["records"]["deal", "foreign"]
    return "deal of foreign" in told(seller(house), f"/deals/{deal}/history/name", f"/deals/{deal}/timeline")


def takes_what_is_only_seen(house: House) -> bool:
    nobodys = keep(house, "deal", "own", owner=None)
    return not refused(lambda: taking.take(current_schema().type("deal"), nobodys, by=house["people"]["reader"]))


def tells_by_a_mention(house: House) -> bool:
    deal, name = house["records"]["deal", "own"], house["foreign"].name
    comment(Target("deal", deal), f"@{name} look", by=house["people"]["seller"])
    return Notice.objects.filter(to=house["foreign"]).exists()


def reads_a_notice_of_what_was_lost_from_sight(house: House) -> bool:
    lost, person = house["records"]["deal", "foreign"], house["people"]["seller"]
    Notice.objects.create(to=person, kind="given", type="deal", record_id=lost, by=house["foreign"])
    return "deal of foreign" in told(seller(house), "/notices/", "/")


def is_mailed_what_was_lost_from_sight(house: House) -> bool:
    lost, person = house["records"]["deal", "foreign"], house["people"]["seller"]
    notice = Notice.objects.create(to=person, kind="given", type="deal", record_id=lost, by=house["foreign"])
    Notice.objects.filter(pk=notice.pk).update(mail_at=notice.at)
    mails.post_due()
    return OutgoingMail.objects.filter(to=person.email).exists()


def hears_of_everything(house: House) -> bool:
    return "records:deal:all" in channels.heard_of(house["people"]["seller"], "records:deal")


def hears_a_foreign_timeline(house: House) -> bool:
    deal = house["records"]["deal", "foreign"]
    return bool(channels.heard_of(house["people"]["seller"], f"timeline:deal:{deal}"))


# -- files ------------------------------------------------------------------------------------------------


def kept_file(house: House, whose: str, field: str = "") -> StoredFile:
    """A file with a preview, its bytes on the disk."""
    path = files.random_name()
    (files.folder() / path).write_bytes(MARK.encode())
    return StoredFile.objects.create(
        type="deal", record_id=house["records"]["deal", whose], field=field, name=f"{MARK}.png", content_type="image/png",
        size_bytes=1, sha256="", path=path, preview=path, by=house["people"]["owner"],
    )  # fmt: skip


def reads_a_foreign_file(house: House) -> bool:
    file = kept_file(house, "foreign")
    return MARK in told(seller(house), f"/files/{file.pk}/x", f"/files/{file.pk}/x?preview")


def reads_a_file_of_a_hidden_field(house: House) -> bool:
    file = kept_file(house, "own", "comments")
    client = signed_in(somebody(deal={"comments": "hidden"}))
    return MARK in told(client, f"/files/{file.pk}/x", f"/files/{file.pk}/x?preview", f"/deals/{file.record_id}/")


def removes_a_file_of_a_closed_field(house: House) -> bool:
    hidden, readable = kept_file(house, "own", "comments"), kept_file(house, "own", "amount")
    client = signed_in(somebody(deal={"comments": "hidden", "amount": "read"}))
    for file in (hidden, readable):
        client.post(f"/deals/{file.record_id}/files/{file.pk}/remove")
    return StoredFile.objects.filter(deleted_at__isnull=False).exists()


# -- the log ----------------------------------------------------------------------------------------------


def rewrites_the_log(house: House) -> bool:
    record("settings_changed", by=house["people"]["owner"], details={"name": "x"})
    triggers.make(connection)
    connection.check_constraints()  # what waits for the end would forbid emptying a table
    columns = "number, at, what, result, by_id, acting_id, key_id, door, about_type, about_id, count, details_hash, previous, hash"
    again = f"REPLACE INTO access_auditentry ({columns}) SELECT {columns} FROM access_auditentry"
    emptied = "TRUNCATE access_auditdetail, access_auditentry"
    statements = [
        "UPDATE access_auditentry SET what = 'x'", "UPDATE access_auditdetail SET body = 'x'", "DELETE FROM access_auditdetail",
        again if connection.vendor == "sqlite" else emptied,
    ]  # fmt: skip
    return any(goes_through(sql) for sql in statements)


def goes_through(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError:
        return False
    return True
