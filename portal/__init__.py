"""The public site: settings, pages, notices, the map page, the sample city."""
