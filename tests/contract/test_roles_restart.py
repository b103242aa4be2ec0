"""Machines that die start again with the candidate's work in place, and in service."""

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench
from tests.commands import Command

pytestmark = pytest.mark.embedded


def kill(room: Command, names: tuple[str, ...]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_STATE_DIR", str(room.state))
        running = Bench(BenchId(1)).scan()
        processes.kill(tuple(running[NodeName(name)] for name in names), Deadline.after(60))


@pytest.mark.parametrize(
    "names",
    [
        ("routeur", "poste", "imprimante", "point_acces", "internet"),
        ("dc", "nas", "hote", "jury", "sonde_admin"),
    ],
    ids="+".join,
)
def test_a_solved_bench_is_still_solved(solved: Command, names: tuple[str, ...]) -> None:
    kill(solved, names)

    started = solved.json("up", "1")
    verdicts = solved.verdicts(1)

    assert set(names) <= set(str(started).replace("'", " ").split())
    wrong = {check: v["message"] for check, v in verdicts.items() if v["verdict"] != "conforme"}
    assert wrong == {}
