"""A small index of invented articles and notices, made through the same doors as the real one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import pytest
from django.core.cache import cache

from portal.search import source as registry
from portal.search.rebuild import rebuild
from portal.search.source import SearchDocument


class MemorySource:
    """A source whose documents a test sets."""

    def __init__(self, kind: str, label: str) -> None:
        self.kind, self.label = kind, label
        self.every: dict[str, SearchDocument] = {}

    def put(self, key: str, title: str, text: str = "", **more) -> SearchDocument:
        url = more.pop("url", f"/x/{self.kind}/{key}")
        document = SearchDocument(self.kind, key, title, url, text, **more)
        self.every[key] = document
        return document

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        wanted = self.every if keys is None else [key for key in keys if key in self.every]
        yield from (self.every[key] for key in wanted)


@pytest.fixture(autouse=True)
def fresh_counts():
    """No test is refused for what the tests before it asked."""
    cache.clear()


@pytest.fixture
def no_model(settings, tmp_path):
    """Search by words alone, vectors in a folder of the test."""
    settings.SEARCH_SEMANTIC = False
    settings.SEARCH_DIR = tmp_path / "search"


@pytest.fixture
def memory(monkeypatch, no_model) -> Iterator[dict[str, MemorySource]]:
    """Two empty sources, the only ones of the test."""
    made = {
        "article": MemorySource("article", "法规条文"),
        "notice": MemorySource("notice", "规划公示"),
    }
    monkeypatch.setattr(registry, "_sources", dict(made))
    return made


LAW = "中华人民共和国土地管理法"
OLD, NEW = datetime.date(2004, 8, 28), datetime.date(2020, 1, 1)


@pytest.fixture
def laws(db, memory):
    """Two versions of a law, a plan law, a local rule, a notice; indexed."""
    article, notice = memory["article"], memory["notice"]
    held = {"status": "in_force", "effective_from": NEW, "issuer": "全国人民代表大会常务委员会"}
    was = {"status": "in_force", "effective_from": OLD, "effective_to": NEW}
    article.put("t43", LAW, "建设占用土地的旧规定，已经改变。", label="第四十四条", **was)
    article.put("t44", LAW, "建设占用土地，涉及农用地转为建设用地的，应当办理农用地转用审批手续。",
                heading="第五章 建设用地", label="第四十四条", **held)  # fmt: skip
    article.put("t48", LAW, "征收土地应当给予公平、合理的补偿。", label="第四十八条", **held)
    article.put("c26", "中华人民共和国城乡规划法", "城乡规划草案予以公告，公告的时间不得少于三十日。",
                label="第二十六条", **held)  # fmt: skip
    article.put("s5", "示例省控制性详细规划管理办法", "容积率不得超过控制性详细规划的要求。",
                label="第五条", region_code="990000", **held | {"issuer": "示例省人民政府"})  # fmt: skip
    notice.put("n1", "江湾区地铁三号线选址公示", "轨道交通车站的位置。", region_code="990100",
               title_en="Metro line 3", aliases=("JW-2025-03",))  # fmt: skip
    rebuild()
    return memory
