"""What an article is on and how people ask about it, beside its text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search_index", "0004_unverified")]

    operations = [
        migrations.AddField(
            model_name="indexeddocument",
            name="gist",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="indexeddocument",
            name="asked",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
