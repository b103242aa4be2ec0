"""What tests of printed documents share: the rooms that there are, printing, and reading a PDF."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labctl.pipeline.paper import Wish, print_documents
from labctl.pipeline.place import ROOMS, Place, list_names, load_place
from labctl.reports.printed.sitting import Sitting
from tests.plans import ROOT

FOREIGN = {"home": "maison", "sensors": "atelier"}
"""Content folders of other exams, and their rooms."""
OF_THE_DAY = Sitting(day=date(2026, 12, 7))
"""A session of which nothing but the day is known."""


@dataclass(frozen=True)
class Told:
    """A room, and the folder of content that it is of: empty for what labctl ships."""

    room: str
    folder: str = ""

    def load(self, use_content: Callable[[Path], None]) -> Place:
        """Return the room, its folder being the centre's content."""
        if self.folder:
            use_content(ROOT / "tests" / "exams" / self.folder)
        return load_place(self.room, None)


def list_rooms() -> tuple[Told, ...]:
    """Return every room that can be printed: those that ship, and those of foreign exams."""
    shipped = [Told(name) for name in list_names(*ROOMS)]
    return (*shipped, *(Told(room, folder) for folder, room in FOREIGN.items()))


def print_one(place: Place, folder: Path, *names: str) -> dict[str, bytes]:
    """Return documents of bench 1, PDF and ODT, by name of file."""
    wish = Wish(names, "", OF_THE_DAY, with_odt=True)
    printed = print_documents({1: place}, wish, folder)
    return {path.name: path.read_bytes() for path in printed.files}


def read_pdf(pdf: bytes) -> str:
    """Return the text of a PDF, hard spaces as spaces."""
    argv = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(argv, input=pdf, capture_output=True, check=True, timeout=30)  # noqa: TID251
    return _soften(done.stdout.decode())


def read_odt(odt: bytes) -> str:
    """Return the text of an ODT."""
    with zipfile.ZipFile(io.BytesIO(odt)) as archive:
        content = archive.read("content.xml").decode()
    return _soften(re.sub(r"<[^>]+>", " ", content))


def _soften(text: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", text)
