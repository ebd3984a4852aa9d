"""What the database itself refuses to do to notices: the freeze, the procedure, the clock."""

from __future__ import annotations

from portal.database.triggers import Guard
from portal.plans.enums import EDITABLE, TRANSITIONS, VersionState

VERSION, DOCUMENT, LAYER = "plans_noticeversion", "plans_noticedocument", "plans_noticelayer"
EVENT, NOTICE = "plans_noticeevent", "plans_notice"
FROZEN = (
    "公示已提交，内容冻结，不可更改；请新建下一版本 / the text is frozen: make the next version"
)
STEP = "公示状态不可这样变更 / the procedure has no such step"
CLOCK = "公示期限只能延长 / the clock only lengthens"
KEPT = "办理记录只增不改 / the timeline is only added to"

# The columns of NoticeVersion.CONTENT_FIELDS, as the table names them.
CONTENT_COLUMNS = (
    "notice_id", "number", "title", "title_en", "reference", "summary", "summary_en", "body",
    "how_to_object", "place", "footprint", "contact_office", "contact_phone", "contact_address",
    "contact_email", "source", "change_reason", "period_amount", "period_unit",
    "period_excludes_first_day", "period_ends_on_working_day", "period_basis", "author_id",
)  # fmt: skip
SUBMISSION_COLUMNS = ("content_hash", "submitted_by_id", "submitted_at")
DECISION_COLUMNS = ("publish_at", "opens_on", "first_closes_on", "approved_by_id", "approved_at")
OPEN_STATES = "({})".format(", ".join(f"'{state.value}'" for state in EDITABLE))
DECIDED = "('approved', 'published', 'closed', 'archived', 'withdrawn')"


def _changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


def _allowed_steps() -> str:
    steps = [
        f"(OLD.state = '{before.value}' AND NEW.state = '{after.value}')"
        for before, afters in TRANSITIONS.items()
        for after in sorted(afters)
    ]
    return " OR ".join(steps)


def _parent_frozen(row: str) -> str:
    return f"(SELECT v.state FROM {VERSION} v WHERE v.id = {row}.version_id) NOT IN {OPEN_STATES}"


def _version_guards() -> list[Guard]:
    back = f"NEW.state = '{VersionState.RETURNED.value}'"
    return [
        Guard("plans_version_frozen", VERSION, "UPDATE",
              f"OLD.state NOT IN {OPEN_STATES} AND {_changed(CONTENT_COLUMNS)}", FROZEN),
        Guard("plans_version_proof", VERSION, "UPDATE",
              f"OLD.state NOT IN {OPEN_STATES} AND NOT ({back}) AND {_changed(SUBMISSION_COLUMNS)}",
              FROZEN),
        Guard("plans_version_decided", VERSION, "UPDATE",
              f"OLD.state IN {DECIDED} AND NOT ({back}) AND {_changed(DECISION_COLUMNS)}", FROZEN),
        Guard("plans_version_clock", VERSION, "UPDATE",
              f"OLD.state IN {DECIDED} AND NOT ({back}) AND NEW.closes_on IS DISTINCT FROM OLD.closes_on"
              " AND (OLD.closes_on IS NULL OR NEW.closes_on IS NULL OR NEW.closes_on < OLD.closes_on)",
              CLOCK),
        Guard("plans_version_step", VERSION, "UPDATE",
              f"NEW.state <> OLD.state AND NOT ({_allowed_steps()})", STEP),
        Guard("plans_version_begins", VERSION, "INSERT",
              f"NEW.state <> '{VersionState.DRAFT.value}'", STEP),
        # SQLite's INSERT OR REPLACE removes the row in its way and fires no DELETE trigger.
        Guard("plans_version_replaced", VERSION, "INSERT",
              f"EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = NEW.id OR (v.notice_id = NEW.notice_id"
              " AND (v.number = NEW.number OR v.state IN ('awaiting', 'approved'))))", FROZEN),
        Guard("plans_version_renamed", VERSION, "UPDATE", "NEW.id <> OLD.id", FROZEN),
        Guard("plans_version_kept", VERSION, "DELETE", f"OLD.state NOT IN {OPEN_STATES}", FROZEN),
        Guard("plans_version_table", VERSION, "TRUNCATE",
              f"EXISTS (SELECT 1 FROM {VERSION} WHERE state NOT IN {OPEN_STATES})", FROZEN),
    ]  # fmt: skip


def _part_guards(table: str) -> list[Guard]:
    return [
        Guard(
            f"{table}_added", table, "INSERT",
            f"{_parent_frozen('NEW')} OR EXISTS (SELECT 1 FROM {table} p WHERE p.id = NEW.id)", FROZEN,
        ),
        Guard(
            f"{table}_changed", table, "UPDATE",
            f"NEW.id <> OLD.id OR {_parent_frozen('OLD')} OR {_parent_frozen('NEW')}", FROZEN,
        ),
        Guard(f"{table}_removed", table, "DELETE", _parent_frozen("OLD"), FROZEN),
        Guard(f"{table}_table", table, "TRUNCATE",
              f"EXISTS (SELECT 1 FROM {table} p WHERE {_parent_frozen('p')})", FROZEN),
    ]  # fmt: skip


GUARDS = [
    *_version_guards(),
    *_part_guards(DOCUMENT),
    *_part_guards(LAYER),
    Guard(
        "plans_notice_fixed", NOTICE, "UPDATE",
        f"{_changed(('code', 'region_id', 'kind', 'plan_level', 'follows_id'))} AND EXISTS (SELECT 1"
        f" FROM {VERSION} v WHERE v.notice_id = OLD.id AND v.state NOT IN {OPEN_STATES})", FROZEN,
    ),
    Guard("plans_notice_replaced", NOTICE, "INSERT",
          f"EXISTS (SELECT 1 FROM {NOTICE} n WHERE n.id = NEW.id OR n.code = NEW.code"
          " OR (n.region_id = NEW.region_id AND n.year = NEW.year AND n.serial = NEW.serial))", FROZEN),
    Guard("plans_event_fixed", EVENT, "UPDATE", "1 = 1", KEPT),
    Guard("plans_event_replaced", EVENT, "INSERT",
          f"EXISTS (SELECT 1 FROM {EVENT} e WHERE e.id = NEW.id)", KEPT),
    Guard("plans_event_table", EVENT, "TRUNCATE",
          f"EXISTS (SELECT 1 FROM {EVENT} e WHERE {_parent_frozen('e')})", KEPT),
    Guard("plans_event_kept", EVENT, "DELETE",
          f"(SELECT v.state FROM {VERSION} v WHERE v.id = OLD.version_id) NOT IN {OPEN_STATES}", KEPT),
]  # fmt: skip
