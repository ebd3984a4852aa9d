"""Why a source, a package or a key was refused: one class, one stable code a cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tiles.desensitise.errors import Refusal


class BadArchive(Refusal):
    """The file is no zip that may be trusted: damaged, truncated, encrypted or ambiguous."""

    code = "bad_archive"


class NestedArchive(BadArchive):
    """An archive lies inside the archive."""

    code = "nested_archive"


class PathOutside(Refusal):
    """An entry's name leads out of the archive (absolute, drive letter, ``..``)."""

    code = "path_outside"


class SymlinkEntry(Refusal):
    """An entry is a symbolic link or a special file."""

    code = "symlink_entry"


class ArchiveTooLarge(Refusal):
    """Entries, or bytes declared or really unpacked, go beyond the limits (zip bomb)."""

    code = "archive_too_large"


class UnexpectedFile(Refusal):
    """A package holds a file too many or lacks one."""

    code = "unexpected_file"


class ManifestInvalid(Refusal):
    """``manifest.json`` or ``signatures.json`` is not exactly of the stated format."""

    code = "manifest_invalid"


class HashMismatch(Refusal):
    """A file of the package is not the one that was signed."""

    code = "hash_mismatch"


class TooFewSignatures(Refusal):
    """Fewer valid signatures of different people than the trust file demands."""

    code = "too_few_signatures"


class SameKeyTwice(Refusal):
    """One key was used for two signatures."""

    code = "same_key_twice"


class UnknownKey(Refusal):
    """A signature by a key that is not in the trust file."""

    code = "unknown_key"


class BadSignature(Refusal):
    """A signature of a known key does not fit the manifest."""

    code = "bad_signature"


class KeyInvalid(Refusal):
    """A key file or the trust file cannot be used."""

    code = "key_invalid"


class Expired(Refusal):
    """The package's term of validity is over."""

    code = "expired"


class NotYetValid(Refusal):
    """The package says that it was made in the future."""

    code = "not_yet_valid"


class OlderVersion(Refusal):
    """The layer already has this version or a newer one."""

    code = "older_version"


class SourceUnreadable(Refusal):
    """No driver of the allow-list reads the source, or it holds no usable layer."""

    code = "source_unreadable"


class SourceCrashed(Refusal):
    """The source ended the reading process (a fault of the reader, met by hostile input)."""

    code = "source_crashed"


class SourceTimeout(Refusal):
    """Reading took longer than allowed."""

    code = "source_timeout"


class SourceTooLarge(Refusal):
    """More bytes, features, vertices or memory than allowed."""

    code = "source_too_large"


class NoIsolation(Refusal):
    """The machine offers no way to keep the reading process off the network."""

    code = "no_isolation"


class EncodingUnknown(Refusal):
    """Text whose encoding cannot be told for certain, or that is garbled already."""

    code = "encoding_unknown"


class NoCrs(Refusal):
    """A source names no coordinate reference system."""

    code = "no_crs"


class CrsInvalid(Refusal):
    """The declared coordinate reference system is unknown or does not fit the coordinates."""

    code = "crs_invalid"


class GeometryMismatch(Refusal):
    """No feature of the sources has the geometry type of the layer."""

    code = "geometry_mismatch"


class LayerMismatch(Refusal):
    """The layer asked for, the profile's and the package's are not one and the same."""

    code = "layer_mismatch"


class OutputFailed(Refusal):
    """The package or its report could not be written to the place asked for."""

    code = "output_failed"

    @classmethod
    def because(cls, error: OSError, zh: str, en: str, *, where: str) -> OutputFailed:
        """``zh`` and ``en``: what could not be written."""
        return cls(
            f"无法写出{zh}：{error.strerror}",
            f"{en} cannot be written: {error.strerror}",
            where=where,
            mend_zh="检查磁盘空间与权限，再运行一次",
            mend_en="check the disk's space and permissions, then run again",
        )


class NotChecked(Refusal):
    """A check could not be carried out; what was not checked does not pass."""

    code = "not_checked"


class WithFindings(Refusal):
    """A refusal that carries the report it rests upon (``report``, JSON-able, no raw values)."""

    code: ClassVar[str] = "refused"

    def __init__(self, zh: str, en: str, *, report: dict[str, Any], where: str = "") -> None:
        super().__init__(zh, en, where=where)
        self.report = report

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {"report": self.report}


class QualityFailed(WithFindings):
    """Quality control found what may not pass (质检不通过)."""

    code = "quality_failed"


class AuditFailed(WithFindings):
    """The leak audit found what may not get out (审计不通过)."""

    code = "audit_failed"


class PersonalData(AuditFailed):
    """The audit found personal data (个人信息)."""

    code = "personal_data"


class AboveFloor(WithFindings):
    """A rightly signed package shows more than the portal's floor profile allows."""

    code = "above_floor"


def joined(parts: Sequence[str]) -> str:
    """Names for a message, at most eight of them."""
    shown = "、".join(parts[:8])
    return f"{shown} …" if len(parts) > 8 else shown
