"""PowerShell texts of templates and solutions: sound, short, without any value of a bench."""

from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_powershell

from tests.plans import ROOT

POWERSHELL = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
TEMPLATES = sorted((ROOT / "vm_templates").glob("windows*/*.ps1"))
SCRIPTS = [*TEMPLATES, *sorted((ROOT / "playbooks" / "roles").glob("*/files/*.ps1"))]
MOST_BYTES, MOST_COLUMNS = 8000, 220


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_powershell(script: Path) -> None:
    assert not POWERSHELL.parse(script.read_bytes()).root_node.has_error


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stays_short_and_stops_at_the_first_error(script: Path) -> None:
    text = script.read_text(encoding="ascii")  # PowerShell 5 reads a file without BOM as ANSI

    assert len(text) <= MOST_BYTES
    assert max(map(len, text.splitlines())) <= MOST_COLUMNS
    assert "$ErrorActionPreference = 'Stop'" in text


def test_there_are_scripts() -> None:
    assert {path.name for path in TEMPLATES} == {
        "first-logon.ps1",
        "promote-dc.ps1",
        "seal-master.ps1",
    }
    assert len(SCRIPTS) > len(TEMPLATES)
