"""How a check ended."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """``crashed`` says nothing about what was to be checked: nothing was found out."""

    RUNNING = "running", _("核验中")
    SOUND = "sound", _("完好")
    UNSOUND = "unsound", _("有差异")
    CRASHED = "crashed", _("未完成")


VERDICTS = (State.SOUND, State.UNSOUND)
