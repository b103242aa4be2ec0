"""Typst, in a process of its own: templates of content are programs, and a deadline ends them.

The process has no network (a namespace of its own where the kernel gives one), sees the templates
only, and is handed what it prints on its standard input: no secret is in an argument or a file.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, InfrastructureError, Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.paths import content_roots

FOLDER = "inventories/documents"
MAIN = "document.typ"
STANDARDS = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2) to keep, PDF/UA-1 (ISO 14289-1) to be read aloud."""
START_S, EACH_S = 30.0, 5.0
MOST_BYTES = 8 << 20
"""What one file of a template may hold."""
_PACKAGE = re.compile(r'"@[a-z]')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document to be typeset: the folder of its template, what it says, its own file name."""

    document: str
    data: Mapping[str, object]
    file: str


def typeset(sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """Return each document as PDF, by file name; SpecError where a template refuses it."""
    with tempfile.TemporaryDirectory(prefix="labctl-print-") as folder:
        root = Path(folder, "templates")
        output = Path(folder, "pages")
        output.mkdir()
        copy_templates(root)
        jobs = [
            {"main": str(_find_main(root, sheet)), "data": dict(sheet.data), "file": sheet.file}
            for sheet in sheets
        ]
        order = {"root": str(root), "output": str(output), "standards": STANDARDS, "jobs": jobs}
        _compose(order, len(jobs))
        return {sheet.file: (output / sheet.file).read_bytes() for sheet in sheets}


def copy_templates(root: Path) -> None:
    """Copy the templates of every content root in one folder, the centre's over the others."""
    for content in reversed(tuple(content_roots())):
        for source in sorted((content / FOLDER).rglob("*")):
            target = root / source.relative_to(content / FOLDER)
            if source.is_symlink() or not source.is_file() or source.stat().st_size > MOST_BYTES:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            if source.suffix == ".typ":
                _refuse_packages(source)


def _refuse_packages(file: Path) -> None:
    """Refuse a template that wants a package of Typst's registry: there is no network."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    said = _("un modèle n'importe aucun paquet : rien n'est téléchargé")
    found = tuple(
        Mistake(str(file), number, said, "document")
        for number, line in enumerate(lines, start=1)
        if _PACKAGE.search(line)
    )
    if found:
        raise SpecError(found)


def _find_main(root: Path, sheet: Sheet) -> Path:
    own = root / sheet.document / MAIN
    return own if own.is_file() else root / MAIN


def _compose(order: Mapping[str, object], count: int) -> None:
    argv = [sys.executable, "-I", str(Path(__file__).with_name("press.py"))]
    deadline = Deadline.after(START_S + EACH_S * count)
    try:
        done = run(argv, deadline, stdin=json.dumps(order), check=False)
    except CommandError as exc:
        raise InfrastructureError(
            _("la mise en page n'a pas fini : %(why)s") % {"why": exc}
        ) from exc
    if done.exit_code != 0:
        raise InfrastructureError(
            _("la mise en page a échoué : %(why)s") % {"why": "\n".join(_explain(done.stderr))}
        )


def _explain(said: str) -> Iterator[str]:
    """Yield what Typst said, without the trace of a panic."""
    for line in said.splitlines():
        if line.startswith("stack backtrace"):
            return
        yield line
