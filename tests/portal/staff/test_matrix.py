"""Every address of the staff area against every role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.contrib.settings.registry import registry

from portal.core.regions.models import Region
from portal.staff.roles import ROLES
from tests.factories.officials import OfficialClient, official, signed_in
from tests.portal.staff.matrix import VISITOR, rule_for
from tests.portal.staff.matrix_objects import make_objects
from tests.portal.staff.matrix_walk import cheap_requests

pytestmark = [
    pytest.mark.django_db,
    # Wagtail's own preview of an image leaves a spooled file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ADMIN = "admin/"
# Routes that are regular expressions
WRITTEN_OUT = {
    "sign_in:shut": "/admin/failwhale/",
    "wagtailadmin_pages:revisions_compare": "/admin/pages/{page_id}/revisions/compare/live...live/",
}
CONVERTED = re.compile(r"<(?:[^:>]+:)?([^>]+)>")


@dataclass(frozen=True)
class Address:
    """A named address with its route."""

    name: str
    route: str

    def path(self, values: dict[str, Any]) -> str:
        """The route with values for its parameters, by "name.parameter", then by "parameter"."""
        if self.name in WRITTEN_OUT:
            return WRITTEN_OUT[self.name].format(**values)

        def fill(match: re.Match[str]) -> str:
            key = match.group(1)
            space = self.name.rsplit(":", 1)[0]
            chosen = values.get(f"{self.name}.{key}", values.get(f"{space}.{key}"))
            return str(values[key] if chosen is None else chosen)

        return "/" + CONVERTED.sub(fill, self.route)


def addresses(
    resolver: URLResolver | None = None, route: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[Address]:
    """All named addresses below ``/admin/``."""
    for pattern in (resolver or get_resolver()).url_patterns:
        longer = route + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern, longer, inner)
        elif isinstance(pattern, URLPattern) and longer.startswith(ADMIN) and pattern.name:
            yield Address(":".join((*spaces, pattern.name)), longer)


def of_each_setting(address: Address) -> Iterator[Address]:
    """Settings share one address; each has its own keepers, so each is asked for by itself."""
    if not address.name.startswith("wagtailsettings:"):
        yield address
        return
    for model in registry:
        app, name = model._meta.app_label, model._meta.model_name
        route = re.sub("<[^>]*app_name>", app, re.sub("<[^>]*model_name>", name, address.route))
        yield Address(f"{address.name}.{name}", route)


ADDRESSES = sorted(
    {each for address in addresses() for each in of_each_setting(address)},
    key=lambda address: (address.name, address.route),
)


def outcome(answer: HttpResponseBase) -> str:
    """``open``, ``shut``, ``absent`` (nothing there, or nothing for this person) or ``method``."""
    if answer.status_code in {301, 302}:
        location = answer.headers["Location"]
        return "shut" if location == "/admin/" or location.startswith("/admin/login") else "open"
    return {403: "shut", 404: "absent", 405: "method"}.get(answer.status_code, "open")


def ask(client: OfficialClient, path: str) -> str:
    """Open an address by GET, or by POST where GET is no way; whatever it does is undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        found = outcome(client.get(path))
        if found == "method":
            found = outcome(client.post(path, {"reason": "测试"}))
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is one of the addresses
    return found


def test_every_address_has_a_rule():
    unruled = [address.name for address in ADDRESSES if rule_for(address.name) is None]
    assert unruled == []
    assert len(ADDRESSES) > 250


def test_no_rule_is_idle():
    names = [address.name for address in ADDRESSES]
    first = {rule_for(name) for name in names}
    from tests.portal.staff.matrix import RULES

    assert [rule.pattern for rule in RULES if rule not in first] == []


@pytest.fixture(scope="module")
def city(module_transaction: None) -> Region:
    """A city of a province; written once for all tests, as all objects of the walk."""
    province = Region.objects.create(code="990000", name="示例省", level=1)
    return Region.objects.create(code="990100", name="示例市", level=2, parent=province)


@pytest.fixture(scope="module", autouse=True)
def values(city: Region) -> Iterator[dict[str, Any]]:
    with cheap_requests():
        yield make_objects(city)


def wrong(client: OfficialClient, values: dict[str, Any], expect: Any) -> Iterator[str]:
    """Addresses that are not as expected for this person."""
    for address in ADDRESSES:
        rule = rule_for(address.name)
        assert rule is not None
        may = expect(rule)
        answer = ask(client, address.path(values))
        if (answer == "shut") if may else (answer not in {"shut", "absent"}):
            yield f"{address.name} {address.path(values)}: {answer}, may {may}"


def test_a_visitor(values):
    found = list(wrong(OfficialClient(), values, lambda rule: VISITOR in rule.who))
    assert not found, "\n".join(found)


def as_expected(role: str) -> Any:
    return lambda rule: role in rule.who


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_an_official_posted_here(role, values, city):
    person = official("person", role, region=city)
    client = signed_in(person)
    own = values | {"staff:end_session.pk": person.staff_sessions.get().pk}
    found = list(wrong(client, own, as_expected(role)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", [role.code for role in ROLES if not role.is_duty])
def test_an_official_posted_elsewhere_opens_nothing_of_this_region(role, values, elsewhere):
    client = signed_in(official("person", role, region=elsewhere))
    found = []
    for address in ADDRESSES:
        rule = rule_for(address.name)
        of_an_object = "<" in address.route
        if rule and rule.posted and of_an_object:
            answer = ask(client, address.path(values))
            if answer not in {"shut", "absent"}:
                found.append(f"{address.name}: {answer}")
    assert found == []


def test_an_official_posted_nowhere_opens_no_regional_page(values):
    for role in ("policy_editor", "message_handler", "layer_importer", "layer_approver"):
        client = signed_in(official(role, role))
        for address in ADDRESSES:
            rule = rule_for(address.name)
            if rule and rule.posted:
                assert ask(client, address.path(values)) in {"shut", "absent"}, address


def test_the_control_finds_an_open_door(values, city):
    """The walk itself can fail: a role that may more than its row says is told."""
    client = signed_in(official("person", "layer_importer", region=city))
    found = wrong(client, values, lambda rule: False)
    assert any("releases:upload" in line for line in found)
