"""What a company may have kept by 0.1: made with the code of that release (commit 1e76f97), by its pages and its actions.

It is kept as it was for that release; the next one gets a copy of its own, with all that came since.
"""

import datetime as dt
import io
from decimal import Decimal

PASSWORD = "a saw of 0.1"
PEOPLE = {
    "owner": "ada@oak.example",
    "administrator": "boris@oak.example",
    "head": "carla@oak.example",
    "seller": "dara@oak.example",
    "assistant": "emil@oak.example",
    "reader": "fatima@oak.example",
}
NAMES = ("Ada Owen", "Борис Котов", "Carla Head", "دارا کیانی", "Emil O’Neill", "Fatima R. 🙂")


def fill() -> list[dict[str, object]]:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    owner = found(Client(headers={"User-Agent": "Browser/0.1"}))
    call_command("demo", "load", verbosity=0, stdout=io.StringIO())
    people = add_people(owner)
    dress(owner)
    sell(people)
    load_files(people)
    leave_traces(people)
    do_jobs()
    return [
        {"id": person.pk, "email": person.email, "role": person.role, "password": PASSWORD}
        for person in people.values()
    ]


def found(client):
    from daftar.access.models import User

    form = {
        "company": "Hammer & Oak", "calendar": "gregorian", "currency": "USD", "rial_as": "toman", "country": "US",
        "time_zone": "Europe/Berlin", "uses_leads": "1", "owner": NAMES[0], "email": PEOPLE["owner"], "password": PASSWORD,
    }  # fmt: skip
    answer = client.post("/welcome/?language=en", form)
    assert answer.status_code == 302, answer.content.decode()
    return User.objects.get()


def add_people(owner):
    """One of each role; each signs in by the page, so that there are sessions."""
    from django.test import Client

    from daftar.access.models import Department, Office, User
    from daftar.records import accounts, writing
    from daftar.records.schema import current_schema

    first = Department.objects.order_by("pk")[1]
    office = Office.objects.first()
    people = {"owner": owner}
    for role, name in zip(list(PEOPLE)[1:], NAMES[1:]):
        person, _password = accounts.add_person(
            name, PEOPLE[role], role, by=owner, department=first.pk, office=office.pk
        )
        people[role] = person
    leaver, _password = accounts.add_person("Gone Long Ago", "gone@oak.example", "seller", by=owner)
    accounts.change_person(leaver.pk, by=owner, name=leaver.name, email=leaver.email, role="seller", is_active=False)
    own = writing.create(
        current_schema().type("department"), {"name": "Repairs", "parent": first.pk, "head": people["head"].pk},
        by=owner, via="page",
    )  # fmt: skip
    accounts.change_person(
        people["seller"].pk, by=owner, name=NAMES[3], email=PEOPLE["seller"], role="seller", is_active=True,
        department=own.pk, office=office.pk,
    )  # fmt: skip
    for role, person in people.items():
        person = people[role] = User.objects.get(pk=person.pk)
        person.set_password(PASSWORD)
        person.language, person.theme = {"seller": ("fa", "dark"), "administrator": ("ru", "system")}.get(
            role, ("", "light")
        )
        person.save()
        signed = Client(headers={"User-Agent": "Browser/0.1"}).post(
            "/sign-in/", {"email": person.email, "password": PASSWORD}
        )
        assert signed.status_code == 302, signed.content.decode()
    refused = Client().post("/sign-in/", {"email": PEOPLE["reader"], "password": "wrong password"})
    assert refused.status_code == 422
    return people


