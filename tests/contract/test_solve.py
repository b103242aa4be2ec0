"""The reference solution on a real bench: it can be applied again, and mends what was undone."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from checks.accounts.demand import LocalAccounts
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.secrets import derive
from labctl.pipeline.seed import read_seed
from tests.commands import Command
from tests.plans import Desk, plan_of

pytestmark = pytest.mark.embedded
MACHINES = ("routeur", "dc", "nas", "poste")
SHARES = "/etc/samba/smb.conf"


def changes(room: Command) -> int:
    document = room.json("solve", "1")
    assert document["failed"] == {}
    return int(document["solved"]["1"]["changed"])


def on(room: Command, node: str, argv: Sequence[str]) -> str:
    return room.must("connect", "1", node, "--", *argv)


def test_a_second_run_changes_nothing(solved: Command) -> None:
    assert changes(solved) == 0


def test_every_run_of_a_solved_bench_says_so_and_a_partial_one_is_not_printed(
    solved: Command,
) -> None:
    (whole,) = solved.json("grade", "1", "--strict", "--mode", "examen")["benches"]
    (part,) = solved.json("grade", "1", "--only", "6")["benches"]
    printed = solved.run("report", "1", "--format", "html,junit", "--json")

    assert whole["provenance"]["helps"] == part["provenance"]["helps"] != []
    assert (whole["counts"]["conforme"], part["counts"]["conforme"]) == (0, 0)
    assert whole["counts"]["aidé"] > part["counts"]["aidé"] > 0
    assert (whole["provenance"]["partial"], part["provenance"]["partial"]) == (False, True)
    document = json.loads(printed.stdout)
    assert document["runs"] == {"1": whole["run"]}
    page = (Path(whole["run"]) / "banc-01.html").read_text(encoding="utf-8")
    assert "Corrigé appliqué le" in page


@pytest.mark.nightly
def test_what_was_undone_is_done_again_and_nothing_else(solved: Command) -> None:
    on(solved, "poste", ("rmdir", "/donnees"))
    on(
        solved,
        "nas",
        ("sed", "--in-place", "s/guest ok = no/guest ok = yes/", "/etc/samba/smb.conf"),
    )
    on(solved, "dc", ("samba-tool", "domain", "passwordsettings", "set", "--min-pwd-length=8"))

    assert changes(solved) == 3
    assert changes(solved) == 0


def test_nothing_of_a_run_is_left_on_machines_or_here(solved: Command) -> None:
    left = [
        on(solved, node, ("ls", "-A", "/run/labctl")) for node in ("routeur", "dc", "nas", "poste")
    ]

    assert not [names for names in left if "ansible" in names]
    assert list(solved.state.rglob("configure")) == []


def test_the_local_administrator_has_the_password_of_the_cahier(solved: Command) -> None:
    line = on(
        solved,
        "poste",
        ("getent", "shadow", plan_of(1, Desk.SIMULATED).demand(LocalAccounts).admin.name),
    )
    sealed = line.split(":")[1]
    secret = derive(read_seed("demo:graine-de-demo"), "01", "poste_admin")
    argv = ("openssl", "passwd", "-6", "-salt", sealed.split("$")[2], "-stdin")

    done = command.run(argv, Deadline.after(60), stdin=secret.reveal())

    assert done.stdout.strip() == sealed
