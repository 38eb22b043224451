"""Profile, photo, working hours and absence: who may change them, what is refused, where it shows."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from daftar.access import decide, photos
from daftar.access.models import Department, Role, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.records import profiles, writing
from daftar.records.models import Event
from daftar.records.schema import current_schema

NOON = "2026-08-10T12:00:00Z"


def picture(kind="PNG", size=(400, 300), name="me.png", **options):
    made = BytesIO()
    Image.new("RGB", size, "red").save(made, kind, **options)
    return SimpleUploadedFile(name, made.getvalue())


@pytest.fixture
def team(owner, seller):
    """Sara's department with its head Hana; Reza sells beside her."""
    place = Department.objects.create(name="Trade")
    made = {
        name: User.objects.create_user(f"{name}@oak.example", "rain on copper", name=name.capitalize(), role=role)
        for name, role in (("hana", Role.HEAD), ("reza", Role.SELLER), ("far", Role.HEAD))
    }
    place.head = made["hana"]
    place.save()
    User.objects.filter(pk__in=[seller.pk, made["reza"].pk]).update(department=place)
    seller.refresh_from_db()
    return made


def away(first="2026-08-01", last="2026-08-14", substitute=None):
    days = [dt.date.fromisoformat(day) if day else None for day in (first, last)]
    return {"absent_from": days[0], "absent_until": days[1], "substitute": substitute}


def hours(**days):
    typed = {}
    for n in range(7):
        first, last = days.get(f"d{n}", ("", ""))
        typed |= {f"hours.{n}.from": first, f"hours.{n}.to": last}
    return typed


# -- profile -------------------------------------------------------------------------------------------


