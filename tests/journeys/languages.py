"""Finds Chinese on an English page where no element says that it is Chinese."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag

HAN = re.compile(r"[㐀-䶿一-鿿、-〕！-～]")
ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "value", "content", "data-play")
# Data for programs, and meta tags that the standard wants in Chinese whatever the page's language.
NOT_READ = ("script", "style", "template")
CHINESE_META = re.compile(r"^(Site|Column|Article|Content|PubDate)")


def language_of(element: Tag) -> str:
    """The language that the nearest ``lang`` attribute names."""
    for each in (element, *element.parents):
        if isinstance(each, Tag) and each.get("lang"):
            return str(each["lang"])
    return ""


def unmarked_chinese(html: str) -> list[str]:
    """Texts and attributes in Chinese characters outside ``lang="zh-Hans"``."""
    soup = BeautifulSoup(html, "html.parser")
    found = []
    for text in soup.find_all(string=HAN):
        parent = text.parent
        if type(text) is not NavigableString or parent is None or parent.name in NOT_READ:
            continue
        if not language_of(parent).startswith("zh"):
            found.append(f"{parent.name}: {text.strip()[:40]}")
    for element in soup.find_all(True):
        if element.name == "meta" and CHINESE_META.match(str(element.get("name", ""))):
            continue
        if element.get("hreflang") or language_of(element).startswith("zh"):
            continue
        found += [
            f"{element.name}[{name}]: {str(element[name])[:40]}"
            for name in ATTRIBUTES
            if HAN.search(str(element.get(name, "")))
        ]
    return found
