from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0006_invitation")]

    operations = [
        migrations.AddField(
            model_name="user", name="photo", field=models.CharField(blank=True, default="", max_length=64)
        )
    ]
