"""An audit report as lines for a terminal, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tiles.releases.audit_words import VERDICTS, Pair, output_name, rule_name

MARKS = {True: "✓", False: "✗", None: "?"}


def audit_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One block an output: the verdict, what was looked at how often, what was found."""
    yield f"{report['release']}: {_both(VERDICTS[report['passed']])}"
    for output in report["outputs"]:
        name, verdict = output_name(output["output"]), VERDICTS[output["passed"]]
        yield f"{MARKS[output['passed']]} {_both(name)}: {_both(verdict)}"
        if output["output"] == "difference":
            yield f"    {_compared_with(output.get('previous'))}"
        for rule, count in output["checked"].items():
            yield f"    {count:>12,}  {rule:<22} {_both(rule_name(rule))}"
        for found in output["findings"]:
            rows = ", ".join(str(row) for row in found["examples"][:10])
            mark = "✗" if found["severity"] == "refuse" else "!"
            yield (
                f"  {mark} {found['count']:>12,}  {found['rule']:<22} {found['zh']} / {found['en']}"
                + (f" [{rows}]" if rows else "")
            )


def _compared_with(previous: str | None) -> str:
    if previous is None:
        return "没有可对比的版本 / no release to compare with"
    return f"对比版本 / compared with {previous}"


def _both(pair: Pair) -> str:
    return " / ".join(pair)
