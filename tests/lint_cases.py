"""The cases of tests/golden/lint: a wrong cahier or room each, and what must be said of it.

``edits.txt`` changes the shipped files, block by block: ``- `` lines (there exactly once) become
``+ `` lines; ``@cahier`` or ``@salle`` names the file, ``@hote`` a network of this machine,
``@nom`` the name a file is known by, ``@cahiers`` those of every cahier.
A file of the folder named ``x.cdc.yml`` or ``x.room.yml`` is taken as it is instead.

``expected.txt`` has what the line says in the place of its number: a line more in a shipped file
changes none of them.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path

from tests.plans import CAHIER, ROOM

CASES = Path(__file__).resolve().parent / "golden" / "lint"


@dataclass
class Case:
    texts: dict[str, str] = field(default_factory=dict)
    networks: list[IPv4Network] = field(default_factory=list)
    name: str = ""
    cahiers: tuple[str, ...] | None = None


def list_cases() -> list[Path]:
    """Return the folder of each."""
    return sorted(CASES.iterdir())


def read_case(folder: Path) -> Case:
    case = Case()
    for name, pattern in (("@cahier", "*.cdc.yml"), ("@salle", "*.room.yml")):
        for whole in folder.glob(pattern):
            case.texts[name] = whole.read_text("utf-8")
    edits = folder / "edits.txt"
    if edits.exists():
        _apply(case, edits.read_text("utf-8"))
    return case


def _apply(case: Case, text: str) -> None:
    files = {"@cahier": CAHIER, "@salle": ROOM}
    target = "@cahier"
    for block in text.split("\n\n"):
        lines = block.splitlines()
        for line in lines:
            target = line if line in files else target
            if line.startswith("@hote "):
                case.networks.append(IPv4Network(line.removeprefix("@hote ")))
            if line.startswith("@nom "):
                case.name = line.removeprefix("@nom ")
            if line.startswith("@cahiers "):
                case.cahiers = tuple(line.removeprefix("@cahiers ").split())
        old = "\n".join(line[2:] for line in lines if line.startswith("- "))
        new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        before = case.texts.get(target) or files[target].read_text("utf-8")
        assert not old or before.count(old) == 1, f"{before.count(old)} fois : {old}"
        case.texts[target] = before.replace(old, new) if old else before