def dress(owner):
    """Fields of every kind, options, a pipeline with a contract, rates, columns of a list."""
    from daftar.records import custom_fields, pipelines, rate_book
    from daftar.records.custom_fields import OptionEdit
    from daftar.records.models import ListSetting
    from daftar.records.schema import current_schema

    for type_key in ("deal", "contact"):
        for kind in custom_fields.kinds():
            more = {}
            if kind.kind in ("choice", "choices"):
                more["options"] = [OptionEdit("North"), OptionEdit("Юг"), OptionEdit("شرق", colour="red")]
            if kind.kind in ("link", "links"):
                more["settings"] = {"to": "company"}
            custom_fields.add_field(
                current_schema().type(type_key), kind.kind, f"Own {kind.kind}", by=owner, help="as of 0.1", **more
            )
    deal = current_schema().type("deal")
    custom_fields.hide_field(deal, "own_percent", by=owner)
    custom_fields.change_options(deal, "kind", [OptionEdit("Rent", colour="green")], by=owner)
    own = pipelines.add_pipeline("deal", "Repairs", by=owner)
    pipelines.add_stage(
        own.pk, {"name": "In the workshop", "probability": 60, "days_allowed": 14, "required": ["amount"]}, by=owner
    )
    rate_book.add_rate("EUR", dt.date(2025, 3, 1), Decimal("1.10"), by=owner)
    ListSetting.objects.create(user=owner, type="deal", columns=["name", "own_text", "amount"])


