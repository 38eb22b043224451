from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0017_custom_types")]

    operations = [
        migrations.AddField(model_name="bulkrun", name="slots", field=models.JSONField(blank=True, default=dict)),
    ]
