"""The shipped session, laid down with one text in place of another."""

from pathlib import Path

from tests.plans import ROOT

SHIPPED = ROOT / "inventories" / "sessions"
ROSTER = "demo.csv"
SESSION = "demo.session.yml"
Edit = tuple[str, str, str]
"""In which file, what, and what to write instead."""


def lay_session(folder: Path, *edits: Edit) -> Path:
    """Copy the shipped session and its roster, edited; return the file of the session."""
    for name in (SESSION, ROSTER):
        text = (SHIPPED / name).read_text("utf-8")
        for file, old, new in edits:
            if file == name:
                assert old in text, f"{old!r} is not in {name}"
                text = text.replace(old, new, 1)
        (folder / name).write_text(text, "utf-8")
    return folder / SESSION
