"""Why an export was refused."""

from __future__ import annotations

from tiles.desensitise.errors import Refusal


class NothingPublished(Refusal):
    code = "nothing_published"


class FolderNotOurs(Refusal):
    """The folder holds something else than an export of ours, which a clean-up might remove."""

    code = "folder_not_ours"


class FolderNameUnfit(Refusal):
    """The folder's path cannot stand in an nginx configuration."""

    code = "folder_name_unfit"


class ExportFailed(Refusal):
    """The disk could not take the files; what was complete stays, the next call goes on."""

    code = "export_failed"
