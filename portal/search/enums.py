"""States of what search finds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentStatus(TextChoices):
    """Whether a document holds (效力状态). Dates decide, but for what they cannot say:

    ``REPEALED``, and ``UNVERIFIED`` (效力待核实) where nobody knows since when.
    """

    TIMELESS = "", _("无时效")
    IN_FORCE = "in_force", _("现行有效")
    UNVERIFIED = "unverified", _("效力待核实")
    UPCOMING = "upcoming", _("尚未施行")
    EXPIRED = "expired", _("已失效")
    REPEALED = "repealed", _("已废止")


HOLDING = frozenset({DocumentStatus.TIMELESS, DocumentStatus.IN_FORCE})
"""States that may be shown without a warning."""

NOT_ENDED = HOLDING | {DocumentStatus.UNVERIFIED}
"""States that are shown unless the reader asks for others; of these one is never called in force."""
