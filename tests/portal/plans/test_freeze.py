"""A submitted text cannot change: not by the model, not by a bulk update, not by SQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from portal.database import triggers
from portal.plans.content import content_hash
from portal.plans.errors import FrozenText
from portal.plans.guards import CONTENT_COLUMNS, GUARDS
from portal.plans.models import NoticeDocument, NoticeEvent, NoticeLayer, NoticeVersion
from portal.plans.models.version import CONTENT_FIELDS
from tests.factories.notices import PDF, PLACE, add_document, draft, published, submitted
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db

NEW_VALUES = {
    "title": "别的标题",
    "summary": "别的摘要",
    "body": [("paragraph", "<p>别的正文</p>")],
    "reference": "别的文号",
    "how_to_object": "别的办法",
    "place": "别的位置",
    "footprint": None,
    "contact_phone": "别的电话",
    "source": "别的机关",
    "period_amount": 99,
    "period_unit": "working",
    "period_excludes_first_day": False,
    "change_reason": "别的理由",
}


def refused():
    return pytest.raises(DatabaseError, match=r"frozen|freeze|冻结|procedure|lengthens|added to")


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture(params=[submitted, published], ids=["submitted", "published"])
def frozen(request):
    publish_layer("landuse")
    version = draft(place=PLACE, layers=("landuse",))
    add_document(version)
    from portal.plans.procedure.decide import approve_version
    from portal.plans.procedure.submit import submit_version
    from tests.factories.notices import approver, editor

    version = submit_version(version, editor())
    return approve_version(version, approver()) if request.param is published else version


@pytest.mark.parametrize("name", NEW_VALUES)
def test_save_refuses_each_field(frozen, name):
    setattr(frozen, name, NEW_VALUES[name])
    with pytest.raises(FrozenText, match="新建下一版本"):
        frozen.save()
    frozen.refresh_from_db()
    assert content_hash(frozen) == frozen.content_hash


@pytest.mark.parametrize("name", sorted(set(NEW_VALUES) - {"body"}))
def test_a_bulk_update_is_refused_by_the_database(frozen, name):
    with refused(), transaction.atomic():
        NoticeVersion.objects.filter(pk=frozen.pk).update(**{name: NEW_VALUES[name]})


def test_bulk_update_and_raw_sql_are_refused(frozen):
    frozen.title = "别的标题"
    with refused(), transaction.atomic():
        NoticeVersion.objects.bulk_update([frozen], ["title"])
    with refused():
        sql("UPDATE plans_noticeversion SET body = %s WHERE id = %s", "[]", frozen.pk)
    with refused():
        sql("UPDATE plans_noticeversion SET content_hash = 'x' WHERE id = %s", frozen.pk)


def test_rows_cannot_be_removed_or_replaced(frozen):
    with refused():
        sql("DELETE FROM plans_noticeversion WHERE id = %s", frozen.pk)
    with refused(), transaction.atomic():
        NoticeVersion.objects.filter(pk=frozen.pk)._raw_delete("default")
    if connection.vendor == "sqlite":
        columns = ", ".join(CONTENT_COLUMNS)
        with refused():
            sql(
                "INSERT OR REPLACE INTO plans_noticeversion"
                f" (id, state, edit_number, content_hash, {columns})"
                f" SELECT id, 'draft', 0, '', {columns} FROM plans_noticeversion WHERE id = %s",
                frozen.pk,
            )
    else:
        # The foreign keys of this test's own rows are checked first, else TRUNCATE has to wait.
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        with refused():
            sql("TRUNCATE plans_noticeversion CASCADE")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize(
    "table", ["plans_noticedocument", "plans_noticelayer", "plans_noticeevent"]
)
def test_no_table_of_a_frozen_notice_is_emptied(frozen, table):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with refused():
        sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces a row unasked")
@pytest.mark.parametrize(
    ("table", "changed"),
    [("plans_noticeevent", "'forged' AS reason"), ("plans_notice", "'hearing' AS kind")],
)
def test_no_row_is_replaced_by_another_of_its_key(frozen, table, changed):
    with connection.cursor() as cursor:
        columns = [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
    name = changed.rpartition(" ")[2]
    values = ", ".join(changed if column == name else column for column in columns)
    with refused():
        sql(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"
            f" SELECT {values} FROM {table} LIMIT 1"
        )


@pytest.mark.parametrize("model", [NoticeDocument, NoticeLayer])
def test_documents_and_layers_are_frozen_too(frozen, model):
    part = model.objects.get(version=frozen)
    for change in (
        lambda: model.objects.filter(pk=part.pk).update(sort_order=9),
        part.delete,
        lambda: model.objects.filter(pk=part.pk)._raw_delete("default"),
    ):
        with refused(), transaction.atomic():
            change()
    with refused(), transaction.atomic():
        if model is NoticeDocument:
            add_document(frozen, PDF + b"%more")
        else:
            NoticeLayer.objects.create(version=frozen, layer_code="other")
    other = draft()
    with refused(), transaction.atomic():
        model.objects.filter(pk=part.pk).update(version=other)


def test_the_procedure_cannot_be_skipped():
    version = draft()
    for state in ("approved", "published", "closed", "withdrawn"):
        with refused():
            sql("UPDATE plans_noticeversion SET state = %s WHERE id = %s", state, version.pk)


def test_who_wrote_it_cannot_have_approved_it_in_the_database():
    version = submitted()
    with pytest.raises(DatabaseError, match=r"four_eyes|version_"), transaction.atomic():
        NoticeVersion.objects.filter(pk=version.pk).update(
            state="approved",
            approved_by=version.author,
            publish_at="2026-01-01T00:00Z",
        )


def test_the_clock_cannot_be_shortened_by_sql():
    version = published()
    for value in ("2020-01-01", None):
        with refused():
            sql("UPDATE plans_noticeversion SET closes_on = %s WHERE id = %s", value, version.pk)
    with refused():
        sql("UPDATE plans_noticeversion SET opens_on = '2020-01-01' WHERE id = %s", version.pk)


def test_the_number_and_division_of_an_announced_notice_stay():
    version = published()
    with refused():
        sql("UPDATE plans_notice SET code = 'x' WHERE id = %s", version.notice_id)
    with refused():
        sql("UPDATE plans_notice SET kind = 'hearing' WHERE id = %s", version.notice_id)


def test_the_timeline_is_only_added_to():
    version = published()
    event = NoticeEvent.objects.filter(version=version).first()
    with refused():
        sql("UPDATE plans_noticeevent SET reason = 'x' WHERE id = %s", event.pk)
    with refused():
        sql("DELETE FROM plans_noticeevent WHERE id = %s", event.pk)


def test_a_draft_can_change():
    version = draft()
    version.title = "新的标题"
    version.save()
    NoticeVersion.objects.filter(pk=version.pk).update(summary="新的摘要")
    add_document(version).delete()


def test_every_content_field_is_guarded_by_the_database():
    fields = {field.name: field.column for field in NoticeVersion._meta.local_fields}
    assert {fields[name] for name in CONTENT_FIELDS} <= set(CONTENT_COLUMNS)
    assert [guard.name for guard in triggers.missing(connection)] == []


class TestVerification:
    def test_everything_fits(self, frozen, capsys):
        call_command("verify_notices")
        assert "1 versions, 1 documents, 0 mismatches" in capsys.readouterr().out

    def test_a_changed_text_is_found(self, frozen, capsys):
        triggers.remove(connection, GUARDS)
        NoticeVersion.objects.filter(pk=frozen.pk).update(summary="悄悄改过")
        triggers.install(connection, GUARDS)
        with pytest.raises(SystemExit) as ended:
            call_command("verify_notices")
        assert ended.value.code == 1
        assert f"{frozen}：文本与校验值不符" in capsys.readouterr().err

    @pytest.mark.parametrize("change", ["byte", "cut", "gone"])
    def test_a_changed_file_is_found(self, frozen, capsys, change):
        path = Path(frozen.documents.get().file.path)
        content = path.read_bytes()
        path.unlink()
        if change != "gone":
            path.write_bytes(content[:-1] + b"x" if change == "byte" else content[:-5])
        with pytest.raises(SystemExit):
            call_command("verify_notices")
        error = capsys.readouterr().err
        assert ("未能核对" if change == "gone" else "文件与校验值不符") in error

    def test_the_served_record_has_the_shown_hash(self, client):
        import hashlib

        version = published()
        response = client.get(f"{version.get_absolute_url()}record.json")
        assert hashlib.sha256(response.content).hexdigest() == version.content_hash
