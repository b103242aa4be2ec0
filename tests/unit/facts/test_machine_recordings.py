"""Whole machines as ``labctl record`` wrote them: a new case is a folder.

Those of ``vm_templates/<kind>/recordings`` are of real products; that of ``tests/recordings/whole``
is of the simulated Windows, and proves the format only.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.collect.facts import parse, to_plain
from labctl.core.errors import StoreError
from labctl.core.store import write_json
from labctl.core.verdict import Unobserved
from labctl.facts.recording import (
    FILE,
    list_seen,
    read_answers,
    read_plan,
    read_recording,
    to_document,
)
from labctl.facts.registry import load_key, want

ROOT = Path(__file__).resolve().parents[3]
WHOLE = ROOT / "tests/recordings/whole"
FOLDERS = sorted(
    path.parent
    for pattern in ("tests/recordings/whole/*", "vm_templates/*/recordings/*")
    for path in ROOT.glob(f"{pattern}/{FILE}")
)
CASES = [(folder, name) for folder in FOLDERS for name in read_recording(folder).facts]


@pytest.mark.parametrize(
    ("folder", "name"), CASES, ids=[f"{folder.name}-{name}" for folder, name in CASES]
)
def test_a_recorded_fact_is_read_as_it_was(folder: Path, name: str) -> None:
    recorded, plan = read_recording(folder).facts[name], read_plan(folder)
    try:
        wanted = want(plan, load_key(name))
        assert wanted is not None
        answers = read_answers(folder, wanted, plan, recorded)
    except (KeyError, ValueError):
        pytest.skip("labctl asks something else today: record the machine again")

    fact = parse(plan, wanted, answers)

    assert (
        (fact.detail, None)
        if isinstance(fact, Unobserved)
        else ("", to_plain(fact))
        == (
            recorded.unread,
            recorded.value,
        )
    )


def test_a_kind_that_nobody_recorded_was_not_seen() -> None:
    assert list_seen("windows-11") == frozenset()


def lay(root: Path, kind: str, *, is_simulated: bool) -> None:
    """Lay the recording of the simulated Windows as one of a kind, in a centre's own folder."""
    known = read_recording(WHOLE / "windows-standin")
    laid = replace(known, kind=kind, is_simulated=is_simulated)
    write_json(root / "vm_templates" / kind / "recordings/salle" / FILE, to_document(laid))


def test_a_recording_shows_what_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    lay(tmp_path, "windows-11", is_simulated=False)

    assert "naming.Identity" in list_seen("windows-11")


def test_an_imitation_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    lay(tmp_path, "windows-11", is_simulated=True)

    assert list_seen("windows-11") == frozenset()


def test_another_document_is_no_recording(tmp_path: Path) -> None:
    write_json(tmp_path / FILE, {"schema": "labctl/other/v1"})

    with pytest.raises(StoreError, match="n'est pas un enregistrement"):
        read_recording(tmp_path)
