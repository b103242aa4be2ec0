"""A check without Python says no on an untouched bench, yes on a solved one, no when sabotaged."""

import json
import re
from pathlib import Path

import pytest

from tests.commands import Command
from tests.plans import ROOT

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]

PAGE = (ROOT / "docs" / "ecrire-un-controle.md").read_text(encoding="utf-8")
FILE = re.compile(r"^```\w+\n# (\S+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_check_of_the_page_discriminates(own_room: Command, tmp_path: Path) -> None:
    ((name, text),) = FILE.findall(PAGE)
    path = tmp_path / str(name)
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    room = Command(own_room.state, {"LABCTL_CONTENT_DIR": str(tmp_path)})
    done = room.run("prove", "1", "--only", "L-101", "--yes", "--json", timeout_s=900)
    assert done.stdout, done.stderr[-3000:]
    (row,) = json.loads(done.stdout)["checks"]
    assert (row["check"], row["reasons"]) == ("L-101", [])
    assert (row["untouched"], row["sabotaged"]) == ("non conforme", "non conforme")