def sell(people):
    """Records with every field filled, through all doors, some in the bin."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.translation import override
    from PIL import Image

    from daftar.access.preferences import formats_for
    from daftar.activities.actions.add_note import add_note
    from daftar.activities.actions.comment import comment
    from daftar.activities.actions.complete import complete
    from daftar.activities.actions.log_call import log_call
    from daftar.activities.actions.log_meeting import log_meeting
    from daftar.activities.actions.plan import Plan, plan
    from daftar.crm.actions.close_deal import lose_deal, win_deal
    from daftar.crm.actions.convert_lead import convert_lead
    from daftar.crm.actions.register_enquiry import register_enquiry
    from daftar.crm.actions.repeat_deal import repeat_deal
    from daftar.kernel import clock
    from daftar.kernel.formats import using
    from daftar.kernel.money import Money
    from daftar.records import files, history, writing
    from daftar.records.fields._typed_list import Typed
    from daftar.records.fields.any_link import Target
    from daftar.records.fields.links import Linked
    from daftar.records.models import Event
    from daftar.records.schema import current_schema

    head, seller, assistant = people["head"], people["seller"], people["assistant"]
    with using(formats_for(head)), override("en"):
        schema = current_schema()
        company = writing.create(schema.type("company"), {"name": "Müller & Söhne"}, by=head, via="page")
        contact = writing.create(
            schema.type("contact"),
            {
                "name": "Анна Müller", "companies": [Linked(company.pk, "director")],
                "phones": [Typed("+4930123456", "work")], "emails": [Typed("anna@mueller.example", "work")],
            },
            by=head, via="page", once="form-1",
        )  # fmt: skip
        own = {
            "own_text": "a\u200cb <b>", "own_long_text": "line\nline", "own_whole": 7, "own_decimal": Decimal("1.25"),
            "own_yes_no": True, "own_date": dt.date(2025, 3, 1), "own_tags": ["قدیمی", "old"],
            "own_date_time": dt.datetime(2025, 3, 1, 9, 30, tzinfo=dt.UTC), "own_duration": dt.timedelta(minutes=95),
            "own_money": Money(Decimal("99.50"), "EUR"), "own_person": seller.pk, "own_link": company.pk,
            "own_links": [Linked(company.pk, "payer")], "own_choice": "north", "own_choices": ["north"],
            "own_phones": [Typed("+4930123456", "work")], "own_emails": [Typed("a@b.example", "home")],
            "own_webs": [Typed("https://oak.example/", "")], "own_address": {"city": "Berlin", "country": "DE"},
        }  # fmt: skip
        fields = schema.type("deal").fields
        own = {key: value for key, value in own.items() if any(f.key == key for f in fields)}
        deals = []
        for number, person in enumerate((head, seller, assistant, head, seller)):
            deals.append(
                writing.create(
                    schema.type("deal"),
                    {
                        "name": f"Roof {number}",
                        "amount": Money(Decimal(1000 + number), "EUR"),
                        "contact": contact.pk,
                        "company": company.pk,
                        "owner": person.pk,
                        **own,
                    },
                    by=head,
                    via="quick" if number else "page",
                )  # fmt: skip
            )
        writing.change(schema.type("deal"), deals[0].pk, {"name": "Roof and wall"}, by=head, via="page")
        writing.change(schema.type("deal"), deals[0].pk, {"name": "Roof, wall, door"}, by=head, via="page")
        event = Event.objects.filter(type="deal", record_id=deals[0].pk).order_by("-id")[0]
        history.restore_old_value(schema.type("deal"), deals[0].pk, event.pk, "name", by=head)
        win_deal(deals[1].pk, by=seller)
        lose_deal(deals[2].pk, by=assistant, reason="price", comment="dear")
        repeat_deal(deals[1].pk, by=seller)
        writing.remove(schema.type("deal"), deals[3].pk, by=head, via="page")
        writing.remove(schema.type("deal"), deals[4].pk, by=seller, via="page")
        writing.bring_back(schema.type("deal"), deals[4].pk, by=seller, via="page")
        register_enquiry({"title": "Lead of 0.1", "person_name": "X"}, by=seller, via="page")
        lead = writing.create(schema.type("lead"), {"title": "Wants a roof", "person_name": "Y"}, by=seller, via="page")
        convert_lead(lead.pk, by=seller, contact={}, deal={})

        about = Target("deal", deals[1].pk)
        comment(about, f"Look @{head.name} please", by=seller)
        comment(about, f"Done @{seller.name}", by=head)
        add_note(about, "Pinned words", by=seller, pinned=True)
        log_call(about, by=seller, text="spoke")
        log_meeting(about, by=seller, place="Berlin")
        for days in (-3, 2):
            due = clock.now() + dt.timedelta(days=days)
            plan(about, Plan("task", due, subject="Call back", remind_minutes=30, owner=seller.pk), by=head)
        done = plan(about, Plan("call", clock.now(), subject="First call"), by=seller)
        complete(done.pk, by=seller, result="reached")
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
        for name, content in (("plan.png", picture.getvalue()), ("цена.txt", b"a price\n"), ("gone.txt", b"gone\n")):
            kept = files.keep("deal", deals[1].pk, SimpleUploadedFile(name, content), by=seller)
        files.remove(kept)
        own_file = files.keep("deal", 0, SimpleUploadedFile("own.txt", b"own\n"), by=seller, field="own_files")
        writing.change(schema.type("deal"), deals[1].pk, {"own_files": [own_file.pk]}, by=seller, via="page")


def load_files(people):
    """One import that is done, with a refused row; one that waits for a choice; one that waits for the worker."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from daftar.exchange.models import ImportRun

    page = Client(headers={"User-Agent": "Browser/0.1"})
    page.force_login(people["owner"])
    few = "id,name,amount,company\nA1,One,100,Acme\nA2,Two,lots,\nA3,Three,300,\n"
    choices = {
        "mapped": "1", "column-0": "@id", "column-1": "name", "column-2": "amount", "column-3": "company", "system": "old",
        "unknown_link": "create", "unknown_choice": "report", "unknown_person": "report", "decimal": ".", "match": "",
        "do": "rehearse",
    }  # fmt: skip

    def upload(path, name, text):
        answer = page.post(path, {"file": [SimpleUploadedFile(name, text.encode(), "text/csv")]})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    place = upload("/deals/import/", "deals.csv", few)
    page.post(place, choices)
    page.post(place, {"do": "load"})
    upload("/companies/import/", "waiting.csv", "name,city\nOne,Berlin\nTwo,Paris\n")
    place = upload("/companies/import/", "many.csv", "name\n" + "".join(f"Firm {n}\n" for n in range(1001)))
    page.post(place, {"mapped": "1", "column-0": "name", "decimal": ".", "do": "load"})
    assert sorted(ImportRun.objects.values_list("state", flat=True)) == ["done", "mapping", "running"]


def leave_traces(people):
    """What stands in the small tables: taste of a page, notices that were seen."""
    from daftar.activities.models import Notice
    from daftar.kernel import clock

    Notice.objects.filter(pk__in=Notice.objects.values_list("pk")[:1]).update(seen_at=clock.now())
    assert Notice.objects.filter(seen_at__isnull=True).exists()
    assert people


def do_jobs():
    """The worker has run here: repeating jobs have their times, a worker was seen."""
    from daftar.kernel import jobs

    jobs.seen("1-worker-of-0-1")
    jobs.run_due_jobs(jobs.find_jobs())
