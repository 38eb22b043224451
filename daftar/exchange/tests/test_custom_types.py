"""Records of a type that the company made are loaded and written like those that ship."""

from daftar.records import custom_types
from daftar.records.custom_types import FirstField
from daftar.records.models import Entity

ROWS = "name,kind,worth,company,stage\nRent of the hall,Rent,1200 USD,Acme,New\nCleaning,Service,80 USD,,Won\nNothing,Odd,1,,New\n"


def test_a_made_type_is_loaded_and_written_again(shop):
    fields = [
        FirstField("Kind", "choice", options=("Rent", "Service")), FirstField("Worth", "money"),
        FirstField("Company", "link", to="company"),
    ]  # fmt: skip
    row = custom_types.add_type("contract", "contracts", by=shop.olga, staged=True, fields=fields)

    code, said = shop.command("import", "contracts", shop.file(ROWS), "--create-missing")

    rows = Entity.objects.filter(type=row.key).order_by("pk")
    assert code in (0, 1), said
    assert [r.title for r in rows][:2] == ["Rent of the hall", "Cleaning"]
    type_ = shop.type(row.key)
    assert type_["kind"].get(rows[0]) == "rent" and type_["worth"].get(rows[0]).amount == 1200
    assert type_["company"].get(rows[0]) == shop.rows("company").get(name="Acme").pk
    assert type_.schema.stage(rows[1].stage_id).kind == "won"
    text = shop.command("export", "contracts", "--view", "?cols=kind,company&sort=name")[1]
    assert "Rent of the hall,Rent,Acme" in text
    assert shop.command("import", "contracts", shop.file(ROWS), "--rehearse")[0] in (0, 1)
    assert rows.count() == len(rows)
