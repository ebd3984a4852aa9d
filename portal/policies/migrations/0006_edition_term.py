"""The day on which the term is over that a text names for itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0005_edition_replaced_on")]

    operations = [
        migrations.AddField(
            "edition",
            "term_ends_on",
            models.DateField(
                blank=True,
                help_text="正文载明有效期的，填有效期最后一日的次日；自该日起不再有效。",
                null=True,
                verbose_name="有效期届满日期",
            ),
        ),
    ]
