"""Until when an edition held at least whose end nobody knows. Filled in by the next import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0004_gists")]

    operations = [
        migrations.AddField(
            "edition",
            "replaced_on",
            models.DateField(
                blank=True, editable=False, null=True, verbose_name="被新版本取代的日期"
            ),
        ),
    ]
