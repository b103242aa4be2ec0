"""Command shells: the protocol of real ones; what they run is in commands.py."""

import base64
import binascii
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition
from xml.etree.ElementTree import Element

from labwindows import faults
from labwindows.commands import TOO_LONG, Output
from labwindows.soap import RSP, A, Request, T
from labwindows.values import clean

MAX_SHELLS = 30
MAX_COMMANDS = 25
MAX_LINE = 8191
MAX_STDIN = 1024 * 1024
IDLE_S = 900.0
_CHUNK = 64 * 1024
_STATE = f"{RSP}/CommandState"
Run = Callable[[Sequence[str], bytes], Output]


@dataclass(slots=True)
class _Command:
    """A command: ``output`` is None while it waits for the end of its input."""

    argv: tuple[str, ...]
    stdin: bytes = b""
    output: Output | None = None
    sent: int = 0


@dataclass(slots=True)
class _Shell:
    owner: str
    used_at: float
    commands: dict[str, _Command] = field(default_factory=dict)


class Shells:
    """The shells that are open."""

    def __init__(self, run: Run, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock
        self._shells: dict[str, _Shell] = {}
        self._changed = Condition()
        self._acts = {
            f"{T}/Delete": self._delete,
            f"{RSP}/Command": self._start,
            f"{RSP}/Send": self._send,
            f"{RSP}/Receive": self._receive,
            f"{RSP}/Signal": self._signal,
        }

    def act(self, request: Request, owner: str) -> str:
        """Answer what is asked of shells: the body of the answer."""
        if request.action == f"{T}/Create":
            return self._create(owner)
        act = self._acts.get(request.action)
        if act is None:
            raise faults.action_unknown()
        name = request.selectors.get("ShellId", "").upper()
        with self._changed:
            shell = self._shells.get(name)
            if shell is None or shell.owner != owner:
                raise faults.shell_absent(clean(name))
            shell.used_at = self._clock()
        return act(request, name, shell)

    def _create(self, owner: str) -> str:
        name = str(uuid.uuid4()).upper()
        now = self._clock()
        with self._changed:
            kept = {k: s for k, s in self._shells.items() if now - s.used_at < IDLE_S}
            if sum(shell.owner == owner for shell in kept.values()) >= MAX_SHELLS:
                raise faults.too_many_shells(MAX_SHELLS)
            self._shells = {**kept, name: _Shell(owner, now)}
        return (
            f"<x:ResourceCreated><a:Address>{A}/role/anonymous</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{RSP}/cmd</w:ResourceURI><w:SelectorSet>"
            f'<w:Selector Name="ShellId">{name}</w:Selector></w:SelectorSet>'
            f"</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>{name}"
            f"</rsp:ShellId><rsp:ResourceUri>{RSP}/cmd</rsp:ResourceUri><rsp:Owner>{clean(owner)}"
            f"</rsp:Owner><rsp:IdleTimeOut>PT{IDLE_S:.3f}S</rsp:IdleTimeOut><rsp:InputStreams>"
            "stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
            "</rsp:Shell>"
        )

    def _delete(self, _request: Request, name: str, _shell: _Shell) -> str:
        with self._changed:
            self._shells.pop(name, None)
            self._changed.notify_all()
        return ""

    def _start(self, request: Request, _name: str, shell: _Shell) -> str:
        argv = _argv(request.body)
        command = _Command(argv)
        if sum(map(len, argv)) + len(argv) > MAX_LINE:
            command.output = TOO_LONG
        elif not _reads_stdin(argv):
            command.output = self._run(argv, b"")
        name = str(uuid.uuid4()).upper()
        with self._changed:
            if len(shell.commands) >= MAX_COMMANDS:
                raise faults.too_many_operations(MAX_COMMANDS)
            shell.commands[name] = command
        return f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, request: Request, _name: str, shell: _Shell) -> str:
        for stream in [] if request.body is None else request.body.findall(f"{{{RSP}}}Stream"):
            command = _command(shell, stream)
            try:
                command.stdin += base64.b64decode(stream.text or "", validate=True)
            except binascii.Error as exc:
                raise faults.not_understood("the stream is not in base64") from exc
            if len(command.stdin) > MAX_STDIN:
                raise faults.too_large()
            if stream.get("End", "").lower() in ("true", "1") and command.output is None:
                command.output = self._run(command.argv, command.stdin)
                with self._changed:
                    self._changed.notify_all()
        return "<rsp:SendResponse/>"

    def _receive(self, request: Request, name: str, shell: _Shell) -> str:
        asked = request.body
        wanted = None if asked is None else asked.find(f"{{{RSP}}}DesiredStream")
        command = _command(shell, wanted)
        with self._changed:
            ended = self._changed.wait_for(
                lambda: command.output is not None or name not in self._shells,
                timeout=request.timeout_s,
            )
        if not ended:
            raise faults.timed_out()
        if command.output is None or wanted is None:
            raise faults.shell_absent(name)
        return _page(command, command.output, wanted.get("CommandId", "").upper())

    def _signal(self, request: Request, _name: str, shell: _Shell) -> str:
        if request.body is None:
            raise faults.not_understood("Signal expected")
        command = _command(shell, request.body)
        code = (request.body.findtext(f"{{{RSP}}}Code") or "").rpartition("/")[2]
        with self._changed:
            if code in ("terminate", "ctrl_c", "ctrl_break") and command.output is None:
                command.output = Output(b"", b"", 1)
            if code == "terminate":
                shell.commands = {k: c for k, c in shell.commands.items() if c is not command}
            self._changed.notify_all()
        return "<rsp:SignalResponse/>"


