from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="code",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
    ]
