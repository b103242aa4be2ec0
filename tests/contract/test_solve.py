"""The reference solution on a real bench: it can be applied again, and mends what was undone."""

from collections.abc import Sequence

import pytest

from tests.commands import Command

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
