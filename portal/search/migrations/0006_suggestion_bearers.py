"""A suggestion belongs to a kind and a division, so that it can go with what bears it.

Other names of documents that are indexed already are known from the next rebuild on.
"""

from django.db import migrations, models

AT_ONCE = 500


def tell_divisions(apps, schema_editor):
    """A suggestion takes the division of a document of its kind that has it as title."""
    documents = apps.get_model("search_index", "IndexedDocument").objects.filter(live=True)
    suggestions = apps.get_model("search_index", "Suggestion").objects
    texts = {}
    values = documents.exclude(region_code="").values_list(
        "generation", "kind", "region_code", "short_title"
    )
    for generation, kind, region, title in values.distinct():
        texts.setdefault((generation, kind, region), []).append(title)
    for (generation, kind, region), titles in texts.items():
        rows = suggestions.filter(generation=generation, kind=kind, region_code="")
        for start in range(0, len(titles), AT_ONCE):
            some = titles[start : start + AT_ONCE]
            rows.filter(text__in=some).update(region_code=region)


def keep_one_a_text(apps, schema_editor):
    """Back to one suggestion for each text, whatever bears it."""
    suggestions = apps.get_model("search_index", "Suggestion").objects
    first = suggestions.values("generation", "text").annotate(first=models.Min("pk"))
    suggestions.exclude(pk__in=first.values("first")).delete()


class Migration(migrations.Migration):
    dependencies = [("search_index", "0005_gists")]

    operations = [
        migrations.AddField(
            model_name="indexeddocument",
            name="aliases",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="suggestion",
            name="region_code",
            field=models.CharField(blank=True, default="", max_length=12),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="suggestion", name="suggestion_once"),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(
                fields=["generation", "text", "kind", "region_code"], name="suggestion_once"
            ),
        ),
        migrations.RunPython(tell_divisions, keep_one_a_text),
    ]
