"""The pictures of the README: what labctl prints of an invented candidate's bench.

``make pictures`` draws them anew; tests/unit/docs/test_pictures.py says when they are out of date.
The terminal and the topology are text (SVG) and compared to the letter; the grid is a photograph
of the first page by a headless browser, and carries the digest of the page that it shows.
"""

import hashlib
import io
import os
import re
import runpy
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from labctl.core.verdict import Restart
from labctl.facts.registry import name_key
from labctl.pipeline.daysheet import read_daysheet, write_daysheet
from labctl.pipeline.doors import Listening, order_door
from labctl.pipeline.observe import choose, grade
from labctl.pipeline.paper import Wish, print_documents
from labctl.pipeline.place import load_place
from labctl.pipeline.wayin import build_way_in
from labctl.plan.picture.drawing import render_svg
from labctl.providers.doors.node import describe
from tests.facts import solved_facts, untouched_facts
from tests.plans import ROOT, Desk, plan_of
from tests.runs import EXAM, WHOLE, write_evidence

FOLDER = ROOT / "docs" / "pictures"
NOT_DONE = frozenset({"Updates", "Sound", "ShareDefinitions", "WebAdmin"})
"""Facts in which the invented candidate did nothing; everything else is done."""
WIDTH, HEIGHT = 1000, 1300
"""Pixels of the photograph."""
_VOLATILE = re.compile(
    r"\d\d/\d\d/\d{4}|\d\d:\d\d(:\d\d)?|\d{8}T\d{6}\.\d{6}Z"
    r"|\d{4}-\d\d-\d\d[T ]|[0-9a-f]{16,}"
)
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_KEY = b"labctl-page"


def draw_topology() -> str:
    """Return the picture of the shipped example's first bench."""
    return render_svg(plan_of(1, Desk.SIMULATED))


NEWS = {"tickets": [], "clock": {"spent_s": 4320, "left_s": 2880, "runs": True}}
SUBJECTS = {"ccp2-a.svg": "demo-ccp2", "ccp3-a.svg": "demo-ccp3"}
"""Pictures of the page of subjects, and the rooms whose first bench they show."""


def draw_subject(room: str) -> str:
    """Return the picture of the first bench of a demonstration room."""
    return render_svg(load_place(room, None).plan(1))


def draw_terminal(state: Path) -> str:
    """Return the picture of a terminal in which the invented bench was graded."""
    said = _labctl(state, "grade", "--from", str(_collect(state)))
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text("# labctl grade 1\n", style="bold"))
    console.print(Text.from_ansi(said.partition("\nbanc 01, ")[0].rstrip()))
    return _FONTS.sub("", console.export_svg(title="labctl grade 1", unique_id="labctl"))


def draw_menu() -> str:
    """Return the picture of what a candidate sees first, on bench 7."""
    order = order_door(load_place("demo", None), 7, Listening("127.0.0.1", 22000))
    entry = describe(build_way_in(order), 7)
    programs = ROOT / "vm_templates" / "entrance" / "files" / "usr" / "lib" / "labctl"
    menu = runpy.run_path(str(programs / "menu"))
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ ssh -p 22007 banc07@salle-info\n", style="bold"))
    lines = [
        *menu["list_lines"](entry, "09:41", {"poste": [(1, False)]}, NEWS),
        "Votre choix : ▉",
    ]
    console.print(Text.from_ansi("\n".join(lines)))
    return _FONTS.sub("", console.export_svg(title="banc 07", unique_id="labctl"))


def photograph_grid(state: Path) -> bytes:
    """Return the first page of the grid as PNG, marked with the digest of the page."""
    page = write_grid(state)
    return _mark(_photograph(page, HEIGHT), digest(page).encode())


