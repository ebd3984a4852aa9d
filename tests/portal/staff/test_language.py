"""The staff area speaks Chinese: no English word is left on the pages that officials use."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from portal.staff.roles import ROLES
from tests.factories.officials import official, signed_in
from tests.portal.staff.matrix_objects import make_objects

pytestmark = [
    pytest.mark.django_db,
    # Wagtail's own thumbnail of an image leaves a spooled file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SPOKEN = {"alt", "aria-label", "placeholder", "title", "aria-description"}
SILENT = {"script", "style", "template", "code", "svg", "time"}
# Names of things, and what officials themselves have written.
ALLOWED = {
    "csv", "json", "totp", "pdf", "docx", "xlsx", "txt", "zip", "jpg", "jpeg", "png", "gif", "webp",
    "avif", "heic", "url", "http", "https", "www", "localhost", "english", "sha", "gb", "icp", "id",
    "mb", "kb", "excel", "word", "markdown", "esc", "ctrl", "shift", "alt", "enter", "tab", "slug",
    "javascript", "wagtail",  # in one Chinese sentence for browsers without scripts
    "landuse", "person", "portal", "home", "example", "layer", "svg", "tsv", "xls", "mac", "win",
    "root", "other", "approver", "importer",
    "port",  # the head of a column that Wagtail does not let be translated
}  # fmt: skip
WORD = re.compile(r"[A-Za-z]{3,}")
PAGES = {
    "layer_importer": ["releases/", "releases/upload/", "releases/incidents/"],
    "layer_approver": ["releases/", "releases/{releases.pk}/"],
    "policy_editor": ["policy_regulation/", "policy_question/new/", "policy-import/"],
    "message_handler": ["feedback/"],
    "site_editor": [
        "pages/", "pages/{page_id}/", "pages/{page_id}/edit/", "pages/{page_id}/history/",
        "images/", "images/multiple/add/", "images/{image_id}/",
        "documents/", "documents/multiple/add/", "documents/edit/{document_id}/",
    ],
    "security_administrator": [
        "users/", "users/new/", "users/edit/{wagtailusers_users.pk}/",
        "staff/accounts/{wagtailusers_users.pk}/", "staff_postings/", "staff_postings/new/",
        "staff_postings/delete/{staff_postings.pk}/",
    ],
    "system_administrator": [
        "sites/", "sites/new/", "settings/core/siteidentity/{wagtailsettings.pk}/", "regions/",
        "regions/new/", "nodes/", "redirects/", "redirects/add/",
    ],
    "audit_administrator": ["staff/audit/", "staff/reports/"],
}  # fmt: skip
OF_EVERYBODY = ["", "staff/security/", "staff/password/", "account/"]


class Spoken(HTMLParser):
    """What a page says: its text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in SILENT:
            self.silent.append(tag)
        if found.get("id") == "wagtail-sidebar-props":
            self.silent.append("props")
        self.said += [found[name] for name in SPOKEN & set(found) if found[name]]
        if tag == "input" and found.get("type") in {"submit", "button"}:
            self.said.append(found.get("value") or "")

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] in {tag, "props"}:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


def english_words(html: str) -> set[str]:
    """Words of three letters or more that are no allowed names."""
    reader = Spoken()
    reader.feed(html)
    said = reader.said
    for props in re.findall(r'<script id="wagtail-sidebar-props"[^>]*>(.*?)</script>', html, re.S):
        said += re.findall(r'"(?:label|text)": ?("(?:[^"\\]|\\.)*")', props)
    said = [json.loads(text) if text.startswith('"') else text for text in said]
    return {word for text in said for word in WORD.findall(text) if word.lower() not in ALLOWED}


@pytest.mark.parametrize("role", PAGES)
def test_no_english_word_is_left(role, city):
    values = {key.replace(":", "_"): value for key, value in make_objects(city).items()}
    person = official("person", role, region=city)
    client = signed_in(person)
    found = {}
    for page in PAGES[role] + OF_EVERYBODY:
        path = re.sub(r"\{([^}]+)\}", lambda match: str(values[match.group(1)]), page)
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200, path
        if words := english_words(answer.content.decode()):
            found[path] = words
    assert not found, "\n".join(f"{path}: {words}" for path, words in found.items())


def test_the_names_and_purposes_of_roles_are_chinese():
    for role in ROLES:
        assert not WORD.findall(f"{role.name}{role.help}")


def test_the_check_itself_finds_english():
    html = '<p>保存 <b>Save changes</b></p><input type="submit" value="Search" aria-label="Close">'
    assert english_words(html) == {"Save", "changes", "Search", "Close"}
    assert english_words("<script>var x = 'Save'</script><code>audit</code>") == set()
