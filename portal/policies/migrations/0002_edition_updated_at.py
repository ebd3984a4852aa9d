"""The day of the last change, not only of the import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.RenameField("edition", "imported_at", "updated_at"),
        migrations.AlterField(
            "edition", "updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")
        ),
    ]
