"""Editions that a run found in its files, before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from portal.policies.catalogue import Catalogue
from portal.policies.enums import PartKind
from portal.policies.errors import TextProblem
from portal.policies.facts import Facts, Regions, Setting, find_facts
from portal.policies.names import name_key
from portal.policies.reading.read import read_lines
from portal.policies.report import Report
from portal.policies.text.parsed import Node, ParsedPart, ParsedText
from portal.policies.text.structure import parse_text


@dataclass(frozen=True)
class SourceFile:
    """A file to import. ``path``: as shown in the report; ``content``: its bytes, or where they are."""

    path: PurePath
    content: bytes | Path

    @property
    def name(self) -> str:
        """As shown in the report."""
        return self.path.as_posix()

    def read(self) -> bytes:
        """The bytes of the file."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


@dataclass
class Candidate:
    """An edition to store: one file, or all volumes of a code together."""

    text: ParsedText
    facts: Facts
    files: list[tuple[str, str]] = field(default_factory=list)
    """Name and SHA-256 of each file, in the order of the volumes."""

    @property
    def key(self) -> tuple[str, str]:
        """Which regulation it is an edition of: region and name."""
        return self.facts.region.code, name_key(self.text.title)

    @property
    def content_hash(self) -> str:
        """SHA-256 over name and text, without spaces: equal texts are equal in every file format.

        The history is no part of it: sources quote it in full or in part.
        """
        lines = ["".join(line.split()) for line in self.text.printed()]
        squeezed = "\n".join([name_key(self.text.title), *lines])
        return hashlib.sha256(squeezed.encode()).hexdigest()


def read_candidates(
    files: Iterable[SourceFile], catalogue: Catalogue, setting: Setting, report: Report
) -> list[Candidate]:
    """Read and understand all files; what cannot be read goes into the report."""
    regions = Regions()
    single: list[Candidate] = []
    volumes: dict[tuple[str, str], list[Candidate]] = {}
    for file in files:
        try:
            data = file.read()
            text = parse_text(read_lines(data, file.path.name))
            facts = find_facts(file.path, text, catalogue, setting, regions)
        except TextProblem as problem:
            report.fail(file.name, problem.remark)
            continue
        except OSError as problem:
            report.fail(file.name, unreadable(problem).remark)
            continue
        digest = hashlib.sha256(data).hexdigest()
        candidate = Candidate(text, facts, [(file.name, digest)])
        for remark in (*text.remarks, *facts.remarks):
            report.remark(file.name, remark)
        if text.volume:
            volumes.setdefault(candidate.key, []).append(candidate)
        else:
            single.append(candidate)
    return single + [joined(each) for each in volumes.values()]


def unreadable(problem: OSError) -> TextProblem:
    """A file that the system does not give us."""
    reason = problem.strerror or type(problem).__name__
    return TextProblem("unreadable", f"文件打不开：{reason}", f"cannot open the file: {reason}")


def joined(volumes: list[Candidate]) -> Candidate:
    """The volumes of a code as one text, in the order of their articles."""
    ordered = sorted(volumes, key=_first_article)
    first = ordered[0]
    nodes: list[Node] = []
    for volume in ordered:
        heading = ParsedPart(0, PartKind.BOOK, "", volume.text.volume, trail=volume.text.volume)
        for node in volume.text.nodes:
            if isinstance(node, ParsedPart):
                node.depth += 1
                node.trail = f"{heading.heading} › {node.trail}"
            elif node.part is None:
                node.part = heading
        nodes += [heading, *volume.text.nodes]
    text = ParsedText(first.text.title, "", first.text.history, nodes)
    _tell_apart(text)
    return Candidate(text, first.facts, [file for each in ordered for file in each.files])


def _first_article(volume: Candidate) -> int:
    numbers = [unit.number for unit in volume.text.articles if unit.number]
    return min(numbers, default=1_000_000)


def _tell_apart(text: ParsedText) -> None:
    """Units without a number were counted volume by volume."""
    for position, node in enumerate(text.nodes, 1):
        if not isinstance(node, ParsedPart) and node.anchor.startswith("p-"):
            node.anchor = f"p-{position}"
