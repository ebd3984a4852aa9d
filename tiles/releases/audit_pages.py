"""Audit reports and differences as what an official reads, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tiles.releases.audit_words import (
    FLAGGED,
    OF_PREVIOUS,
    VERDICTS,
    Pair,
    output_name,
    rule_name,
)
from tiles.releases.models import AuditRun, Layer, Release, ReleaseFeature

CHANGES = ("appeared", "disappeared", "moved", "attributes_changed")


@dataclass(frozen=True)
class Verdict:
    """``state`` is a class of the style sheet: passed, failed, unchecked, flagged."""

    state: str
    text: str


@dataclass(frozen=True)
class RuleRow:
    """One rule: how much it looked at, and what it found, if anything."""

    code: str
    name: str
    looked: int | None
    verdict: Verdict
    text: str = ""
    count: int = 0
    examples: str = ""


@dataclass(frozen=True)
class OutputSection:
    name: str
    verdict: Verdict
    rows: list[RuleRow]
    previous: str | None = None


@dataclass(frozen=True)
class ExampleFeature:
    """A feature that an official can look up: number in its release, values, place."""

    number: int
    values: str
    place: str


@dataclass(frozen=True)
class ChangeRow:
    """One kind of change; ``of_previous``: its features are those of the earlier release.

    ``text`` is empty where the name says it all.
    """

    name: str
    text: str
    count: int
    verdict: Verdict
    of_previous: bool
    features: list[ExampleFeature]


@dataclass(frozen=True)
class LiveLayer:
    """A layer in force and its newest full audit, if it ever had one."""

    layer: Layer
    run: AuditRun | None
    verdict: Verdict

    @property
    def alarm(self) -> bool:
        return self.run is not None and self.run.passed is not True


def in_language(pair: Pair) -> str:
    return pair[1] if (get_language() or "").startswith("en") else pair[0]


def verdict(passed: bool | None) -> Verdict:
    state = {True: "passed", False: "failed", None: "unchecked"}[passed]
    return Verdict(state, in_language(VERDICTS[passed]))


def sections(report: Mapping[str, Any]) -> list[OutputSection]:
    """Every output of a report, in the order in which they were looked at."""
    return [
        OutputSection(
            in_language(output_name(output["output"])),
            verdict(output["passed"]),
            _rule_rows(output),
            output.get("previous"),
        )
        for output in report.get("outputs", [])
    ]


def _rule_rows(output: Mapping[str, Any]) -> list[RuleRow]:
    """What was found stands on top, then every rule that found nothing."""
    checked, found = output["checked"], output["findings"]
    rows = [
        RuleRow(
            finding["rule"],
            in_language(rule_name(finding["rule"])),
            checked.get(finding["rule"]),
            _finding_verdict(finding),
            in_language((finding["zh"], finding["en"])),
            finding["count"],
            _numbers(finding),
        )
        for finding in sorted(found, key=_urgency)
    ]
    silent = checked.keys() - {finding["rule"] for finding in found}
    return rows + [
        RuleRow(rule, in_language(rule_name(rule)), count, verdict(True) if count else _nothing())
        for rule, count in checked.items()
        if rule in silent
    ]


def _nothing() -> Verdict:
    """A rule that had nothing to look at has neither failed nor passed."""
    return Verdict("noted", in_language(("无此内容", "nothing there")))


def _urgency(finding: Mapping[str, Any]) -> int:
    if finding["severity"] == "refuse":
        return 0
    return 1 if finding["rule"] in FLAGGED else 2


def _finding_verdict(finding: Mapping[str, Any]) -> Verdict:
    if finding["severity"] == "refuse":
        return verdict(False)
    if finding["rule"] in FLAGGED:
        return Verdict("flagged", in_language(("请核对", "look at this")))
    return Verdict("noted", in_language(("提示", "note")))


def _numbers(finding: Mapping[str, Any]) -> str:
    return ", ".join(str(row) for row in finding["examples"])


def change_rows(release: Release, difference: Mapping[str, Any]) -> list[ChangeRow]:
    """What a release changes, with examples; what needs a look stands on top."""
    found = sorted(difference.get("findings", []), key=_urgency)
    now = _features(release.pk, _rows(found, of_previous=False), release)
    before = _features(difference.get("previous"), _rows(found, of_previous=True), release)
    rows = []
    for finding in found:
        of_previous = finding["rule"] in OF_PREVIOUS
        known = before if of_previous else now
        numbers = [row + 1 for row in finding["examples"]]
        rows.append(
            ChangeRow(
                in_language(rule_name(finding["rule"])),
                "" if finding["rule"] in CHANGES else in_language((finding["zh"], finding["en"])),
                finding["count"],
                _finding_verdict(finding),
                of_previous,
                [known[number] for number in numbers if number in known],
            )
        )
    return rows


def change_counts(difference: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many features appear, disappear, move or get other values."""
    counts = {finding["rule"]: finding["count"] for finding in difference.get("findings", [])}
    return [(in_language(rule_name(change)), counts.get(change, 0)) for change in CHANGES]


def _rows(findings: Iterable[Mapping[str, Any]], *, of_previous: bool) -> set[int]:
    return {
        row + 1
        for finding in findings
        if (finding["rule"] in OF_PREVIOUS) is of_previous
        for row in finding["examples"]
    }


def _features(
    release_id: str | None, numbers: set[int], release: Release
) -> dict[int, ExampleFeature]:
    if release_id is None or not numbers:
        return {}
    titles = {entry["name"]: entry["title"] for entry in release.profile.get("attribute", [])}
    found = ReleaseFeature.objects.filter(release=release_id, number__in=numbers)
    return {feature.number: _example(feature, titles) for feature in found}


def _example(feature: ReleaseFeature, titles: Mapping[str, str]) -> ExampleFeature:
    values = "; ".join(
        f"{titles.get(name, name)} {value}" for name, value in feature.properties.items()
    )
    west, south, east, north = feature.geometry.extent
    place = f"{(west + east) / 2:.5f}, {(south + north) / 2:.5f}"
    return ExampleFeature(feature.number, values, place)


def live_layers() -> list[LiveLayer]:
    """Every layer in force with its newest full audit."""
    layers = list(Layer.objects.published().select_related("current__approved_by"))
    runs = AuditRun.objects.latest_full(str(layer.current_id) for layer in layers)
    live = []
    for layer in layers:
        run = runs.get(str(layer.current_id))
        live.append(LiveLayer(layer, run, verdict(run.passed if run else None)))
    return live
