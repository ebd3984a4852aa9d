"""Health of the process and readiness of what it needs."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

HERE = __name__


def all_well() -> list[str]:
    return []


def not_well() -> list[str]:
    return ["the archive of landuse is missing"]


def broken() -> list[str]:
    raise OSError("disk")


@pytest.mark.django_db
def test_healthz_needs_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_is_ready_when_every_check_passes(client: Client, settings: Settings) -> None:
    settings.READINESS_CHECKS = [f"{HERE}.all_well"]
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "all_well": "ok",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("check", ["not_well", "broken"])
def test_readyz_is_not_ready_when_a_check_fails_or_breaks(
    client: Client, settings: Settings, check: str
) -> None:
    settings.READINESS_CHECKS = [f"{HERE}.{check}"]
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"][check] == "failed"
    assert b"archive" not in response.content


@pytest.mark.django_db
def test_health_answers_are_never_cached(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
