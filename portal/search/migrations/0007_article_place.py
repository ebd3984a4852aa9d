"""The number of an article tells 第四十四条之一 (4401) from 第四十四条 (4400), before the next rebuild."""

import uuid

from django.db import migrations
from django.db.models import F, IntegerField
from django.db.models.functions import Cast

from portal.core.text.numbers import article_number


def _moved(apps):
    apps.get_model("search_index", "IndexState").objects.update(stamp=uuid.uuid4().hex)


def tell_subs(apps, schema_editor):
    documents = apps.get_model("search_index", "IndexedDocument").objects
    if not documents.exclude(article=0).update(article=F("article") * 100):
        return
    inserted = documents.filter(label__contains="条之").exclude(article=0)
    for key, label in list(inserted.values_list("pk", "label")):
        cited = article_number(label)
        if cited is not None:
            documents.filter(pk=key).update(article=cited.place)
    _moved(apps)


def drop_subs(apps, schema_editor):
    documents = apps.get_model("search_index", "IndexedDocument").objects
    if documents.exclude(article=0).update(article=Cast(F("article") / 100, IntegerField())):
        _moved(apps)


class Migration(migrations.Migration):
    dependencies = [("search_index", "0006_suggestion_bearers")]

    operations = [migrations.RunPython(tell_subs, drop_subs)]
