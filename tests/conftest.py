"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, TestCase
from django.utils import translation
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from tests.factories.installation import Installation

CITY_PLOTS = "1500"
# How long an example takes says how busy the machine is.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("PORTAL_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("real test data are absent: set PORTAL_TEST_DATA to their folder")
    return folder


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> None:
    """A request for a page under ``/en/`` leaves English active in its thread."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _guards_let_tests_empty_the_database() -> Iterator[None]:
    """A transactional test ends by emptying all tables, which the guards of the database refuse.

    What the migrations had filled in is put back: a process that takes over tests of another one
    goes on with tests that count on it.
    """
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.test import TransactionTestCase

    from portal.database import triggers

    begin, empty = (
        vars(TransactionTestCase)["_fixture_setup"],
        TransactionTestCase._fixture_teardown,
    )
    kept: list[str] = []

    def beginning(case: type[TransactionTestCase]) -> None:
        if not kept:
            kept.append(connection.creation.serialize_db_to_string())
        begin.__func__(case)

    def unguarded(case: TransactionTestCase) -> None:
        triggers.remove(connection, triggers.registered())
        # Wagtail's tasks ask for their content type while they are read in. Were it not known by
        # then, it would be made anew, with another number than the one that is put back.
        ContentType.objects.get_for_models(*apps.get_models())
        # No ``post_migrate``: it would fill tables with other ids than those that are put back.
        connection._test_serialized_contents = kept[0]
        case.serialized_rollback = True
        empty(case)
        connection.creation.deserialize_db_from_string(kept[0])
        triggers.install(connection, triggers.registered())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(beginning))
        patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded)
        yield


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a module writes once for all its tests is taken back at its end."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)


@pytest.fixture
def client() -> Client:
    """Django's test client, whose ``force_login`` gives the second factor too."""
    from tests.factories.officials import OfficialClient

    return OfficialClient()


def _engine_url() -> str:
    """The PostGIS server that the suite runs on, or nothing on SpatiaLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgis") else ""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with an empty, migrated database, to copy others from."""
    prepared = os.environ.get("TEST_TEMPLATE_FOLDER")
    if prepared:  # by tests.run, for all processes at once
        yield Installation(Path(prepared), _engine_url(), name=os.environ["TEST_TEMPLATE_NAME"])
        return
    installation = Installation(tmp_path_factory.mktemp("migrated"), _engine_url())
    installation.create_database()
    yield installation
    installation.drop_database()


@pytest.fixture
def installation(migrated: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A whole empty portal of its own."""
    made = Installation(tmp_path / "portal", migrated.engine_url)
    made.create_database(migrated)
    yield made
    made.drop_database()


@pytest.fixture(scope="session")
def city(
    migrated: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The sample city in small, published and served, for tests that only read."""
    prepared = os.environ.get("TEST_CITY_FOLDER")
    if prepared:  # by tests.run, for all processes at once
        port, name = int(os.environ["TEST_CITY_PORT"]), os.environ["TEST_CITY_NAME"]
        yield Installation(Path(prepared), _engine_url(), name=name, port=port)
        return
    made = Installation(tmp_path_factory.mktemp("city"), migrated.engine_url)
    made.create_database(migrated)
    made.manage("sample_city", "--plots", CITY_PLOTS)
    with made.serving():
        yield made
    made.drop_database()
