"""Articles without a first day in force become unverified at once, before the next rebuild."""

import uuid

from django.db import migrations, models

STATUSES = [
    ("", "无时效"),
    ("in_force", "现行有效"),
    ("unverified", "效力待核实"),
    ("upcoming", "尚未施行"),
    ("expired", "已失效"),
    ("repealed", "已废止"),
]


def _move(apps, old, new):
    documents = apps.get_model("search_index", "IndexedDocument").objects
    if documents.filter(kind="article", status=old).update(status=new):
        apps.get_model("search_index", "IndexState").objects.update(stamp=uuid.uuid4().hex)


def mark(apps, schema_editor):
    _move(apps, "", "unverified")


def unmark(apps, schema_editor):
    _move(apps, "unverified", "")


class Migration(migrations.Migration):
    dependencies = [("search_index", "0003_field_terms")]

    operations = [
        migrations.AlterField(
            model_name="indexeddocument",
            name="status",
            field=models.CharField(blank=True, choices=STATUSES, max_length=20),
        ),
        migrations.RunPython(mark, unmark),
    ]
