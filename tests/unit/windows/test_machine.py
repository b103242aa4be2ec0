"""What the simulated Windows reads of its machine, and how little it starts for it."""

import os
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from labwindows import machine as programs
from labwindows.machine import Local
from labwindows.real import network
from labwindows.real.computer import KEYTAB, OUTSIDE, read_domain, read_short_name
from labwindows.real.keytab import read_principals

from tests.unit.windows.simulated import Paper, keytab

HOST, MACHINE = "host/pc@MOANA.TEST", "PC$@MOANA.TEST"


def test_a_keytab_names_its_principals_once_and_skips_holes() -> None:
    assert read_principals(keytab(HOST, MACHINE, HOST)) == (HOST, MACHINE)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x05\x01", b"\x05\x02\x00", keytab(HOST)[:-40], b"\x05\x02" + b"\xff" * 40],
    ids=["empty", "other version", "cut size", "cut entry", "holes only"],
)
def test_a_keytab_that_is_none_names_nobody_it_cannot_read(content: bytes) -> None:
    assert set(read_principals(content)) <= {HOST}


def test_the_domain_is_that_of_the_machine_account_not_of_a_service() -> None:
    machine = Paper()
    machine.contents[KEYTAB] = keytab(HOST, MACHINE)

    assert read_domain(machine).name == "moana.test"
    assert read_domain(machine).account == "PC$"


def test_the_short_name_that_no_samba_knows_is_asked_of_the_domain() -> None:
    machine = Paper()
    machine.contents[KEYTAB] = keytab(HOST, MACHINE)
    unsaid = read_short_name(machine, read_domain(machine))
    machine.said["adcli", "info", "moana.test"] = "[domain]\ndomain-short = MOANA\n"

    assert (unsaid, read_short_name(machine, read_domain(machine))) == ("", "MOANA")
    assert read_short_name(machine, OUTSIDE) == ""


def test_a_program_runs_again_only_once_the_stamp_changed(tmp_path: Path) -> None:
    machine, file = Local(), tmp_path / "said"
    said = []
    for stamp, text in ((1, "one"), (1, "two"), (2, "three")):
        file.write_text(text)
        said.append(machine.recall(stamp, "cat", str(file)))

    assert said == ["one", "one", "three"]


def test_the_silence_of_a_program_is_not_remembered(tmp_path: Path) -> None:
    machine, file = Local(), tmp_path / "said"
    first = machine.recall(1, "cat", str(file))
    file.write_text("now")

    assert (first, machine.recall(1, "cat", str(file))) == ("", "now")


@pytest.mark.parametrize(
    ("told", "times"),
    [('{"patience": 10.0}', 10.0), ("", 1.0), ("[]", 1.0), ('{"patience": "x"}', 1.0), ("{}", 1.0)],
)
def test_a_program_has_more_time_on_a_slow_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, times: float
) -> None:
    (tmp_path / "node.json").write_text(told)
    given: list[float] = []

    def run(argv: Sequence[str], limit: float) -> CompletedProcess[bytes]:
        given.append(limit)
        return CompletedProcess(argv, 0, b"")

    monkeypatch.setattr(programs, "_run", run)
    machine = Local(str(tmp_path / "node.json"))

    machine.run("hostname")
    assert machine.succeeds("wbinfo", "-t")
    assert given == [5.0 * times, 8.0 * times]


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert Local().read(str(tmp_path / "pipe")) == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/etc/network/interfaces.d/eth0", "iface eth0 inet dhcp\n"),
        ("/proc/77/cmdline", "udhcpc\0-i\0eth0\0"),
    ],
)
def test_dhcp_is_seen_in_the_configuration_and_in_what_runs(path: str, text: str) -> None:
    machine = Paper()
    machine.files["/etc/network/interfaces"] = ""
    before = network.read_cards(machine)[0].is_dhcp
    machine.files[path] = text

    assert (before, network.read_cards(machine)[0].is_dhcp) == (False, True)


def test_the_space_of_a_file_system_is_read_and_unknown_for_none() -> None:
    size, left = Local().space("/")

    assert 0 < left <= size
    assert Local().space("/proc/nothing/here") == (0, 0)
