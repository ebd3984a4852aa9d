"""The leak audit's rules on an archive's metadata and header: only public facts, and right ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from tiles.desensitise.audit_archive import ArchiveFile
from tiles.desensitise.audit_published import Published
from tiles.desensitise.audit_tile_matrix import TileMatrixSet
from tiles.desensitise.findings import Finding
from tiles.desensitise.profile import Profile

_FIELD_TYPES = {"text": "String", "date": "String", "number": "Number", "integer": "Number"}
_FIXED = {"type": "overlay", "format": "pbf"}
_COUNTS = frozenset({"zoom", "features", "labels", "merged", "absorbed", "dropped", "thinned"})
_MEASURES = frozenset({"tolerance", "min_area"})
# Degrees: the header rounds outward to 1e-7, which is a centimetre.
_BOUNDS_TOLERANCE = 3e-7


def audit_metadata(
    archive: ArchiveFile,
    published: Published,
    matrix_set: TileMatrixSet,
    checked: dict[str, int],
) -> list[Finding]:
    """Metadata and header against the profile and the published table."""
    metadata = archive.metadata
    if not isinstance(metadata, dict):
        zh, en = "档案的元数据读不出", "the metadata of the archive is no object"
        return [Finding("archive_unreadable", "refuse", zh, en)]
    checked["archive_metadata"] = len(metadata)
    wrong = _wrong_facts(metadata, published, matrix_set)
    findings = []
    if wrong:
        # The keys are not named: an unknown one may itself be what should not be there.
        known = sorted(wrong & _facts(published.profile, matrix_set).keys())
        listed = f"（{'、'.join(known)}）" if known else ""
        zh, en = f"档案的元数据与方案不符{listed}", "metadata that the profile does not explain"
        findings.append(Finding("archive_metadata", "refuse", zh, en, len(wrong)))
    checked["archive_bounds"] = 1
    if not _same_bounds(archive, published):
        zh = "档案文件头的范围不是公布数据的范围"
        en = "the bounds in the archive's header are not those of the published data"
        findings.append(Finding("archive_bounds", "refuse", zh, en))
    checked["archive_bytes"] = archive.size
    if archive.unreferenced():
        zh, en = "档案含有不属于任何瓦片的字节", "bytes in the archive that belong to no tile"
        findings.append(Finding("archive_bytes", "refuse", zh, en, archive.unreferenced()))
    return findings


def _facts(profile: Profile, matrix_set: TileMatrixSet) -> dict[str, str]:
    """The texts that the profile makes of an archive's metadata; an empty one is left out."""
    layer = profile.layer
    attribution = " ".join(part for part in (layer.source, layer.review_number) if part)
    return _FIXED | {
        "name": layer.title,
        "description": layer.description,
        "attribution": attribution,
        "review_number": layer.review_number,
        "licence": layer.licence,
        "plan": layer.plan,
        "approval": layer.approval,
        "data_date": layer.data_date,
        "version": "3",
        "tile_matrix_set": matrix_set.tms_id,
    }


def _wrong_facts(
    metadata: dict[str, Any], published: Published, matrix_set: TileMatrixSet
) -> set[str]:
    profile = published.profile
    facts = _facts(profile, matrix_set)
    wrong = {key for key, text in facts.items() if metadata.get(key, "") != text}
    own = {
        "vector_layers": _vector_layers_agree,
        "classes": _classes_agree,
        "generalisation": _is_record,
    }
    for key, value in metadata.items():
        if key in own:
            if not own[key](value, published, matrix_set):
                wrong.add(key)
        elif key not in facts:
            wrong.add(key)
    return wrong if "vector_layers" in metadata else wrong | {"vector_layers"}


def _vector_layers_agree(value: Any, published: Published, matrix_set: TileMatrixSet) -> bool:
    """Layers, their zooms, and the fields of the profile with their types."""
    profile = published.profile
    style, code = profile.style, profile.layer.code
    fields = {rule.name: _FIELD_TYPES[rule.type] for rule in profile.attributes}
    labelled = {style.class_field, style.label_field}
    expected = {code: fields}
    if profile.layer.geometry == "polygon" and style.label_field is not None:
        names = {name: kind for name, kind in fields.items() if name in labelled}
        expected[f"{code}_label"] = names
    if not isinstance(value, list) or not all(isinstance(layer, dict) for layer in value):
        return False
    if any(set(layer) != {"id", "fields", "minzoom", "maxzoom"} for layer in value):
        return False
    shifts = range(matrix_set.extra_zooms + 1)
    zooms = [(profile.zooms.min + shift, profile.zooms.max + shift) for shift in shifts]
    zooms += [(profile.zooms.min, profile.zooms.max + shift) for shift in shifts]
    if any((layer["minzoom"], layer["maxzoom"]) not in zooms for layer in value):
        return False
    return bool({layer["id"]: layer["fields"] for layer in value} == expected)


def _classes_agree(value: Any, published: Published, _: TileMatrixSet) -> bool:
    """The classes in use and how many features each has."""
    column = published.values.get(published.profile.style.class_field or "")
    if column is None:
        return bool(value == {})
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.numbers))
    return bool(value == {str(one): int(counts[code]) for one, code in column.numbers.items()})


def _is_record(value: Any, _published: Published, _set: TileMatrixSet) -> bool:
    """What generalisation did, zoom by zoom: whole counts and two thresholds, nothing else."""
    if not isinstance(value, list) or len(value) > 32:
        return False
    return all(
        isinstance(entry, dict)
        and set(entry) <= _COUNTS | _MEASURES
        and all(isinstance(entry[key], int) for key in _COUNTS & set(entry))
        and all(isinstance(entry[key], int | float) for key in _MEASURES & set(entry))
        for entry in value
    )


def _same_bounds(archive: ArchiveFile, published: Published) -> bool:
    """The header's bounds in degrees are those of the published vertices."""
    if not len(published.places):
        return False
    degrees = published.projected("EPSG:4326")
    own = np.concatenate([degrees.min(axis=0), degrees.max(axis=0)])
    names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    stated = np.array([archive.header[name] for name in names]) / 1e7
    center = np.array([archive.header["center_lon_e7"], archive.header["center_lat_e7"]]) / 1e7
    middle = (own[:2] + own[2:]) / 2
    return bool(
        (np.abs(stated - own) <= _BOUNDS_TOLERANCE).all()
        and (np.abs(center - middle) <= 2 * _BOUNDS_TOLERANCE).all()
    )
