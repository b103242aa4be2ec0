"""A content folder as a centre has one: machines with more packages, a room of another kind."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.plans import ROOM, ROOT, Desk

TEMPLATES = "vm_templates"


def write_content(folder: Path, kind: Desk, packages: Mapping[str, Sequence[str]]) -> None:
    """Write the folder that LABCTL_CONTENT_DIR is to name."""
    for role, names in packages.items():
        shutil.copytree(ROOT / TEMPLATES / role, folder / TEMPLATES / role)
        template = folder / TEMPLATES / role / "kind.yml"
        more = "".join(f"  - {name}\n" for name in names)
        text = template.read_text(encoding="utf-8")
        template.write_text(text.replace("packages:\n", f"packages:\n{more}", 1), encoding="utf-8")
    room = folder / ROOM.relative_to(ROOT)
    room.parent.mkdir(parents=True)
    lines = ROOM.read_text(encoding="utf-8").splitlines()
    chosen = f"genres: {{poste: {kind}}}"
    kinds = [chosen if line.startswith("genres:") else line for line in lines]
    room.write_text("\n".join(kinds) + "\n", encoding="utf-8")
