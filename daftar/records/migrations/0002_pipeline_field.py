from django.db import migrations, models


class Migration(migrations.Migration):
    """A pipeline belongs to a type and one of its stage fields; those that are there, to the declared one."""

    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="pipeline",
            name="field",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
