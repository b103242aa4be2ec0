"""Command shells: their protocol, their quotas, and the honesty of what they run."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from labwindows import soap
from labwindows.commands import Commands
from labwindows.shells import MAX_SHELLS

from labctl.connect.cim.question import render_command
from labctl.connect.cim.script import read_output
from tests.unit.windows.simulated import Paper, Simulated, keytab, simulate
from tests.unit.windows.test_service import fault_of

CMD = f"{soap.RSP}/cmd"
SCRIPT = """\
Fact channel { [bool](Test-ComputerSecureChannel) }
ConvertTo-Json -Compress -Depth 4 -InputObject $facts
"""
KEYTAB = {"/etc/krb5.keytab": keytab("ARU-PC-01$@MOANA.TEST")}
JOINED: dict[tuple[str, ...], str] = {("net", "ads", "testjoin"): "Join is OK\n"}


@pytest.fixture
def windows(tmp_path: Path) -> Simulated:
    """Give the Windows of the factory."""
    return simulate(tmp_path)


@pytest.fixture
def open_shell(windows: Simulated) -> Callable[[], str]:
    """Give what opens a shell and returns its name."""

    def create() -> str:
        made = windows.ask(CMD, f"{soap.T}/Create", "<rsp:Shell/>")
        return made.findtext(f".//{{{soap.RSP}}}ShellId") or ""

    return create


def run(windows: Simulated, shell: str, *argv: str) -> Element:
    """Run a command in a shell; return what Receive answers."""
    arguments = "".join(f"<rsp:Arguments>{word}</rsp:Arguments>" for word in argv[1:])
    line = f"<rsp:CommandLine><rsp:Command>{argv[0]}</rsp:Command>{arguments}</rsp:CommandLine>"
    started = windows.ask(CMD, f"{soap.RSP}/Command", line, {"ShellId": shell})
    command = started.findtext(f".//{{{soap.RSP}}}CommandId") or ""
    return receive(windows, shell, command)


def receive(windows: Simulated, shell: str, command: str) -> Element:
    """Ask what a command said."""
    asked = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream></rsp:Receive>'  # noqa: E501
    return windows.ask(CMD, f"{soap.RSP}/Receive", asked, {"ShellId": shell}, timeout="PT1S")


def streams(answered: Element) -> tuple[str, str, int]:
    """Return what a command said on both streams, and its exit code."""
    said = {"stdout": b"", "stderr": b""}
    for one in answered.iter(f"{{{soap.RSP}}}Stream"):
        said[one.get("Name", "")] += base64.b64decode(one.text or "")
    code = answered.findtext(f".//{{{soap.RSP}}}ExitCode") or "-1"
    return said["stdout"].decode(), said["stderr"].decode(), int(code)


def test_a_known_command_runs(windows: Simulated, open_shell: Callable[[], str]) -> None:
    assert streams(run(windows, open_shell(), "hostname")) == ("POSTE\r\n", "", 0)


@pytest.mark.parametrize("argv", [("format", "C:"), ("powershell", "Get-Process"), ("",)])
def test_anything_else_is_refused_as_a_simulation(
    windows: Simulated, open_shell: Callable[[], str], argv: tuple[str, ...]
) -> None:
    out, err, code = streams(run(windows, open_shell(), *argv))

    assert (out, code) == ("", 1)
    assert "poste simulé" in err


def test_a_line_too_long_is_refused_as_cmd_does(
    windows: Simulated, open_shell: Callable[[], str]
) -> None:
    _out, err, code = streams(run(windows, open_shell(), "echo", "x" * 8191))

    assert (err, code) == ("The command line is too long.\r\n", 1)


def test_a_command_that_says_nothing_yet_times_out_then_reads_its_input(
    windows: Simulated, open_shell: Callable[[], str]
) -> None:
    shell = open_shell()
    line = "<rsp:CommandLine><rsp:Command>powershell -</rsp:Command></rsp:CommandLine>"
    started = windows.ask(CMD, f"{soap.RSP}/Command", line, {"ShellId": shell})
    command = started.findtext(f".//{{{soap.RSP}}}CommandId") or ""
    early = receive(windows, shell, command)
    text = base64.b64encode(b"hostname\n").decode()
    stream = f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command}" End="true">{text}</rsp:Stream></rsp:Send>'  # noqa: E501
    windows.ask(CMD, f"{soap.RSP}/Send", stream, {"ShellId": shell})

    assert fault_of(early) == ("w:TimedOut", "2150858793")
    assert streams(receive(windows, shell, command))[0] == "POSTE\r\n"


def test_shells_are_counted_and_given_back(
    windows: Simulated, open_shell: Callable[[], str]
) -> None:
    shells = [open_shell() for _ in range(MAX_SHELLS)]
    refused = windows.ask(CMD, f"{soap.T}/Create", "<rsp:Shell/>")
    windows.ask(CMD, f"{soap.T}/Delete", selectors={"ShellId": shells[0]})

    assert fault_of(refused) == ("w:QuotaLimit", "2150859173")
    assert open_shell()
    assert fault_of(run_in_dead(windows, shells[0])) == ("w:InvalidSelectors", "2150858843")


def run_in_dead(windows: Simulated, shell: str) -> Element:
    """Start a command in a shell."""
    line = "<rsp:CommandLine><rsp:Command>ver</rsp:Command></rsp:CommandLine>"
    return windows.ask(CMD, f"{soap.RSP}/Command", line, {"ShellId": shell})


@pytest.mark.parametrize(
    ("contents", "said", "expected"),
    [
        ({}, {}, None),
        (KEYTAB, JOINED, [True]),
        (KEYTAB, {}, [False]),
    ],
)
def test_labctls_own_script_is_answered_from_the_real_machine(
    contents: dict[str, bytes], said: dict[tuple[str, ...], str], expected: list[bool] | None
) -> None:
    found = play(SCRIPT, {}, Paper(said=said, contents=contents))["channel"]

    assert found.get("found") == expected
    assert ("error" in found) == (expected is None)


@pytest.mark.parametrize("late", [("adcli", "testjoin"), ("net", "ads", "testjoin")])
def test_a_controller_that_does_not_answer_in_time_is_no_refusal(late: tuple[str, ...]) -> None:
    paper = Paper(contents=KEYTAB, late=frozenset({late}))

    assert play(SCRIPT, {}, paper)["channel"] == {"found": []}


def test_one_way_of_joining_that_works_is_enough() -> None:
    paper = Paper(contents=KEYTAB, said=JOINED, late=frozenset({("adcli", "testjoin")}))

    assert play(SCRIPT, {}, paper)["channel"] == {"found": [True]}


def test_the_rest_of_the_script_is_what_the_scenario_tells() -> None:
    script = "Fact audit { a }\nFact other { b }\nFact hashes { 'D:\\A.txt' }\nConvertTo-Json"
    hashes: list[object] = [
        {"path": "d:\\a.TXT", "sha256": "aa"},
        {"path": "D:\\B.txt", "sha256": "bb"},
    ]

    found = play(script, {"audit": [3], "hashes": hashes}, Paper())

    assert found["audit"] == {"found": [3]}
    assert found["hashes"] == {"found": hashes[:1]}
    assert "scenario" in found["other"]["error"]


def test_a_script_that_is_not_labctls_is_refused() -> None:
    output = Commands(Paper()).run(render_command("Get-Disk | ConvertTo-Json"), b"")

    assert (output.stdout, output.code) == (b"", 1)


def play(script: str, told: dict[str, list[object]], machine: Paper) -> dict[str, dict[str, Any]]:
    """Return what a script prints where the scenario tells this."""
    output = Commands(machine, lambda: told).run(render_command(script), b"")
    found = read_output(output.code, output.stdout, output.stderr)
    assert isinstance(found, dict)
    return found
