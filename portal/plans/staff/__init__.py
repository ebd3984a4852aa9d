"""The officials' pages of notices, inside the Wagtail admin."""
