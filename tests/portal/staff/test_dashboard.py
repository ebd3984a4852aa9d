"""The order of the dashboard: what awaits me, what ends soon, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.plans.procedure.publish import close_due
from portal.staff.dashboard import (
    ROWS_SHOWN,
    DashboardRow,
    RowState,
    dashboard_for,
    due_state,
    registered_panels,
)
from tests.factories.notices import draft, published, published_in_the_past, submitted
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db


@dataclass
class Panel:
    """A panel with given rows."""

    title: str
    given: list[DashboardRow]

    def rows(self, user):
        return self.given


def row(title: str, state: RowState = RowState.WAITING, days: float | None = None, **more):
    due = None if days is None else timezone.now() + timedelta(days=days)
    return DashboardRow(title, "/", due, state, **more)


def shown(*rows: DashboardRow) -> list[str]:
    (panel,) = dashboard_for(None, [Panel("甲", list(rows))]).panels
    return [each.title for each in panel.rows]


def test_panels_of_notices_stand_in_the_order_of_the_work():
    titles = [str(panel.title) for panel in registered_panels()]
    wanted = [
        "待我审批的公示",
        "我起草的公示",
        "五日内截止的公示",
        "逾期未办的公示",
        "公示内容核验",
    ]
    assert [title for title in titles if title in wanted] == wanted


def test_an_officials_page_shows_what_awaits_then_what_ends_then_what_is_late(city):
    published_in_the_past(60, title="逾期的", kind="draft_plan", region=city.code)
    close_due(timezone.localdate())
    published(title="将止的", region=city.code, period_amount=3)
    draft(title="草稿", region=city.code)
    submitted(title="待批的", region=city.code)
    person = official("all", "notice_approver", region=city)
    html = signed_in(person).get("/admin/").content.decode()
    places = [html.index(title) for title in ("待批的", "将止的", "逾期的", "未检查：")]
    assert places == sorted(places)
    assert "草稿" not in html  # another person's


def test_an_empty_panel_is_not_shown():
    panels = [Panel("空", []), Panel("甲", [row("一")])]
    assert [panel.title for panel in dashboard_for(None, panels).panels] == ["甲"]


def test_the_urgent_rows_of_a_panel_come_first_and_the_earlier_due_before_the_later():
    assert shown(
        row("知悉", RowState.PLAIN),
        row("待办"),
        row("待办，有期", days=9),
        row("将止", RowState.SOON, 2),
        row("逾期一天", RowState.LATE, -1),
        row("逾期九天", RowState.LATE, -9),
        row("完好", RowState.SOUND),
        row("未检查", RowState.UNCHECKED),
        row("事件", RowState.INCIDENT),
    ) == [
        "事件", "逾期九天", "逾期一天", "未检查", "将止", "待办，有期", "待办", "知悉", "完好",
    ]  # fmt: skip


def test_a_panel_with_an_incident_stands_above_the_others_which_keep_their_order():
    panels = [
        Panel("甲", [row("一")]),
        Panel("乙", [row("二", RowState.LATE)]),
        Panel("丙", [row("三", RowState.INCIDENT)]),
    ]
    assert [panel.title for panel in dashboard_for(None, panels).panels] == ["丙", "甲", "乙"]


def test_the_sums_count_what_rows_speak_of_and_leave_out_what_needs_no_work():
    found = dashboard_for(
        None,
        [
            Panel("甲", [row("一", count=3), row("二", RowState.LATE), row("三", RowState.SOON)]),
            Panel("乙", [row("四", RowState.SOUND, count=9), row("五", RowState.PLAIN, count=9)]),
        ],
    )
    assert (found.waiting, found.soon, found.late) == (3, 1, 1)


def test_what_is_left_out_is_counted_and_never_the_urgent_ones():
    rows = [row(f"第{number}项") for number in range(ROWS_SHOWN + 4)]
    found = dashboard_for(None, [Panel("甲", [*rows, row("逾期", RowState.LATE)])])
    (panel,) = found.panels
    assert (len(panel.rows), panel.more, panel.rows[0].title) == (ROWS_SHOWN, 5, "逾期")
    assert found.waiting == ROWS_SHOWN + 4


@pytest.mark.parametrize(
    ("days", "state"),
    [(None, "waiting"), (-0.01, "late"), (0.5, "soon"), (2.9, "soon"), (3.1, "waiting")],
)
def test_a_due_moment_tells_how_urgent(days, state):
    due = None if days is None else timezone.now() + timedelta(days=days)
    assert due_state(due) == state
