"""Which checks rest on a reading that no recording of the product shows."""

from pathlib import Path

import pytest

from labctl.core.verdict import Reason, Unobserved
from labctl.facts.evidence import Evidence
from labctl.facts.registry import load_key
from labctl.judge.catalogue import Check, load_checks
from labctl.judge.unseen import list_unseen
from tests.plans import Desk, plan_of
from tests.unit.facts.test_machine_recordings import lay


def evidence_on(desk: Desk) -> Evidence:
    """Return evidence of one fact of the workstation, and one of the bench."""
    plan = plan_of(1, desk)
    silent = Unobserved(Reason.UNREACHABLE, "pas de réponse")
    facts = {
        load_key(name): silent for name in ("installation.OperatingSystem@poste", "dhcp.Neighbours")
    }
    return Evidence(plan, "namespace", "2026-01-01T00:00:00Z", "", facts, {})


def checks_of(*names: str) -> list[Check]:
    return [one for one in load_checks() if one.spec.id in names]


def test_a_check_of_a_real_windows_is_unseen_until_one_was_recorded() -> None:
    assert list_unseen(evidence_on(Desk.WINDOWS), checks_of("K-002", "K-066")) == ("K-002",)


def test_a_recording_shows_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    lay(tmp_path, "windows-11", is_simulated=False)

    assert list_unseen(evidence_on(Desk.WINDOWS), checks_of("K-002", "K-066")) == ()


@pytest.mark.parametrize("desk", [Desk.LINUX, Desk.SIMULATED])
def test_what_labctl_was_made_with_was_seen(desk: Desk) -> None:
    assert list_unseen(evidence_on(desk), checks_of("K-002", "K-034", "K-066")) == ()
