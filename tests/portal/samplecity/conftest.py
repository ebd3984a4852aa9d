"""Sample cities made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.samplecity.generate import CityReport, generate


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> CityReport:
    return generate(tmp_path_factory.mktemp("small"), plots=300, seed=7)


@pytest.fixture(scope="session")
def middle_city(tmp_path_factory: pytest.TempPathFactory) -> CityReport:
    return generate(tmp_path_factory.mktemp("middle"), plots=3_000, seed=2035)


@pytest.fixture(params=["small", "middle"])
def city(request: pytest.FixtureRequest) -> CityReport:
    """A city of 300 and one of 3,000 parcels."""
    report: CityReport = request.getfixturevalue(f"{request.param}_city")
    return report


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "internal-node"
