"""What tests of the library's pages share: the addressed text, its editions, pages and their queries."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.policies.models import Regulation
from tests.factories.policies import LAW, import_text, law_text, make_regulation

SLUG = "/policies/shilishilvdiguanlitiaoli/"


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def queries(client: Client, path: str) -> int:
    page(client, path)
    with CaptureQueriesContext(connection) as captured:
        page(client, path)
    return len(captured)


def amended(regulation_text: str = LAW) -> None:
    """A second edition from 2021 on."""
    text = regulation_text.replace(
        "第三条 任何单位不得占用绿地。", "第三条 任何单位和个人不得占用绿地。"
    )
    text = text.replace("2019年5月1日", "2021年1月1日").replace("2019年7月1日", "2021年3月1日")
    assert import_text(text, "新.md", kind="local").failed == 0


def unknown(title: str = "无期条例") -> Regulation:
    return make_regulation(law_text(title, ["依照本条例第二条。", "乙。"]))


def article_tags(text: str) -> dict[str, str]:
    found = re.findall(r'<meta name="(ArticleTitle|PubDate|ContentSource)" content="(.*?)"', text)
    return dict(found)
