from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def name_the_records(apps, _schema_editor):
    """Notices of before are about activities: they say now which record each is about."""
    notices = apps.get_model("activities", "Notice")
    about = apps.get_model("activities", "Activity").objects.filter(pk=OuterRef("activity"))
    mine = notices.objects.filter(type="", activity__isnull=False)
    mine.filter(activity__about_id__isnull=False).update(
        type=Subquery(about.values("about_type")[:1]), record_id=Subquery(about.values("about_id")[:1])
    )
    mine.filter(type="").update(type="activity", record_id=F("activity_id"))


def only_what_could_be_told_before(apps, _schema_editor):
    """Going back: notices of before were about activities and of three kinds; the table has no room for others."""
    known = {"kind__in": ("mention", "assigned", "reminder"), "activity__isnull": False}
    apps.get_model("activities", "Notice").objects.exclude(**known).delete()


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_notices_of_every_kind")]

    operations = [migrations.RunPython(name_the_records, only_what_could_be_told_before)]
