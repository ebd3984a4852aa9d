"""Columns of the site that officials are responsible for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Column(TextChoices):
    """A part of the site (栏目) whose content officials keep."""

    NOTICES = "notices", _("公示公开")
    POLICIES = "policies", _("政策法规")
    FEEDBACK = "feedback", _("联系与找错")
    CONSULTATION = "consultation", _("意见征集")
    RELEASES = "releases", _("图层发布")


OFFERED = tuple(column for column in Column if column != Column.CONSULTATION)
"""Columns that officials can be posted to: nothing reads a posting to consultations yet."""
