"""A field becomes another kind while others write to it: nothing is lost, nothing is half, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from daftar.access.models import Role, User
from daftar.kernel.errors import Conflict, Invalid
from daftar.records import custom_fields, reading, writing
from daftar.records.models import Event, Retyping
from daftar.records.reader import Reader
from daftar.records.retyping import runs
from daftar.records.schema import current_schema, install_pipelines

WRITERS, DEALS = 6, 24


def deals():
    return current_schema().type("deal")


@pytest.mark.django_db(transaction=True)
def test_no_edit_is_lost_while_the_kind_changes(monkeypatch):
    install_pipelines()
    owner = User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)
    key = custom_fields.add_field(deals(), "text", "Revenue", by=owner).key
    ids = [writing.create(deals(), {"name": f"Deal {n}", key: str(n)}, by=owner, via="page").pk for n in range(DEALS)]
    monkeypatch.setattr(runs, "BATCH", 20)
    over, last, refused = threading.Event(), {}, []

    def write(n):
        """Type into one's own deals, as a page does: read by the field of the moment, saved a moment later."""
        try:
            person, mine, turn = User.objects.get(pk=owner.pk), ids[n::WRITERS], 0
            while not over.is_set() and turn < 400:
                turn += 1
                type_, id_ = deals(), mine[turn % len(mine)]
                typed = str(1000 * n + turn)
                try:
                    writing.change(type_, id_, {key: type_[key].parse(typed, Reader(person))}, by=person, via="page")
                    last[id_] = typed
                except (Conflict, Invalid) as problem:
                    refused.append(str(problem))
        finally:
            connection.close()

    def turn_over():
        try:
            run = runs.begin(deals(), key, "whole", {}, by=owner, agreed=0)
            assert run.state == Retyping.State.DONE, run.problem
            back = runs.begin_undo(run, by=owner)
            assert back.state == Retyping.State.DONE, back.problem
            again = runs.begin(deals(), key, "whole", {}, by=owner, agreed=0)
            assert again.state == Retyping.State.DONE, again.problem
        finally:
            over.set()
            connection.close()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        work = [pool.submit(write, n) for n in range(WRITERS)] + [pool.submit(turn_over)]
        for one in work:
            one.result(timeout=120)

    field = deals()[key]
    assert field.kind == "whole"
    kept = {row.pk: field.get(row) for row in reading.of_type(deals()).filter(pk__in=ids)}
    assert {id_: kept[id_] for id_ in last} == {id_: int(typed) for id_, typed in last.items()}
    assert {id_: kept[id_] for id_ in ids if id_ not in last} == {
        id_: n for n, id_ in enumerate(ids) if id_ not in last
    }
    assert all("another kind of field" in said for said in refused)
    assert len(last) > 5
    assert not Event.objects.filter(data__why="retyped").exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_that_died_goes_on_and_does_nothing_twice(monkeypatch):
    install_pipelines()
    owner = User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)
    key = custom_fields.add_field(deals(), "text", "Revenue", by=owner).key
    ids = [
        writing.create(deals(), {"name": f"Deal {n}", key: str(n) if n else "no"}, by=owner, via="page").pk
        for n in range(9)
    ]
    monkeypatch.setattr(runs, "BATCH", 4)

    class Died(Exception):
        pass

    before = runs.become

    def die(*_args, **_kwargs):
        raise Died

    monkeypatch.setattr(runs, "become", die)
    with pytest.raises(Died):
        runs.begin(deals(), key, "whole", {}, by=owner, agreed=1)
    assert deals()[key].kind == "text"
    assert not Event.objects.filter(data__why="retyped").exists()
    monkeypatch.setattr(runs, "become", before)

    runs.carry_out(Retyping.objects.get().pk)
    runs.carry_out(Retyping.objects.get().pk)

    assert deals()[key].kind == "whole"
    assert Event.objects.filter(data__why="retyped").count() == 1
    field = deals()[key]
    assert [field.get(row) for row in reading.of_type(deals()).filter(pk__in=ids).order_by("pk")] == [
        None,
        *range(1, 9),
    ]
