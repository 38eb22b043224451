from django.db import migrations, models


class Migration(migrations.Migration):
    """An import may bring the files that the cells of its table name."""

    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="attached",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
