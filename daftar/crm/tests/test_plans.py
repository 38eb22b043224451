"""How the databases find what lists and boards show: along an index, never by sorting or reading everything."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Row


@pytest.fixture
def plans(shop, at):
    """`plans("/deals/", "ORDER BY")` are the plans of the statements of a page that say this and read deals or leads."""

    def of(path, *words, alone=False):
        client = at(shop.olga)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        table = f'FROM "crm_{path[1:5]}"'
        found = [
            q["sql"] for q in seen.captured_queries if table in q["sql"] and all(word in q["sql"] for word in words)
        ]
        assert found, f"{path} asks nothing like {words}"
        return [explained(sql, alone) for sql in found]

    return of


def explained(sql, alone):
    """The plan; `alone` for what an index is to answer without the table."""
    with connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # whatever the size of the table: what it can do, not what it likes better
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            if alone:
                look_as_if_vacuumed(cursor)
            cursor.execute(f"EXPLAIN (COSTS OFF) {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def look_as_if_vacuumed(cursor):
    """Rows of an open transaction are not yet known to be seen by all, for which reason an index alone would save nothing."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        pytest.skip("only a superuser may say that a table was vacuumed")
    cursor.execute(
        "UPDATE pg_class SET relpages = 1, relallvisible = 1 WHERE oid IN ('crm_deal'::regclass, 'crm_lead'::regclass)"
    )


@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize(
    ("path", "field", "index"),
    [
        ("/deals/", "amount", "deal_amount"),
        ("/deals/", "expected_close", "deal_expected"),
        ("/deals/", "closed_on", "deal_closed"),
        ("/deals/", "next_step", "deal_next"),
        ("/deals/", "created_at", "deal_created"),
        ("/leads/", "next_step", "lead_next"),
    ],
)
def test_a_list_walks_the_index_of_its_order(plans, path, field, index, way):
    for plan in plans(f"{path}?sort={way}{field}", "LIMIT", "sort_value"):
        assert index in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("slug", ["deals", "leads"])
def test_the_numbers_of_a_board_come_from_an_index_alone(plans, slug):
    for plan in plans(f"/{slug}/board/", "GROUP BY", alone=True):
        # Both indexes hold all the numbers; over a small table PostgreSQL takes either.
        assert f"{slug[:-1]}_board" in plan or f"{slug[:-1]}_owned" in plan
        assert "COVERING INDEX" in plan or "Index Only Scan" in plan


@pytest.mark.parametrize("by", ["expected_close", "created_at"])
def test_the_days_of_a_calendar_are_found_along_the_index_of_their_date(plans, by):
    if connection.vendor == "postgresql":
        pytest.skip("over a table of few rows it likes any index as well")
    index = {"expected_close": "COVERING INDEX deal_days", "created_at": "deal_created"}[by]
    for plan in plans(f"/deals/calendar/?by={by}", "GROUP BY"):
        assert index in plan


def test_no_save_pays_for_an_index_that_nobody_asks(db):
    with connection.cursor() as cursor:
        for model in [kept for kept in apps.get_models() if issubclass(kept, Row)]:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
            alone = [told["columns"] for told in found if told["index"] and len(told["columns"] or ()) == 1]
            assert not [columns for columns in alone if columns[0] in ("owner_id", "changed_by_id", "deleted_by_id")]
