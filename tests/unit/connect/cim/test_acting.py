"""PowerShell that changes a Windows: played once, and its failure is said."""

import base64
import re
from pathlib import Path

import pytest

from labctl.connect.cim.acting import play_powershell
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from tests.attacks.certificates import NAME, Authority
from tests.attacks.hostile import serve
from tests.winrm_visit import endpoint_of
from tests.wsman_server import OPEN_SHELL, RSP, Request, Socket, envelope, http, play_wsman, relate

STATE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState"


def receive(code: int, error: str) -> bytes:
    said = base64.b64encode(error.encode()).decode()
    return envelope(
        f'<rsp:ReceiveResponse {RSP}><rsp:Stream Name="stderr" CommandId="C1">{said}</rsp:Stream>'
        f'<rsp:CommandState CommandId="C1" State="{STATE}/Done">'
        f"<rsp:ExitCode>{code}</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>"
    )


def play(authority: Authority, folder: Path, text: str, code: int = 0, error: str = "") -> str:
    """Play a script on a Windows that ends so; return what the Windows was told to run."""
    heard: list[Request] = []
    answers = {**OPEN_SHELL, "Receive": receive(code, error)}

    def reply(sock: Socket, request: Request) -> None:
        sock.sendall(http(relate(answers.get(request.action, envelope("")), request)))

    with serve(play_wsman(authority.serve_as(NAME), reply, heard)) as hostile:
        way = endpoint_of(hostile.port, folder, trust=authority.path)
        play_powershell(way, text, Deadline.after(60))
    assert [one.action for one in heard if one.action] == [
        "Create", "Command", "Receive", "Signal", "Delete",
    ]  # fmt: skip
    body = next(one.body for one in heard if one.action == "Command")
    encoded = re.search(rb"-EncodedCommand</rsp:Arguments><rsp:Arguments>([^<]+)<", body)
    assert encoded
    return base64.b64decode(encoded[1]).decode("utf-16-le")


def test_a_script_stops_at_its_first_error_and_is_played_once(
    authority: Authority, tmp_path: Path
) -> None:
    told = play(authority, tmp_path, "Stop-Service Spooler")
    assert "$ErrorActionPreference = 'Stop'\nStop-Service Spooler\n" in told


def test_what_powershell_says_of_its_failure_is_told(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match="PowerShell a fini par 1 : No such service"):
        play(authority, tmp_path, "Stop-Service Nothing", 1, "No such service")


def test_a_script_that_no_command_line_holds_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    with pytest.raises(ConnectError, match="plus long qu'une ligne de commande"):
        play(authority, tmp_path, "x" * 3000)
