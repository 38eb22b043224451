from django.conf import settings
from django.db import migrations, models

import daftar.records.query.sort_index


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0001_initial"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_stage_amount",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_amount",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_expected",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_closed",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_next",
        ),
        migrations.RemoveIndex(
            model_name="lead",
            name="lead_next",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=daftar.records.query.sort_index.SortIndex(
                fields=["stage", "amount_base", "id"], name="deal_stage_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=daftar.records.query.sort_index.SortIndex(fields=["amount_base", "id"], name="deal_amount"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=daftar.records.query.sort_index.SortIndex(fields=["expected_close", "id"], name="deal_expected"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=daftar.records.query.sort_index.SortIndex(fields=["closed_on", "id"], name="deal_closed"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=daftar.records.query.sort_index.SortIndex(fields=["next_at", "id"], name="deal_next"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["stage", "owner", "amount_base", "amount", "deleted_at"],
                name="deal_board",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=daftar.records.query.sort_index.SortIndex(fields=["next_at", "id"], name="lead_next"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["stage", "owner", "amount_base", "amount", "deleted_at"],
                name="lead_board",
            ),
        ),
    ]
