"""Why a step of a release was refused."""

from __future__ import annotations

from tiles.desensitise.errors import Refusal


class UnknownRelease(Refusal):
    code = "unknown_release"


class UnknownLayer(Refusal):
    code = "unknown_layer"


class UnknownUser(Refusal):
    code = "unknown_user"


class WrongState(Refusal):
    """The release is not in a state from which this step is possible."""

    code = "wrong_state"


class SamePerson(Refusal):
    """Whoever imported a release may not approve it (四眼原则)."""

    code = "same_person"


class NotAllowed(Refusal):
    code = "not_allowed"


class AlreadyImported(Refusal):
    code = "already_imported"


class OlderVersion(Refusal):
    code = "older_version"


class Expired(Refusal):
    code = "expired"


class ReasonMissing(Refusal):
    code = "reason_missing"


class StorageProblem(Refusal):
    """The disk or the database could not take the data; nothing was changed."""

    code = "storage_problem"


class AuditFailed(Refusal):
    code = "audit_failed"


class AuditNotChecked(Refusal):
    """The audit could not look at everything, so it has not passed."""

    code = "audit_not_checked"


class DifferenceNotSeen(Refusal):
    """The release in force is another than the one whose difference the approver was shown."""

    code = "difference_not_seen"
