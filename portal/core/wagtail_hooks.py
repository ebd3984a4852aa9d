"""The staff area in the colours of the site."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


def staff_colours() -> SafeString:
    """The accent of the public pages, through Wagtail's own colour variables."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/staff.css"))


hooks.register("insert_global_admin_css", staff_colours)
