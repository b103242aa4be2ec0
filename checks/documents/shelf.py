"""The folder of a share into which documents may be put."""

from pathlib import Path

from checks.documents.demand import Documents
from labctl.api import Plan, Shelf

PROGRAM = Path(__file__).parent / "programs" / "on_server.py"
"""What runs on the file server, with its own Python."""


def find_shelf(plan: Plan) -> Shelf | None:
    """Return the folder that the subject names, None where it names none, or no such machine is."""
    asked = plan.find(Documents)
    folder = asked.folder if asked else None
    if folder is None or folder.server not in plan.nodes:
        return None
    program = PROGRAM.read_text("utf-8")
    argv = ("/usr/bin/python3", "-I", "-c", program, folder.share, folder.name)
    return Shelf(folder.server, folder.place(plan), argv)
