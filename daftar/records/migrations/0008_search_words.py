from django.db import migrations, models

import daftar.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_search_state"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("back", models.CharField(db_index=True, max_length=40)),
                ("checked_at", models.DateTimeField(db_index=True, default=daftar.kernel.clock.now)),
            ],
        ),
    ]
