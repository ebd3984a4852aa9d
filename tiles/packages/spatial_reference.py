"""Does the declared CRS fit the coordinates? Then onto the ground CRS (空间参考系检查)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.exceptions
import shapely

from tiles.desensitise.features import FeatureTable

from .errors import CrsInvalid, NoCrs

# Zones are commonly used a little beyond their borders; five degrees are beyond any custom.
_MARGIN_DEGREES = 5.0
_DEGREES = pyproj.CRS.from_epsg(4326)
_WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)
_MEND = {
    "mend_zh": "用 --crs EPSG:代码 指明真实坐标系，或重新导出",
    "mend_en": "state the true system with --crs EPSG:code, or export again",
}

Points = npt.NDArray[np.float64]


def declared_crs(table: FeatureTable) -> pyproj.CRS:
    """The table's CRS. Raises ``NoCrs`` or ``CrsInvalid``."""
    if not table.crs:
        raise NoCrs(
            "没有坐标系说明（缺 .prj 等）",
            "no coordinate reference system is declared (.prj or the like is missing)",
            where=table.source,
            mend_zh="用 --crs EPSG:代码 指明，例如 --crs EPSG:4547",
            mend_en="state it with --crs EPSG:code, for example --crs EPSG:4547",
        )
    try:
        crs = pyproj.CRS.from_user_input(table.crs)
    except pyproj.exceptions.CRSError as error:
        raise CrsInvalid(
            "无法识别坐标系", "the CRS is not known", where=table.source, **_MEND
        ) from error
    if not (crs.is_geographic or crs.is_projected) or crs.geodetic_crs is None:
        raise CrsInvalid(
            "坐标系既非地理坐标系也非投影坐标系",
            "the CRS is neither geographic nor projected",
            where=table.source,
            **_MEND,
        )
    return crs.to_2d()


def onto_ground(table: FeatureTable, crs: pyproj.CRS, ground_crs: str) -> FeatureTable:
    """The table in ``ground_crs``. Raises ``CrsInvalid`` when the coordinates cannot be of
    ``crs``, lie outside its area of use or that of the ground CRS, or have their axes swapped."""
    ground = pyproj.CRS.from_user_input(ground_crs)
    corners = _corners(table)
    degrees = _as_degrees(corners, crs)
    _check_area(table, corners, degrees, crs)
    _check_ground_area(table, degrees, ground)
    if crs == ground:
        return table.with_geometry(table.geometry, ground_crs)

    def project(points: Points) -> Points:
        return _transformed(points, crs, ground)

    geometry = np.asarray(shapely.transform(table.geometry, project))
    moved = table.with_geometry(geometry, ground_crs)
    _corners(moved)
    return moved


def _corners(table: FeatureTable) -> Points:
    """Lower left and upper right corner of every feature, shape (2n, 2)."""
    coordinates, rows = shapely.get_coordinates(table.geometry, return_index=True)
    bad = ~np.isfinite(coordinates).all(axis=1)
    if bad.any():
        raise _invalid(
            table, np.unique(rows[bad]), "坐标值不是有限数值", "coordinates that are no numbers"
        )
    return np.asarray(shapely.bounds(table.geometry)).reshape(-1, 2)


def _as_degrees(points: Points, crs: pyproj.CRS) -> Points:
    """Degrees from Greenwich (some systems count from Ferro); not finite where no image is."""
    if crs.is_geographic and crs == _DEGREES:
        return points
    return _transformed(points, crs, _DEGREES)


def _transformed(points: Points, source: pyproj.CRS, target: pyproj.CRS) -> Points:
    """Not finite where a point has no image. Raises ``CrsInvalid`` when there is no way at all."""
    try:
        transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
    except pyproj.exceptions.ProjError as error:
        raise CrsInvalid(
            "无法从所声明的坐标系换算", "there is no way out of the declared CRS", **_MEND
        ) from error


def _area_of_use(crs: pyproj.CRS) -> tuple[float, float, float, float]:
    area = crs.area_of_use
    return area.bounds if area is not None and area.west <= area.east else _WHOLE_WORLD


def _outside(degrees: Points, area: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    """Which features (pairs of points) reach out of ``area`` by more than the margin."""
    west, south, east, north = area
    x, y = degrees[:, 0], degrees[:, 1]
    with np.errstate(invalid="ignore"):
        inside = (
            np.isfinite(degrees).all(axis=1)
            & (x >= max(west - _MARGIN_DEGREES, -180.001))
            & (x <= min(east + _MARGIN_DEGREES, 180.001))
            & (y >= max(south - _MARGIN_DEGREES, -90.001))
            & (y <= min(north + _MARGIN_DEGREES, 90.001))
        )
    return np.asarray(~inside.reshape(-1, 2).all(axis=1))


def _check_area(table: FeatureTable, corners: Points, degrees: Points, crs: pyproj.CRS) -> None:
    area = _area_of_use(crs)
    outside = _outside(degrees, area)
    if not outside.any():
        _check_not_degrees(table, corners, crs)
        return
    swapped = _outside(_as_degrees(corners[:, ::-1], crs), area)
    if not swapped.any():
        raise CrsInvalid(
            "坐标轴顺序颠倒（纬度或北坐标在前）",
            "the axes are swapped (latitude or northing comes first)",
            where=table.source,
            mend_zh="按“东、北”（经度、纬度）顺序重新导出",
            mend_en="export again with easting (longitude) first",
        )
    raise _invalid(
        table,
        np.flatnonzero(outside),
        "坐标超出所声明坐标系的适用范围",
        "coordinates lie outside the area of the declared CRS",
    )


def _check_not_degrees(table: FeatureTable, corners: Points, crs: pyproj.CRS) -> None:
    """Degrees under the name of a metric CRS all fall next to its false origin."""
    if not crs.is_projected or not len(corners):
        return
    extent = np.abs(corners).max(axis=0)
    west, south, east, north = _area_of_use(crs)
    x, y = corners[:, 0], corners[:, 1]
    fits = ((x >= west - 1) & (x <= east + 1) & (y >= south - 1) & (y <= north + 1)).all()
    if extent[0] <= 180 and extent[1] <= 90 and fits and len(corners) > 2:
        raise CrsInvalid(
            "声明为投影坐标系，坐标却像经纬度",
            "a projected CRS is declared, but the coordinates look like degrees",
            where=table.source,
            **_MEND,
        )


def _check_ground_area(table: FeatureTable, degrees: Points, ground: pyproj.CRS) -> None:
    outside = _outside(degrees, _area_of_use(ground))
    if outside.any():
        raise _invalid(
            table,
            np.flatnonzero(outside),
            "要素超出方案所用地面坐标系的适用范围",
            "features lie outside the area of the profile's ground CRS",
        )


def _invalid(table: FeatureTable, rows: npt.NDArray[np.intp], zh: str, en: str) -> CrsInvalid:
    examples = "、".join(str(int(row) + 1) for row in rows[:5])
    return CrsInvalid(
        f"{zh}：{len(rows)} 个要素，例如第 {examples} 行",
        f"{en}: {len(rows)} features, for example rows {examples}",
        where=table.source,
        **_MEND,
    )
