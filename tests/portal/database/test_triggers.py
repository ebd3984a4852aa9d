"""Guards: the database refuses by itself, on both engines."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from portal.core.regions.models import Region
from portal.database import triggers
from portal.database.triggers import Guard

pytestmark = pytest.mark.django_db

GUARDS = [
    Guard("guard_test_name", "regions_region", "UPDATE",
          "OLD.code = '990000' AND NEW.name IS DISTINCT FROM OLD.name", "名称不可更改 / it's fixed at 100%"),
    Guard("guard_test_keep", "regions_region", "DELETE", "OLD.code = '990000'", "不可删除 / kept"),
]  # fmt: skip


@pytest.fixture
def region():
    triggers.install(connection, GUARDS)
    Region.objects.create(code="990100", name="示例市", level=2)
    yield Region.objects.create(code="990000", name="示例省", level=1)
    triggers.remove(connection, GUARDS)


def refused():
    return pytest.raises(IntegrityError, match=r"it's fixed at 100%|kept")


def test_a_guarded_change_is_refused_and_others_pass(region):
    with refused(), transaction.atomic():
        Region.objects.filter(code="990000").update(name="别的省")
    with refused(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM regions_region WHERE code = '990000'")
    Region.objects.filter(code="990000").update(name_en="Sample Province")
    assert Region.objects.filter(code="990100").update(name="范例市") == 1
    assert Region.objects.get(code="990000").name == "示例省"


def test_installing_twice_is_the_same_as_once(region):
    triggers.install(connection, GUARDS)
    with refused(), transaction.atomic():
        Region.objects.update(name="别的省")


def test_a_missing_guard_makes_the_site_unready(monkeypatch, region):
    assert triggers.guards_are_installed() == []
    monkeypatch.setattr(triggers, "_registered", {guard.name: guard for guard in GUARDS})
    assert triggers.guards_are_installed() == []
    triggers.remove(connection, GUARDS[:1])
    assert triggers.guards_are_installed() == ["guard guard_test_name is not in the database"]


def test_a_guard_in_another_wording_counts_as_missing(monkeypatch, region):
    monkeypatch.setattr(triggers, "_registered", {guard.name: guard for guard in GUARDS})
    weaker = Guard("guard_test_keep", "regions_region", "DELETE", "1 = 0", GUARDS[1].message)
    triggers.install(connection, [weaker])
    assert triggers.missing(connection) == [GUARDS[1]]


def test_a_guard_that_is_switched_off_counts_as_missing(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    monkeypatch.setattr(triggers, "_registered", {guard.name: guard for guard in GUARDS})
    triggers.install(connection, GUARDS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE regions_region DISABLE TRIGGER guard_test_keep")
    assert triggers.missing(connection) == [GUARDS[1]]


def test_every_registered_guard_is_installed_again_by_migrate(db):
    assert triggers.registered()
    triggers.remove(connection, triggers.registered())
    assert len(triggers.missing(connection)) >= 3
    call_command("migrate", "--noinput", verbosity=0)
    assert triggers.missing(connection) == []
