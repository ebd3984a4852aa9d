"""All real laws at hand: every file goes in, every article is counted, no character is lost."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from portal.core.regions.load import load_divisions, read_divisions
from portal.policies.catalogue import Catalogue, name_and_day
from portal.policies.gists import supplied, wording
from portal.policies.import_texts import files_below, import_texts
from portal.policies.models import Article, Edition, EditionSource, Part
from portal.policies.names import name_key
from portal.policies.report import Report, RowState

pytestmark = [pytest.mark.data, pytest.mark.slow]

NATIONAL, LOCAL = 1564, 420
GISTS_FOUND = 0.99
INFO_END = "<!-- INFO END -->"
ARTICLE_LINE = re.compile(r"^第[一二三四五六七八九十百千零〇○两0-9]+条", re.MULTILINE)
# Files with more articles than lines that begin with 第N条: there a space has slipped into the
# number (第一百二十四 条), and the article that follows is one all the same.
DEVIATIONS = {
    "最高人民法院关于适用《刑事诉讼法》的解释(2021-01-26).md": 4,
    "刑事诉讼法(2018-10-26).md": 1,
}


@dataclass
class Collection:
    """The unpacked texts and what the importer reported of them, twice."""

    folder: Path
    first: Report
    second: Report

    def files(self) -> dict[str, str]:
        """Text of each file by its name in the report."""
        return {file.name: file.read().decode() for file in files_below(self.parts)}

    @property
    def parts(self) -> list[Path]:
        return [self.folder / "national", self.folder / "local"]


@pytest.fixture(scope="module")
def collection(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, module_transaction: None
) -> Collection:
    laws, folder = shared_data / "05-laws", tmp_path_factory.mktemp("laws")
    for name, archive in (("national", "laws-national"), ("local", "laws-local-beijing-shanghai")):
        with zipfile.ZipFile(laws / f"{archive}.zip") as packed:
            packed.extractall(folder / name)
    catalogue = Catalogue()
    catalogue.read(laws / "laws-national-meta.sqlite3.gz")
    for path in sorted(laws.glob("meta-*.sqlite3")):
        catalogue.read(path)
    parts = [folder / "national", folder / "local"]
    load_divisions(read_divisions(settings.REGION_TABLE))
    first = import_texts(files_below(parts), catalogue=catalogue)
    second = import_texts(files_below(parts), catalogue=catalogue)
    return Collection(folder, first, second)


def squeezed(text: str) -> str:
    """Characters of the body that are text: no spaces, heading marks or comments."""
    text = re.sub(r"<!--.*?-->", "", text)
    return "".join(re.sub(r"^[ \t]*#{1,6}(?=\s|$)", "", text, flags=re.MULTILINE).split())


@pytest.mark.django_db
def test_every_file_is_imported(collection: Collection) -> None:
    states = [row.state for row in collection.first.rows if row.state != RowState.REMARK]
    assert len(states) == NATIONAL + LOCAL
    assert collection.first.failed == 0
    assert {row.edition for row in collection.first.rows if row.edition} == set(
        Edition.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db
def test_gists_stand_at_the_articles_they_were_written_for(collection: Collection) -> None:
    """The importer reads the wording that the digests of the file were made from."""
    texts = Article.objects.exclude(gist="").values_list("text", flat=True)
    found = {wording(text) for text in texts.iterator()}
    assert found <= set(supplied())
    assert len(found) >= GISTS_FOUND * len(supplied())


def test_importing_twice_changes_nothing(collection: Collection) -> None:
    assert collection.second.count(RowState.UNCHANGED) == NATIONAL + LOCAL
    assert collection.second.changed_editions == []


@pytest.mark.django_db
def test_every_article_of_the_source_is_an_article(collection: Collection) -> None:
    found: dict[str, int] = {}
    for source in EditionSource.objects.select_related("edition"):
        found.setdefault(source.file_name, source.edition.article_count)
    deviations, volumes = {}, 0
    for name, text in collection.files().items():
        expected = len(ARTICLE_LINE.findall(text.partition(INFO_END)[2]))
        if name.startswith("national/民法典/"):
            volumes += expected  # eight files, one edition
        elif name in found and found[name] != expected:
            deviations[Path(name).name] = found[name] - expected
    assert deviations == DEVIATIONS
    code = Edition.objects.get(regulation__title="中华人民共和国民法典")
    assert code.article_count == volumes == 1260
    assert Article.objects.numbered().count() == sum(
        Edition.objects.values_list("article_count", flat=True)
    )


@pytest.mark.django_db
def test_no_character_of_any_text_is_lost(collection: Collection) -> None:
    stored = stored_texts()
    files = collection.files()
    volumes: dict[int, list[tuple[int, str]]] = {}
    for row in collection.first.rows:
        if row.edition is None:
            continue
        body = squeezed(files[row.file].partition(INFO_END)[2])
        if row.file.startswith("national/民法典/"):
            title = files[row.file].split("\n# ")[1].split("\n")[0].strip()
            first = ARTICLE_LINE.search(body.replace("第", "\n第"))
            order = stored[row.edition].index(first[0]) if first else 0
            volumes.setdefault(row.edition, []).append((order, title + body))
        else:
            assert stored[row.edition] == body, row.file
    for edition, texts in volumes.items():
        assert stored[edition] == "".join(text for _order, text in sorted(texts))


def stored_texts() -> dict[int, str]:
    """The text of every edition as the database has it."""
    nodes: dict[int, dict[int, str]] = {}
    for part in Part.objects.iterator():
        nodes.setdefault(part.edition_id, {})[part.position] = part.label + part.title
    for article in Article.objects.iterator():
        nodes.setdefault(article.edition_id, {})[article.position] = article.label + article.text
    return {
        edition: squeezed("".join(pieces[position] for position in sorted(pieces)))
        for edition, pieces in nodes.items()
    }


@pytest.mark.django_db
def test_what_the_metadata_call_expired_is_never_in_force(
    collection: Collection, shared_data: Path
) -> None:
    packed = shared_data / "05-laws" / "laws-national-meta.sqlite3.gz"
    expired = expired_in_metadata(packed, collection.folder / "meta.sqlite3")
    assert len(expired) > 80
    editions = {
        (name_key(each.regulation.title), each.promulgated_on): each
        for each in Edition.objects.select_related("regulation")
    }
    checked = 0
    today = timezone.localdate()
    in_force = set(Edition.objects.in_force_on(today).values_list("pk", flat=True))
    for name, day in expired:
        edition = editions.get((name_key(name), name_and_day(f"x({day})")[1]))
        if edition is not None:
            checked += 1
            assert edition.pk not in in_force, name
            assert edition.validity_on(today) != "in_force"
    assert checked > 70


def expired_in_metadata(packed: Path, unpacked: Path) -> list[tuple[str, str]]:
    unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
    with closing(sqlite3.connect(unpacked)) as database:
        return list(database.execute("SELECT name, publish FROM law WHERE expired = 1"))


@pytest.mark.django_db
def test_no_day_ever_sees_two_editions_of_one_regulation_in_force(collection: Collection) -> None:
    days = set(Edition.objects.exclude(in_force_from=None).values_list("in_force_from", flat=True))
    for edition_days in days:
        owners = list(
            Edition.objects.in_force_on(edition_days).values_list("regulation", flat=True)
        )
        assert len(owners) == len(set(owners))
