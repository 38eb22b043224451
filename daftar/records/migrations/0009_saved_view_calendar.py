from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_search_words")]

    operations = [
        migrations.AlterField(
            model_name="savedview",
            name="place",
            field=models.CharField(
                choices=[("list", "List"), ("board", "Board"), ("calendar", "Calendar")],
                default="list",
                max_length=16,
            ),
        ),
    ]
