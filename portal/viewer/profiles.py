"""Typed public profiles of published releases."""

from __future__ import annotations

import json
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from portal.core.models import in_english
from tiles.desensitise.profile import Profile, parse_public
from tiles.releases.models import Release

# Categories in the order in which a reader asks for them.
CATEGORIES = {
    "plan": _("规划用途"),
    "control": _("管控底线"),
    "facility": _("设施与交通"),
    "base": _("行政区划与基础地理"),
}


def profile_of(release: Release) -> Profile:
    """The typed public profile of a release."""
    return _parsed(json.dumps(release.profile))


@lru_cache(maxsize=256)
def _parsed(text: str) -> Profile:
    """A profile never changes once its release stands, and every page with a map asks for all."""
    return parse_public(json.loads(text))


def choose(chinese: str, english: str) -> str:
    """The text in the reader's language; Chinese where there is no English one."""
    return english if in_english() and english else chinese