def test_everybody_changes_their_own_profile(client, seller):
    client.force_login(seller)
    form = {
        "position": "Senior seller", "phones.value": "(212) 555-0123", "phones.label": "work", "lists": "phones", "back": "/me/",
        **hours(d0=("9:00", "18:00"), d3=("10:30", "16:00")),
    }  # fmt: skip

    answer = client.post(f"/people/{seller.pk}/profile", form)

    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    seller.refresh_from_db()
    assert seller.position == "Senior seller"
    assert seller.phones == [{"value": "+12125550123", "label": "work"}]
    assert seller.working_hours == {"0": ["09:00", "18:00"], "3": ["10:30", "16:00"]}
    page = client.get("/me/").content.decode()
    assert "Senior seller" in page
    assert 'value="10:30"' in page
    assert Event.objects.filter(type="user", record_id=seller.pk, by=seller).count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (hours(d1=("18:00", "09:00")), "must end after"),
        (hours(d1=("09:00", "")), "both times"),
        (hours(d1=("25:00", "26:00")), "both times"),
        (hours(d1=("09:00", "09:00")), "must end after"),
        ({"phones.value": "12", "phones.label": ""}, "field__error"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_at_the_field(client, seller, changes, said):
    client.force_login(seller)

    answer = client.post(f"/people/{seller.pk}/profile", {"position": "X", **changes})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    seller.refresh_from_db()
    assert seller.position == ""


def test_times_are_read_in_persian_digits():
    assert profiles.checked_hours({"0": ("۰۹:۰۰", "۱۷:۳۰")}) == {"0": ["09:00", "17:30"]}


def test_nobody_changes_a_colleagues_profile(client, seller, team):
    client.force_login(team["reza"])

    for path in ("profile", "photo", "away"):
        assert client.post(f"/people/{seller.pk}/{path}", {"position": "King"}).status_code == 403
    assert client.get(f"/people/{seller.pk}/away").status_code == 403


def test_those_who_run_the_company_change_everybodys(chief_client, seller):
    assert chief_client.post(f"/people/{seller.pk}/profile", {"position": "Lead", **hours()}).status_code == 302
    seller.refresh_from_db()
    assert seller.position == "Lead"
    assert "Leaver" in chief_client.get(f"/settings/people/{seller.pk}/").content.decode()


# -- photo ---------------------------------------------------------------------------------------------


def test_a_photo_is_cut_square_and_written_anew(client, seller, owner, settings, tmp_path):
    settings.DATA = tmp_path
    client.force_login(seller)
    exif = Image.Exif()
    exif[0x010E] = "secret place"

    assert client.post(f"/people/{seller.pk}/photo", {"photo": picture("JPEG", exif=exif)}).status_code == 302

    seller.refresh_from_db()
    kept = (tmp_path / "files" / seller.photo).read_bytes()
    with Image.open(BytesIO(kept)) as image:
        assert (image.size, image.format) == ((photos.SIDE, photos.SIDE), "JPEG")
    assert b"secret place" not in kept
    client.force_login(owner)
    served = client.get(seller.photo_address)
    assert served["Content-Type"] == "image/jpeg"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert b"".join(served.streaming_content) == kept
    client.logout()
    assert client.get(seller.photo_address).status_code == 302


def test_a_new_photo_takes_the_place_of_the_old(client, seller, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.DATA = tmp_path
    first = profiles.set_photo(seller.pk, picture(), by=seller).photo
    with django_capture_on_commit_callbacks(execute=True):
        second = profiles.set_photo(seller.pk, picture("GIF"), by=seller).photo
    with django_capture_on_commit_callbacks(execute=True):
        profiles.set_photo(seller.pk, None, by=seller)
    client.force_login(seller)

    assert first != second
    assert not list((tmp_path / "files").iterdir())
    assert client.get(f"/photos/{second}").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
def test_what_is_no_picture_is_refused(client, seller, content):
    client.force_login(seller)

    answer = client.post(f"/people/{seller.pk}/photo", {"photo": SimpleUploadedFile("me.png", content)})

    assert answer.status_code == 422
    assert "no picture" in answer.content.decode()


@pytest.mark.parametrize("name", ["../secret", "x.jpg", "0" * 32 + ".jpg", "%2e%2e%2fdb.sqlite3"])
def test_only_photos_are_served_from_there(client, seller, name):
    client.force_login(seller)

    assert client.get(f"/photos/{name}").status_code == 404


# -- absence -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["seller", "owner", "hana"])
def test_the_person_their_head_and_the_company_say_who_is_away(seller, owner, team, who):
    by = {"seller": seller, "owner": owner, **team}[who]
    by.refresh_from_db()

    profiles.set_absence(seller.pk, away(substitute=team["reza"].pk), by=by)

    seller.refresh_from_db()
    assert (seller.substitute, seller.absent_until) == (team["reza"], dt.date(2026, 8, 14))


@pytest.mark.parametrize("who", ["reza", "far"])
def test_nobody_else_does(seller, team, who):
    with pytest.raises(NotAllowed):
        profiles.set_absence(seller.pk, away(), by=team[who])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (away("2026-08-14", "2026-08-01"), "absent_until"),
        (away("", "2026-08-01"), "absent_from"),
        (away(substitute="self"), "substitute"),
        (away(substitute="away"), "substitute"),
        (away("2026-08-14", "", substitute="away"), "substitute"),
        (away(substitute="gone"), "substitute"),
        (away(substitute=99_999), "substitute"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(seller, team, values, field):
    profiles.set_absence(team["reza"].pk, away("2026-08-14", ""), by=team["reza"])
    User.objects.filter(pk=team["far"].pk).update(is_active=False)
    people = {"self": seller.pk, "away": team["reza"].pk, "gone": team["far"].pk}
    values = {**values, "substitute": people.get(values["substitute"], values["substitute"])}

    with pytest.raises(Invalid) as refused:
        profiles.set_absence(seller.pk, values, by=seller)

    assert list(refused.value.errors) == [field]


def test_who_is_back_in_time_may_stand_in(seller, team):
    profiles.set_absence(team["reza"].pk, away("2026-07-01", "2026-07-31"), by=team["reza"])

    profiles.set_absence(seller.pk, away(substitute=team["reza"].pk), by=seller)

    seller.refresh_from_db()
    assert seller.substitute == team["reza"]


def test_the_substitute_reaches_what_is_theirs_until_it_ends(client, seller, team):
    deal = writing.create(current_schema().type("deal"), {"name": "Roof"}, by=seller, via="page")
    client.force_login(team["reza"])
    with clock.frozen(NOON):
        assert client.get(f"/deals/{deal.pk}/").status_code == 404
        profiles.set_absence(seller.pk, away(substitute=team["reza"].pk), by=seller)
        assert client.get(f"/deals/{deal.pk}/").status_code == 200
        assert decide.may(User.objects.get(pk=team["reza"].pk), "change", "deal", deal)
    client.force_login(seller)
    assert client.post(f"/people/{seller.pk}/away", {"end": "1"}).status_code == 302
    client.force_login(team["reza"])
    with clock.frozen(NOON):
        assert client.get(f"/deals/{deal.pk}/").status_code == 404


def test_an_absence_shows_where_people_look(chief_client, seller, team, owner):
    profiles.set_absence(seller.pk, away(substitute=team["reza"].pk), by=seller)
    writing.create(current_schema().type("deal"), {"name": "Roof", "owner": seller.pk}, by=owner, via="page")
    with clock.frozen(NOON):
        pages = [chief_client.get(p).content.decode() for p in ("/deals/", "/lookup/user?q=sara", "/settings/people/")]
    later = chief_client.get("/lookup/user?q=sara").content.decode()

    for page in pages:
        assert "Away until" in page
        assert "Reza stands in" in page
    assert "Away until" not in later


def test_names_photos_and_absences_of_a_list_are_one_query(chief_client, seller, owner, django_assert_max_num_queries):
    deal = current_schema().type("deal")
    for n in range(3):
        writing.create(deal, {"name": f"A{n}", "owner": seller.pk}, by=owner, via="page")
    chief_client.get("/deals/")
    with django_assert_max_num_queries(40) as few:
        chief_client.get("/deals/")
    for n in range(20):
        person = User.objects.create_user(f"p{n}@oak.example", "rain on copper", name=f"P{n}", substitute=seller)
        writing.create(deal, {"name": f"B{n}", "owner": person.pk}, by=owner, via="page")
    with django_assert_max_num_queries(len(few)):
        chief_client.get("/deals/")


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_pages_are_drawn_in_every_language(client, seller, language):
    User.objects.filter(pk=seller.pk).update(language=language)
    client.force_login(seller)

    for page in ("/me/", f"/people/{seller.pk}/away", f"/people/{seller.pk}/"):
        assert f'lang="{language}"' in client.get(page).content.decode()
