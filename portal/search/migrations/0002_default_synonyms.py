"""The synonyms that the site begins with; officials change them in the admin."""

from pathlib import Path

from django.db import migrations

DEFAULTS = Path(__file__).resolve().parent.parent / "default_synonyms.txt"


def load(apps, schema_editor):
    group = apps.get_model("search_index", "SynonymGroup")
    lines = DEFAULTS.read_text("utf-8").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    group.objects.bulk_create([group(words=line) for line in dict.fromkeys(words)])


def unload(apps, schema_editor):
    """Going back drops the table anyway."""


class Migration(migrations.Migration):
    dependencies = [("search_index", "0001_initial")]

    operations = [migrations.RunPython(load, unload)]
