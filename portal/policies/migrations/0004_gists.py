"""Gists of articles; those that are here already get what comes with the software."""

from django.db import migrations, models

from portal.policies.gists import gist_of

BATCH = 500


def fill(apps, schema_editor):
    article = apps.get_model("policies", "Article")
    found = []
    for row in article.objects.only("pk", "text").order_by("pk").iterator(chunk_size=2_000):
        gist = gist_of(row.text)
        if gist.text:
            row.gist, row.asked = gist.text, gist.asked
            found.append(row)
    article.objects.bulk_update(found, ["gist", "asked"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_edit_policy_permission")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="gist",
            field=models.CharField(
                blank=True,
                help_text="本条讲什么，不超过16个字的短语，如“农用地转用审批权限”；不是法规原文。",
                max_length=60,
                verbose_name="条旨",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="asked",
            field=models.CharField(
                blank=True,
                help_text=(
                    "群众会怎么问，用顿号分隔，如“耕地改建厂房找谁批、农转用怎么办”；用于检索。"
                ),
                max_length=200,
                verbose_name="常见问法",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