def _argv(body: Element | None) -> tuple[str, ...]:
    if body is None:
        raise faults.not_understood("CommandLine expected")
    command = (body.findtext(f"{{{RSP}}}Command") or "").strip()
    arguments = (one.text or "" for one in body.findall(f"{{{RSP}}}Arguments"))
    return (command, *arguments)


def _reads_stdin(argv: Sequence[str]) -> bool:
    words = " ".join(argv).lower().split()
    is_powershell = bool(words) and words[0].strip('"').endswith(("powershell", "powershell.exe"))
    return is_powershell and words[-1].strip('"') == "-"


def _command(shell: _Shell, asked: Element | None) -> _Command:
    name = "" if asked is None else asked.get("CommandId", "").upper()
    command = shell.commands.get(name)
    if command is None:
        raise faults.selectors_wrong(f"The command {clean(name)} was not found in the shell. ")
    return command


def _page(command: _Command, output: Output, name: str) -> str:
    """Return the next piece of what a command said, and its end with the last one."""
    said = ((b"stdout", output.stdout), (b"stderr", output.stderr))
    streams, at = [], 0
    start, end = command.sent, command.sent + _CHUNK
    for stream, content in said:
        piece = content[max(0, start - at) : max(0, end - at)]
        at += len(content)
        if piece:
            text = base64.b64encode(piece).decode()
            streams.append(
                f'<rsp:Stream Name="{stream.decode()}" CommandId="{name}">{text}</rsp:Stream>'
            )
    command.sent = min(end, at)
    if command.sent < at:
        state = f'<rsp:CommandState CommandId="{name}" State="{_STATE}/Running"/>'
    else:
        ends = "".join(
            f'<rsp:Stream Name="{stream.decode()}" CommandId="{name}" End="true"/>'
            for stream, _content in said
        )
        state = (
            f'{ends}<rsp:CommandState CommandId="{name}" State="{_STATE}/Done">'
            f"<rsp:ExitCode>{output.code}</rsp:ExitCode></rsp:CommandState>"
        )
    return f"<rsp:ReceiveResponse>{''.join(streams)}{state}</rsp:ReceiveResponse>"
