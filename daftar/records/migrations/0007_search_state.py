from django.db import migrations, models


class Migration(migrations.Migration):
    """How far the search texts that are there were written anew; each row is, by a job, after the update."""

    dependencies = [("records", "0006_bulk_runs")]

    operations = [
        migrations.CreateModel(
            name="SearchState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=64, unique=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("written_to", models.BigIntegerField(default=0)),
            ],
        ),
    ]
