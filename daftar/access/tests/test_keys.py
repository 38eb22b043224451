"""Keys for programs: what they open, what they never open, and who makes and ends them."""

import json
from datetime import timedelta

import pytest

from daftar.access import bearer, keys
from daftar.access.models import ApiKey, AuditEntry, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing, NotAllowed


@pytest.fixture(autouse=True)
def fresh_counter(monkeypatch):
    monkeypatch.setattr(bearer, "counter", bearer.Counter())


@pytest.fixture
def sara(company):
    return User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER)


def opened(raw, address="192.0.2.7"):
    return keys.authenticate_key(raw, address)


def call(client, raw, **more):
    return client.get("/api/me", HTTP_AUTHORIZATION=f"Bearer {raw}", **more)


# -- opening ------------------------------------------------------------------------------------------


def test_a_key_acts_as_its_person_and_only_its_hash_is_kept(sara):
    key, raw = keys.make_key("Website", by=sara)

    assert opened(raw).user == sara
    assert raw.startswith(f"daftar_{key.pk}_") and len(raw.split("_", 2)[2]) >= 43
    assert raw.split("_", 2)[2] not in json.dumps(list(ApiKey.objects.values()), default=str)


def test_every_wrong_key_reads_the_same(sara):
    key, raw = keys.make_key("Website", by=sara)
    expiring, expired = keys.make_key("Old", by=sara, expires_at=clock.now() + timedelta(hours=1))
    _key, elsewhere = keys.make_key("Elsewhere", by=sara, networks=["198.51.100.0/24"])
    _key, revoked = keys.make_key("Revoked", by=sara)
    keys.revoke_key(_key.pk, by=sara)
    with clock.frozen(clock.now() + timedelta(days=1)):
        said = set()
        for wrong in (
            raw[:-1] + "~",
            raw[:-2],
            f"daftar_{key.pk + 99}_{'A' * 43}",
            expired,
            elsewhere,
            revoked,
            "",
            "x" * 9_000,
        ):
            with pytest.raises(keys.WrongKey) as problem:
                opened(wrong)
            said.add((str(problem.value.sentence), problem.value.status))

    assert len(said) == 1
    assert expiring.state() == "expiring"


@pytest.mark.parametrize("change", [{"is_active": False}, {"deleted_at": clock.now()}])
def test_who_is_disabled_has_no_keys_from_that_moment(client, sara, change):
    _key, raw = keys.make_key("Website", by=sara)
    assert call(client, raw).status_code == 200
    User.objects.filter(pk=sara.pk).update(**change)

    assert call(client, raw).status_code == 401


@pytest.mark.parametrize(
    ("networks", "address", "is_allowed"),
    [
        ([], "203.0.113.9", True),
        (["192.0.2.0/24"], "192.0.2.200", True),
        (["192.0.2.0/24"], "192.0.3.1", False),
        (["192.0.2.7"], "::ffff:192.0.2.7", True),
        (["2001:db8::/32"], "2001:db8:1::5", True),
        (["2001:db8::/32"], "192.0.2.7", False),
        (["192.0.2.0/24"], "nonsense", False),
    ],
)
def test_a_key_opens_only_from_its_networks(sara, networks, address, is_allowed):
    _key, raw = keys.make_key("Website", by=sara, networks=networks)

    if is_allowed:
        assert opened(raw, address)
    else:
        with pytest.raises(keys.WrongKey):
            opened(raw, address)


def test_scopes_cut_down_and_never_add(sara, owner):
    _key, raw = keys.make_key("Reader", by=sara, scopes={"deal": ["see", "export"], "lead": ["see"]})
    _key, wide = keys.make_key("Wide", by=sara, scopes={"*": ["see", "delete", "export"]})
    grant = opened(raw)

    assert grant.allows("see", "deal")
    assert not grant.allows("add", "deal")
    assert not grant.allows("see", "contact")
    assert not grant.allows("export", "deal")  # a seller may not export, whatever the key says
    assert opened(wide).allows("see", "company")


