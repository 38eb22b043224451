from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_kept_for")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail", name="attached", field=models.CharField(blank=True, default="", max_length=80)
        ),
    ]
