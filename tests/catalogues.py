"""English catalogues: the engine's and one of each topic. ``make i18n`` runs this.

New texts are put in, to be filled in; texts that are gone go; what is written is compiled.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from labctl.core.i18n import LOCALES
from tests.plans import ROOT

ENGLISH = LOCALES / "en" / "LC_MESSAGES" / "labctl.po"
FRENCH_OF_ARGPARSE = LOCALES / "fr" / "LC_MESSAGES" / "argparse.po"
HEAD = (
    "# What the topic says, in English; its texts are French"
    " (`make i18n` adds the new ones, empty)."
)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
WIDTH = 100


@dataclass(frozen=True)
class Source:
    """A folder whose texts have a catalogue of their own."""

    folder: Path
    catalogue: Path

    def list_texts(self) -> frozenset[str]:
        """Return every text that is given to ``_`` or ``mark`` in the folder."""
        keywords = {"_": None, "mark": None}
        found = extract_from_dir(self.folder, _list_methods(), keywords=keywords)
        return frozenset(str(text) for _file, _line, text, _comments, _context in found)


def list_sources() -> Iterator[Source]:
    """Yield the engine, and each topic that says something."""
    yield Source(ROOT / "labctl", ENGLISH)
    for folder in sorted((ROOT / "checks").iterdir()):
        catalogue = folder / "locale" / "en" / "LC_MESSAGES" / f"{folder.name}.po"
        source = Source(folder, catalogue)
        if catalogue.exists() or source.list_texts():
            yield source


def read(catalogue: Path) -> Catalog:
    """Return a catalogue; a new one where there is none."""
    if not catalogue.exists():
        return Catalog(
            *("en", None, HEAD, "labctl", "1"),
            fuzzy=False,
            msgid_bugs_address="-",
            last_translator="labctl",
            language_team="labctl",
            creation_date=BEGUN,
            revision_date=BEGUN,
        )
    with catalogue.open("rb") as file:
        return read_po(file, abort_invalid=True)


def update(source: Source) -> None:
    """Write the catalogue of a folder anew: its texts of today, with what is translated."""
    template = Catalog()
    for text in sorted(source.list_texts()):
        template.add(text)
    catalogue = read(source.catalogue)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    source.catalogue.parent.mkdir(parents=True, exist_ok=True)
    with source.catalogue.open("wb") as file:
        write_po(file, catalogue, WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)


def compile_one(catalogue: Path) -> None:
    """Write what gettext reads beside a catalogue."""
    with catalogue.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(catalogue))


def _list_methods() -> list[tuple[str, str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [(each["pattern"], each["method"]) for each in settings["tool"]["babel"]["mappings"]]


if __name__ == "__main__":
    for one in list_sources():
        update(one)
        compile_one(one.catalogue)
    compile_one(FRENCH_OF_ARGPARSE)
