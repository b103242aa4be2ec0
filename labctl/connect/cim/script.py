"""One PowerShell script in a shell of its own, which is closed whatever happens.

A shell that could not be closed, for its connection is gone, ends by itself when it is idle. What
a script says on stderr with an end of 0 is noise; only the JSON between our marks counts.
"""

import html
import json
import re
from contextlib import suppress

from pypsrp.shell import CommandState, SignalCode, WinRS
from pypsrp.wsman import NAMESPACES

from labctl.connect.cim.question import MARKS, render_command
from labctl.connect.cim.wsman.client import Client
from labctl.connect.cim.wsman.fault import TimedOut
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, OutputLimit
from labctl.core.i18n import _
from labctl.core.untrusted import one_line

_CLOSING_S, _CLOSING_BYTES = 2.0, 64 << 10
_IDLE_S = 60
_UTF8 = 65001
_ERROR = re.compile(r'<S S="Error">([^<]*)</S>')
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BROKEN = (ValueError, LookupError, TypeError, AttributeError)  # what the library lets out


def run_script(client: Client, text: str, cap: int) -> object:
    """Play a script and return the JSON that it printed; ConnectError when it printed none."""
    return read_output(*play_alone(client, text, cap))


def play_alone(client: Client, text: str, cap: int) -> tuple[int | None, bytes, bytes]:
    """Play a script in a shell of its own; return its end, what it said, and its errors."""
    shell = WinRS(client, codepage=_UTF8, idle_time_out=_IDLE_S)
    try:
        shell.open()
        return play(shell, text, cap)
    except _BROKEN as exc:
        raise ConnectError(
            _("conversation WinRM rompue (%(kind)s)") % {"kind": type(exc).__name__}
        ) from exc
    finally:
        client.give(Deadline.after(_CLOSING_S), _CLOSING_BYTES)
        with suppress(ConnectError, *_BROKEN):
            shell.close()


def play(shell: WinRS, text: str, cap: int) -> tuple[int | None, bytes, bytes]:
    """Play a script in an open shell; return its end, what it said, and its errors."""
    executable, *arguments = render_command(text)
    answer = shell.command(executable, list(arguments))
    command = answer.findtext("rsp:CommandResponse/rsp:CommandId", None, NAMESPACES)
    out, err = bytearray(), bytearray()
    state, code = CommandState.PENDING, None
    while state != CommandState.DONE:
        with suppress(TimedOut):  # nothing yet: the deadline ends this
            state, code, streams = shell.receive("stdout stderr", command)
            out += streams["stdout"]
            err += streams["stderr"]
        if len(out) + len(err) > cap:
            raise OutputLimit(_("réponse plus longue que permis"))
    with suppress(ConnectError):
        shell.signal(SignalCode.TERMINATE, str(command))
    return code, bytes(out), bytes(err)


def read_output(code: int | None, out: bytes, err: bytes) -> object:
    """Return the JSON between the marks; ConnectError says what there was in its place."""
    try:
        said = out.decode("utf-8")
        start, end = said.index(MARKS[0]) + len(MARKS[0]), said.rindex(MARKS[1])
        return json.loads(said[start:end])
    except (ValueError, RecursionError) as exc:
        words = one_line(read_errors(err) or out.decode("utf-8", "replace"), 200)
        values = {"code": "?" if code is None else code, "words": words}
        raise ConnectError(
            _("le script n’a pas donné de résultat (fin %(code)s) : %(words)s") % values
        ) from exc


def read_errors(err: bytes) -> str:
    """Return the errors that PowerShell wrote, as CLIXML or as text; its progress is left out."""
    text = err.decode("utf-8", "replace")
    if not text.lstrip().startswith("#< CLIXML"):
        return text.strip()
    lines = (html.unescape(line) for line in _ERROR.findall(text))
    return "".join(_ESCAPE.sub(lambda sign: chr(int(sign[1], 16)), line) for line in lines).strip()