def test_a_renewed_key_opens_by_its_new_text_alone(sara):
    key, old = keys.make_key("Website", by=sara)
    _key, new = keys.rotate_key(key.pk, by=sara)

    assert opened(new).key == key
    with pytest.raises(keys.WrongKey):
        opened(old)


def test_use_is_written_at_most_once_a_minute(sara, django_assert_num_queries):
    _key, raw = keys.make_key("Website", by=sara)
    with clock.frozen("2026-03-01 10:00"):
        opened(raw)
    with clock.frozen("2026-03-01 10:00:30"), django_assert_num_queries(1):
        opened(raw)
    with clock.frozen("2026-03-01 10:02"):
        opened(raw)

    assert ApiKey.objects.get(used_from="192.0.2.7").used_at.minute == 2


def test_a_new_address_is_an_audit_entry(sara):
    _key, raw = keys.make_key("Website", by=sara)
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
        opened(raw, address)

    assert list(AuditEntry.objects.values_list("what", flat=True).order_by("number")) == ["key_made", "key_new_address"]


# -- making and ending ----------------------------------------------------------------------------------


def test_only_those_who_run_the_company_make_keys_for_others(sara, owner):
    admin = User.objects.create_user("ada@oak.example", "x y z long", name="Ada", role=Role.ADMINISTRATOR)

    assert keys.make_key("Robot", by=owner, user=sara)[0].is_service
    with pytest.raises(NotAllowed):
        keys.make_key("Robot", by=sara, user=owner)
    with pytest.raises(NotAllowed):
        keys.make_key("Robot", by=admin, user=owner)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("networks", {"networks": ["not a network"]}),
        ("networks", {"networks": ["192.0.2.1"] * 51}),
        ("scopes", {"scopes": {"deal": ["rule"]}}),
        ("expires_at", {"expires_at": clock.now() - timedelta(days=1)}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(sara, field, values):
    with pytest.raises(Invalid) as refused:
        keys.make_key(**{"name": "Website", **values}, by=sara)
    assert list(refused.value.errors) == [field]


def test_a_foreign_key_does_not_exist(sara, owner):
    other = User.objects.create_user("reza@oak.example", "rain on copper", name="Reza", role=Role.SELLER)
    key, raw = keys.make_key("Mine", by=other)
    service, _raw = keys.make_key("Robot", by=owner, user=sara)

    for key_id in (key.pk, service.pk, 987_654):
        with pytest.raises(Missing):
            keys.revoke_key(key_id, by=sara)
    keys.revoke_key(key.pk, by=owner)
    with pytest.raises(keys.WrongKey):
        opened(raw)


def test_who_leaves_leaves_no_key(sara, owner):
    raws = [keys.make_key(f"n{n}", by=sara)[1] for n in range(3)]

    assert keys.revoke_keys_of(sara, by=owner) == 3
    for raw in raws:
        with pytest.raises(keys.WrongKey):
            opened(raw)


# -- over the wire ----------------------------------------------------------------------------------------


def test_api_me_tells_who_the_key_is_and_what_it_may(client, sara):
    _key, raw = keys.make_key("Website", by=sara, scopes={"deal": ["see", "add"]}, propose_only=True)
    answer = call(client, raw)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["acts_as"]["name"] == "Sara"
    assert answer.json()["may"] == {"deal": ["see", "add"]}
    assert answer.json()["key"]["propose_only"] is True


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic c2FyYTp4", "Bearer daftar_1_", "Bearer " + "x" * 5_000, "bearer\tdaftar"],
)
def test_without_a_key_the_answer_is_401_in_json(client, owner, header):
    answer = client.get("/api/me", HTTP_AUTHORIZATION=header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["error"]["code"] == "wrong_key"


def test_a_session_opens_nothing_there_and_a_key_opens_no_page(client, sara):
    _key, raw = keys.make_key("Website", by=sara)
    page = client.get("/me/", HTTP_AUTHORIZATION=f"Bearer {raw}")
    client.force_login(sara)

    assert client.get("/api/me").status_code == 401
    assert page.status_code == 302


def test_guessing_keys_is_slowed_per_network_and_using_one_per_key(client, sara, monkeypatch):
    monkeypatch.setattr(bearer, "CALLS_OF_A_KEY", 3)
    _key, raw = keys.make_key("Website", by=sara)
    used = [call(client, raw).status_code for _n in range(4)]
    guessed = [call(client, "wrong", REMOTE_ADDR="198.51.100.1") for _n in range(31)]

    assert used == [200, 200, 200, 429]
    assert guessed[29].status_code == 401
    assert guessed[30].status_code == 429 and int(guessed[30]["Retry-After"]) > 0


def test_wrong_keys_are_in_the_audit_log(client, sara):
    call(client, "wrong")

    assert AuditEntry.objects.get(what="access_refused").door == "api"


# -- pages ------------------------------------------------------------------------------------------------


def test_a_key_is_made_on_the_page_and_shown_once(client, sara):
    sign_in(client, sara)
    page = client.post(
        "/me/keys/new",
        {
            "name": "Website",
            "rights": "chosen",
            "scope.deal": ["see", "add", ""],
            "scope.lead": [""],
            "networks": "192.0.2.0/24",
        },
    )
    listed = client.get("/me/keys/").content.decode()
    key = ApiKey.objects.get()

    assert f"daftar_{key.pk}_" in page.content.decode()
    assert "Website" in listed and f"daftar_{key.pk}_" not in listed and "never" in listed
    assert key.scopes == {"deal": ["see", "add"]} and key.networks == ["192.0.2.0/24"]


def test_what_cannot_be_taken_stands_at_its_field(client, sara):
    sign_in(client, sara)
    page = client.post("/me/keys/new", {"name": "", "rights": "chosen", "expires_at": "never"})

    assert page.status_code == 422
    assert page.content.decode().count("field__error") >= 2
    assert not ApiKey.objects.exists()


def test_a_service_key_acts_as_the_chosen_person(client, owner, sara):
    sign_in(client, owner)
    client.post("/settings/keys/new", {"name": "Robot", "user": str(sara.pk), "rights": "read"})
    key = ApiKey.objects.get()
    client.post(f"/settings/keys/{key.pk}/revoke")

    assert (key.user, key.is_service, key.scopes) == (sara, True, {"*": ["see", "export"]})
    assert "revoked" in client.get("/settings/keys/").content.decode()
    assert "Robot" not in client.get("/me/keys/").content.decode()


def test_the_empty_list_says_what_a_key_is_for(client, sara):
    client.force_login(sara)

    assert "No keys yet." in client.get("/me/keys/").content.decode()


@pytest.mark.parametrize(
    "page", ["/me/keys/new", "/settings/keys/new", "/me/keys/{}/rotate", "/settings/keys/{}/rotate"]
)
def test_keys_are_made_only_by_who_has_just_shown_who_it_is(client, owner, page):
    key, _raw = keys.make_key("Website", by=owner)
    client.force_login(owner)

    answer = client.post(page.format(key.pk), {"name": "Robot", "rights": "all", "user": str(owner.pk)})

    assert answer.headers["Location"].startswith("/confirm/?next=%2F")
    assert list(ApiKey.objects.values_list("hash", flat=True)) == [key.hash]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_key_that_only_proposes_changes_nothing(client, sara, method):
    _key, raw = keys.make_key("Robot", by=sara, propose_only=True)

    answer = getattr(client, method)("/api/me", HTTP_AUTHORIZATION=f"Bearer {raw}")

    assert answer.status_code == 403
    assert "only proposes" in answer.json()["error"]["message"]
    assert call(client, raw).status_code == 200
