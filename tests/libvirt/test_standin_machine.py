"""The simulated Windows as a virtual machine: reached over WinRM, with new secrets at a reset."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.collect.visit import load_opener
from labctl.connect.base import Question, Transport
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.libvirt.provider import LibvirtProvider
from tests.libvirt.daemon import POSTE, lone_plan

BENCH = BenchId(4)
LONG = 500.0
ASKED = Question(
    POSTE,
    Transport.CIM,
    "Win32_OperatingSystem",
    {
        "namespace": "root/cimv2",
        "class": "Win32_OperatingSystem",
        "where": "",
        "properties": ("Caption",),
    },
)


@pytest.fixture
def plan(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    """Give the plan of a bench whose workstation is the simulated one."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    built = lone_plan(uri, BENCH)
    station = replace(built.nodes[POSTE], kind="windows-standin")
    yield replace(built, nodes={**built.nodes, POSTE: station})
    LibvirtProvider().down(BENCH, Deadline.after(60))
    assert LibvirtProvider().list_benches() == ()


def ask(plan: Plan) -> str:
    """Return what the machine says it is, asked as a visit asks."""
    endpoint = LibvirtProvider().endpoints(plan).find(POSTE, Transport.CIM)
    assert endpoint is not None
    deadline = Deadline.after(60, patience=plan.patience)
    session = load_opener(Transport.CIM)(endpoint, deadline)
    try:
        (answer,) = session.ask((ASKED,), deadline)
    finally:
        session.close()
    assert answer.trouble is None, answer.trouble
    return answer.output.decode()


def test_the_simulated_windows_answers_after_up_and_with_new_secrets_after_reset(
    plan: Plan,
) -> None:
    provider = LibvirtProvider()
    assert POSTE in provider.up(plan, silent, Deadline.after(LONG)).started
    assert "Windows" in ask(plan)

    proof = provider.reset(plan, (), silent, Deadline.after(LONG))

    assert proof.is_proved()
    assert "windows_audit_password" in proof.renewed
    assert "Windows" in ask(plan)
