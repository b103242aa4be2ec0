"""A subject of one's own, as ``docs/ecrire-un-sujet.md`` has it written."""

import re
from pathlib import Path

from labctl.pipeline.new import draft_check, draft_subject
from tests.plans import ROOT

PAGE = (ROOT / "docs" / "ecrire-un-sujet.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGES, OWN_BLOCK = SHOWN.findall(PAGE)


def read_lines() -> list[str]:
    """Return what the page has somebody type, in order."""
    typed = "".join(CONSOLE.findall(PAGE)).splitlines()
    return [line.removeprefix("# ").partition("   #")[0] for line in typed if line[:2] == "# "]


def start(folder: Path) -> None:
    """Write the subject, its room and the check of the page, in the folder of a centre."""
    folder.mkdir(parents=True, exist_ok=True)
    draft_subject(folder, "mon-sujet", None).write()
    draft_check(folder, "accueil").write()


def change_subject(folder: Path) -> None:
    """Change the subject as the page does: another client, another network, the block of a check.

    Done again, it changes nothing.
    """
    path = folder / "inventories" / "cahiers" / "mon-sujet.cdc.yml"
    text = path.read_text("utf-8")
    for line in CHANGES.splitlines():
        key = line.partition(":")[0]
        text = re.sub(rf"^{key}: .*$", line, text, count=1, flags=re.MULTILINE)
    if OWN_BLOCK not in text:
        text = text.replace("nommage, adressage]", "nommage, adressage, accueil]")
        text = text.replace("\nlots:", f"\n{OWN_BLOCK}\nlots:")
    path.write_text(text, encoding="utf-8")
