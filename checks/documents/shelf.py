"""The folder of a share into which documents may be put."""

from pathlib import Path

from checks.documents.demand import Documents
from labctl.api import Plan, Shelf

PROGRAM = Path(__file__).parent / "programs" / "on_server.py"
"""What runs on the file server, with its own Python."""


def find_shelf(plan: Plan) -> Shelf | None:
    """Return the folder that the subject names, None where it names none."""
    asked = plan.find(Documents)
    if asked is None or asked.folder is None:
        return None
    folder = asked.folder
    program = PROGRAM.read_text("utf-8")
    argv = ("/usr/bin/python3", "-I", "-c", program, folder.share, folder.name)
    return Shelf(folder.server, folder.place(plan), argv)
