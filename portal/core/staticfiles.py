"""Static files with a hash in their name, compressed once, cached for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also gives the imports between our own ES modules their hashed names."""

    support_js_module_import_aggregation = True
