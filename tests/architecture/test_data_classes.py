"""Every stored column says how sensitive it is (security rule 7.1)."""

from daftar.access.models import ApiKey, AuditDetail, User
from daftar.crm.models import Company, Contact
from daftar.kernel import data_classes
from daftar.records.fields import KINDS


def test_every_column_has_a_class():
    assert data_classes.troubles() == []


def test_every_field_kind_has_a_class():
    assert {kind.data_class for kind in KINDS.values()} <= set(data_classes.CLASSES)


def test_the_class_of_a_declared_field_is_that_of_its_column():
    assert data_classes.class_of(Contact, "birthday") == "personal"
    assert data_classes.class_of(Contact, "phones") == "personal"
    assert data_classes.class_of(Company, "revenue_currency") == "internal"


def test_passwords_and_keys_are_secret():
    assert data_classes.class_of(User, "password") == "secret"
    assert data_classes.class_of(ApiKey, "hash") == "secret"
    assert data_classes.class_of(AuditDetail, "body") == "personal"


def test_a_column_without_a_class_or_a_wrong_word_would_be_found(monkeypatch):
    from daftar.access import data_classes as table

    monkeypatch.setitem(table.TABLE, "Office", {"internal": "nmae", "harmless": "name"})

    assert data_classes.troubles() == [
        "access.Office.name: no class",
        "access.Office: nmae is no column",
        "access.Office: harmless is no class",
    ]