def photograph_timetable(folder: Path) -> bytes:
    """Return the day of the shipped session as PNG, marked with the digest of the page."""
    page = folder / "horaires.html"
    page.write_text(write_timetable(folder), "utf-8")
    return _mark(_photograph(page, HEIGHT // 2), digest_of(page.read_text("utf-8")).encode())


def write_timetable(folder: Path) -> str:
    """Return the page of the timetable of the shipped session."""
    (path,) = write_daysheet(read_daysheet("demo"), ["html"], folder)
    return path.read_text("utf-8")


def _photograph(page: Path, height: int) -> bytes:
    with tempfile.TemporaryDirectory() as profile:
        picture = Path(profile) / "page.png"
        argv = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", f"--user-data-dir={profile}/profile",
            f"--window-size={WIDTH},{height}", f"--screenshot={picture}", page.as_uri(),
        ]  # fmt: skip
        subprocess.run(argv, capture_output=True, check=True, timeout=60)  # noqa: TID251  # outside the product
        return picture.read_bytes()


def photograph_subject() -> bytes:
    """Return the first page of the first bench's subject as PNG, marked with the digest of it."""
    pdf = print_subject()
    argv = ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-png", "-"]
    done = subprocess.run(argv, input=pdf, capture_output=True, check=True, timeout=60)  # noqa: TID251  # outside the product
    return _mark(done.stdout, hashlib.sha256(pdf).hexdigest().encode())


def print_subject() -> bytes:
    """Return the subject of the shipped example's first bench as PDF: always the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        place = load_place("demo", None)
        (path,) = print_documents({1: place}, Wish(("cahier",)), Path(folder)).files
        return path.read_bytes()


def write_grid(state: Path) -> Path:
    """Write the grid of the invented bench, and return its HTML page."""
    grade([_collect(state)], EXAM)
    _labctl(state, "report", "1", "--format", "html", "--output", str(state))
    return state / "banc-01.html"


def digest(page: Path) -> str:
    """Return the digest of a page, whatever the time at which it was written."""
    return digest_of(_VOLATILE.sub("", page.read_text(encoding="utf-8")))


def digest_of(text: str) -> str:
    """Return the digest of a page that says nothing of when it was written."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_mark(png: bytes) -> str:
    """Return the digest that a picture carries, empty when it has none."""
    for kind, content in _chunks(png):
        if kind == b"tEXt" and content.startswith(_KEY + b"\0"):
            return content.partition(b"\0")[2].decode()
    return ""


def _mark(png: bytes, text: bytes) -> bytes:
    """Add a text to a PNG, before its end (PNG specification, 11.3.4.3)."""
    body = b"tEXt" + _KEY + b"\0" + text
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:-12] + chunk + png[-12:]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        yield png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        position += 12 + length


def _collect(state: Path) -> Path:
    """Write the evidence of the invented bench, unless it is written."""
    plan = plan_of(1, Desk.SIMULATED)
    run = state / "runs" / "01" / "20260105T080000.000000Z"
    if not run.exists():
        missing = untouched_facts(plan)
        needs = choose(plan.referential, WHOLE).meant_for(plan).needs(plan)
        facts = solved_facts(plan)
        facts |= {fact: missing[fact] for fact, _node in needs if fact.__name__ in NOT_DONE}
        cut = Restart(("poste", "routeur"))
        write_evidence(run, plan, facts, map(name_key, needs), restart=cut)
    return run


def _labctl(state: Path, *words: str) -> str:
    """Run labctl as on a terminal of 80 columns, in French, and return what it prints."""
    environment = {
        **os.environ, "LABCTL_STATE_DIR": str(state), "LABCTL_RUNS_DIR": str(state / "runs"),
        "LABCTL_LANG": "fr", "COLUMNS": "80", "FORCE_COLOR": "1",
    }  # fmt: skip
    argv = [sys.executable, "-m", "labctl", *words]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)  # noqa: TID251  # outside the product
    return done.stdout


def main() -> None:
    """Draw every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        (FOLDER / "topology.svg").write_text(draw_topology(), encoding="utf-8")
        (FOLDER / "menu.svg").write_text(draw_menu(), encoding="utf-8")
        for name, room in SUBJECTS.items():
            (FOLDER / name).write_text(draw_subject(room), encoding="utf-8")
        (FOLDER / "terminal.svg").write_text(draw_terminal(state / "terminal"), encoding="utf-8")
        (FOLDER / "grid.png").write_bytes(photograph_grid(state / "grid"))
        (FOLDER / "subject.png").write_bytes(photograph_subject())
        (FOLDER / "timetable.png").write_bytes(photograph_timetable(state))


if __name__ == "__main__":
    main()
