from __future__ import annotations

import csv
import io

from daftar.access.models import User


def test_import_and_export_by_word(shop):
    file = shop.file("name;amount;expected close\nOne;1 200,50;3/1/2017\nTwo;5;13/13/2017\n", "deals.csv", "utf-16")
    refused = shop.folder / "refused.csv"
    code, said = shop.command(
        "import",
        "deal",
        file,
        "--date-order",
        "mdy",
        "--refused",
        refused,
        "--map",
        shop.map_file(columns={"name": "name", "amount": "amount", "expected close": "expected_close"}, decimal=","),
    )

    assert code == 1
    assert "UTF-16" in said
    assert "amount → amount" in said
    assert "line 3" in said
    assert shop.rows("deal").get().amount == 1200.50
    rows = list(csv.reader(io.StringIO(refused.read_text())))
    assert rows[0] == ["name", "amount", "expected close", "why"]
    assert rows[1][:3] == ["Two", "5", "13/13/2017"]

    out = shop.folder / "out.csv"
    assert shop.command("export", "deal", "--view", "?cols=amount", "--out", out)[0] == 0
    assert out.read_text() == "Name,Amount\nOne,1200.5000 USD\n" or out.read_text().startswith(
        "Name,Amount\nOne,1200.5"
    )
    assert shop.command("export", "deals", "--view", "cols=amount")[1].replace("\r", "") == out.read_text().replace(
        "\r", ""
    )


def test_rehearse_and_create_missing(shop):
    file = shop.file("name,company,owner\nOne,Acme,Boris\n")
    words = ("import", "deal", file, "--create-missing")
    assert shop.command(*words, "--rehearse")[0] == 0
    assert not shop.rows("deal").exists()
    assert not User.objects.filter(name="Boris").exists()
    assert shop.command(*words)[0] == 0
    assert shop.rows("deal").get().company.name == "Acme"
    assert shop.command("import", "deal", shop.file("name\nTwo\n"), "--owner", "nobody")[0] == 0
    assert shop.rows("deal").get(name="Two").owner is None
    assert shop.command("import", "deal", shop.file("name\nThree\n"), "--owner", "Zoe")[0] == 2


def test_what_cannot_be_read_ends_with_2(shop):
    fine = shop.file("name\nOne\n", "fine.csv")
    for words, said in [
        (("import", "deal", shop.file("", "empty.csv")), "empty"),
        (("import", "deal", shop.folder / "none.csv"), "no file"),
        (("import", "moon", fine), "moon"),
        (("import", "deal", fine, "--encoding", "klingon"), "klingon"),
        (("import", "deal", fine, "--as", "nobody@shop.example"), "nobody"),
        (("import", "deal", fine, "--as", "sara@shop.example"), "not allowed"),
        (("import", "deal", fine, "--map", shop.file("{", "map.json")), "map.json"),
        (("import", "--recipe", "nothing", shop.folder), "opportunities"),
        (("export", "moon"), "moon"),
        (("export", "deal", "--view", "colour=red"), "colour"),
        (("export", "deal", "--as", "sara@shop.example"), "not allowed"),
    ]:
        code, told = shop.command(*words)
        assert (code, said in told) == (2, True), told
    assert not shop.rows("deal").exists()
