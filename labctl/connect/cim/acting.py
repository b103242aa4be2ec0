"""Change a Windows: one PowerShell script over WinRM, on a connection of its own.

For incidents only; whoever judges reads classes (``labctl.connect.cim.winrm``).
"""

from labctl.connect.base import Endpoint
from labctl.connect.cim.question import COMMAND_MOST, render_command
from labctl.connect.cim.script import play_alone, read_errors
from labctl.connect.cim.winrm import WinrmSession
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ConnectError
from labctl.core.i18n import _
from labctl.core.untrusted import one_line

_SAID_CHARACTERS = 200
_STRICT = "$ErrorActionPreference = 'Stop'\n"
"""The first cmdlet that fails ends the script, and PowerShell with code 1."""


def play_powershell(endpoint: Endpoint, text: str, deadline: Deadline) -> None:
    """Play a script on a Windows; ConnectError when it fails or its end was not seen."""
    script = _STRICT + text
    if len(" ".join(render_command(script))) > COMMAND_MOST:
        said = _("script plus long qu'une ligne de commande : %(count)d caractères")
        raise ConnectError(said % {"count": len(text)})
    session = WinrmSession(endpoint)
    try:
        client = session.connect(deadline)
        client.give(deadline, OUTPUT_CAP_BYTES)
        code, out, err = play_alone(client, script, OUTPUT_CAP_BYTES)
    finally:
        session.close()
    if code != 0:
        said = read_errors(err) or out.decode("utf-8", "replace")
        words = {"code": "?" if code is None else code, "said": one_line(said, _SAID_CHARACTERS)}
        raise ConnectError(_("PowerShell a fini par %(code)s : %(said)s") % words)
