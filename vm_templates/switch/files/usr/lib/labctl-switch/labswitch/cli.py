"""The terminal program: login shell of SSH users, console, and each Telnet connection."""

import contextlib
import os
import signal
import socket
import sys
from typing import Any

from labswitch.channel import Channel
from labswitch.editor import Editor, Typed
from labswitch.output import select, show
from labswitch.paths import SOCKET
from labswitch.protocol import Expect, Reply, decode_reply, encode

_LOGIN_TIMEOUT_S = 60
_ANSWER_DEADLINE_S = 180.0


def main(argv: list[str]) -> int:
    """Talk with the switch until the operator leaves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = "audit" if "--audit" in argv else "telnet" if "--telnet" in argv else "console"
    command = (
        argv[argv.index("-c") + 1]
        if "-c" in argv[:-1]
        else os.environ.get("SSH_ORIGINAL_COMMAND", "")
    )
    try:
        with contextlib.closing(Link(line)) as link:
            return (
                run_command(link, command)
                if command
                else run_terminal(link, telnet=line == "telnet")
            )
    except (OSError, EOFError):
        sys.stderr.write("% Connection to the switch lost\n")
        return 1


class Link:
    """The connection with the daemon of the switch."""

    def __init__(self, line: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(_ANSWER_DEADLINE_S)
        self._socket.connect(str(SOCKET))
        self._stream = self._socket.makefile("rb")
        self.send(line=line)

    def send(self, **message: Any) -> None:
        """Send a message."""
        self._socket.sendall(encode(message))

    def receive(self) -> Reply:
        """Return the next answer; EOFError when the switch is gone."""
        line = self._stream.readline()
        if not line:
            raise EOFError
        return decode_reply(line)

    def ask(self, **message: Any) -> Reply:
        """Send a message and return the answer."""
        self.send(**message)
        return self.receive()

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()
        self._socket.close()


def run_command(link: Link, command: str) -> int:
    """Run commands without a terminal and print what they say; return 1 when one was refused."""
    link.receive()
    code = 0
    for line in command.splitlines():
        reply = link.ask(line=line)
        sys.stdout.write(_filtered(reply))
        code = max(code, int(reply.is_refused))
        if reply.expect is Expect.NOTHING:
            break
    sys.stdout.flush()
    return code


def run_terminal(link: Link, *, telnet: bool) -> int:
    """Read lines and show answers until the end."""
    channel = Channel(telnet=telnet)
    try:
        reply = _login(link, channel) if telnet else link.receive()
        if reply is not None:
            _converse(link, channel, reply)
    except EOFError:
        channel.write("\n")
    finally:
        channel.close()
    return 0


def _login(link: Link, channel: Channel) -> Reply | None:
    editor = Editor(channel)
    channel.write("\nUser Access Verification\n\n")
    for _ in range(3):
        channel.write("Username: ")
        user = editor.read("", keys=False, timeout_s=_LOGIN_TIMEOUT_S)
        channel.write("Password: ")
        secret = editor.read("", echo=False, keys=False, timeout_s=_LOGIN_TIMEOUT_S)
        if "end" in (user.how, secret.how):
            return None
        reply = link.ask(user=user.text, secret=secret.text)
        if reply.expect is not Expect.SECRET:
            return reply
        channel.write(reply.output)
    return None


def _converse(link: Link, channel: Channel, reply: Reply) -> None:
    editor = Editor(channel)
    while True:
        show(channel, _filtered(reply), reply.length)
        if reply.expect is Expect.NOTHING:
            return
        channel.write(reply.prompt)
        following = _next(link, editor, reply)
        if following is None:
            return
        reply = following


def _next(link: Link, editor: Editor, reply: Reply) -> Reply | None:
    """Read what the switch waits for and return its answer, or None at the end."""
    if reply.expect is Expect.KEY:
        return link.ask(line=editor.read_key(reply.timeout_s))
    if reply.expect is not Expect.COMMAND:
        typed = editor.read(
            reply.prompt,
            echo=reply.expect is not Expect.SECRET,
            keys=False,
            timeout_s=reply.timeout_s,
        )
        return None if typed.how == "end" else link.ask(line=typed.text)
    return _read_command(link, editor, reply)


def _read_command(link: Link, editor: Editor, reply: Reply) -> Reply | None:
    start = ""
    while True:
        typed = editor.read(reply.prompt, start=start, timeout_s=reply.timeout_s)
        if typed.how not in ("help", "complete"):
            return _send_command(link, typed)
        if typed.how == "help":
            answer = link.ask(help=typed.text)
            show(editor.channel, answer.output, reply.length)
            start = typed.text
        else:
            answer = link.ask(finish=typed.text)
            start = answer.output
        editor.channel.write(answer.prompt)


def _send_command(link: Link, typed: Typed) -> Reply | None:
    if typed.how == "end":
        return None
    if typed.how in ("interrupt", "leave"):
        return link.ask(interrupt=True)
    return link.ask(line=typed.text)


def _filtered(reply: Reply) -> str:
    return reply.output if reply.filter is None else select(reply.output, *reply.filter)
