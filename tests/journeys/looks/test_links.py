"""Every address that a page of the site names answers (没有死链)."""

from __future__ import annotations

import re
from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.slow]

ALIKE = 3
"""So many addresses that differ only in numbers and values of the query are followed."""
DEAR = (".pdf", ".zip")
"""Made when they are asked for, and limited in number; they have tests of their own."""
LEAST_PAGES = 120


def named(html: str) -> list[str]:
    """Addresses of links, pictures, scripts and styles."""
    soup = BeautifulSoup(html, "html.parser")
    return [element[name] for name in ("href", "src") for element in soup.select(f"[{name}]")]


def shape(address: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"=[^&]*", "=", address))


def test_no_link_of_the_site_leads_nowhere(city):
    waiting, alike, origin = deque(["/", "/en/"]), Counter(), {}
    answers, wrong = {}, []
    while waiting:
        path = waiting.popleft()
        answer = city.get(path)
        answers[path] = answer.status
        if answer.status != 200:
            wrong.append(f"{answer.status} {path} named on {origin.get(path)}")
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for address in named(answer.body.decode()):
            whole = urlsplit(urljoin(city.url + path, address))
            there = whole._replace(scheme="", netloc="", fragment="").geturl()
            if f"{whole.scheme}://{whole.netloc}" != city.url or whole.path.endswith(DEAR):
                continue
            if there not in origin and alike[shape(there)] < ALIKE:
                alike[shape(there)] += 1
                origin[there] = path
                waiting.append(there)
    assert wrong == []
    assert len(answers) > LEAST_PAGES, "the walk must have seen the site"
