"""Step 2 of 3: what stood for the whole installation now stands for each of its sites."""

from django.db import migrations


def hand_out(apps, _schema_editor):
    """The one identity goes to the default site, copies of it to the others."""
    identities = apps.get_model("core", "SiteIdentity").objects
    sites = apps.get_model("wagtailcore", "Site").objects.order_by("-is_default_site", "pk")
    kept = identities.order_by("pk").first()
    if kept is None:
        return
    identities.exclude(pk=kept.pk).delete()  # a generic setting reads its first row only
    for number, site in enumerate(sites):
        if number:
            kept.pk = None
            kept._state.adding = True
        kept.site_id = site.pk
        kept.save()
    # Without any site there is nobody whom the identity could describe.
    identities.filter(site=None).delete()


def take_back(apps, _schema_editor):
    """The default site's identity stays, for the whole installation."""
    identities = apps.get_model("core", "SiteIdentity").objects
    kept = identities.order_by("-site__is_default_site", "pk").first()
    if kept is not None:
        identities.exclude(pk=kept.pk).delete()
        identities.update(site=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_siteidentity_site")]

    operations = [migrations.RunPython(hand_out, take_back)]
