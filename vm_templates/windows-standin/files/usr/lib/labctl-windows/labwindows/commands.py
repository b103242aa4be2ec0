"""The few commands that the simulation knows; it runs no program and no script."""

import base64
import binascii
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from labwindows import scripts
from labwindows.machine import Machine
from labwindows.real import computer, network

_SILENT = ("$progresspreference", "$erroractionpreference", "&chcp.com 65001")
_REFUSAL = (
    "labctl : poste simulé. Cette machine n'exécute ni programme ni script Windows ; "
    "commandes connues : {known}.\r\n"
)


@dataclass(frozen=True, slots=True)
class Output:
    """What a command said, and its exit code."""

    stdout: bytes
    stderr: bytes
    code: int


TOO_LONG = Output(b"", b"The command line is too long.\r\n", 1)
Builtin = Callable[[Machine, Sequence[str]], str]


class Commands:
    """The commands of one machine."""

    def __init__(self, machine: Machine, tell: Callable[[], scripts.Found] = dict) -> None:
        self.machine, self._tell = machine, tell

    def run(self, argv: Sequence[str], stdin: bytes) -> Output:
        """Run a command line as ``cmd.exe`` would."""
        words = _words(" ".join(argv))
        name = _program(words)
        if name == "cmd" and len(words) > 2 and words[1].lower() in ("/c", "/s", "/k"):
            return self.run(words[2:], stdin)
        if name in ("powershell", "pwsh"):
            return self._run_script(words[1:], stdin)
        builtin = BUILTINS.get(name)
        if builtin is None:
            return _refuse(1)
        return Output(builtin(self.machine, words[1:]).encode(), b"", 0)

    def _run_script(self, words: Sequence[str], stdin: bytes) -> Output:
        """Run a script that is but one of the known commands, or labctl's own."""
        text = _script(words, stdin)
        said = scripts.answer(text, self.machine, self._tell())
        if said is not None:
            return Output(said.encode(), b"", 0)
        lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
        kept = [line for line in lines if line and not line.lower().startswith(_SILENT)]
        if len(kept) == 1 and _program(_words(kept[0])) in BUILTINS:
            return self.run(_words(kept[0]), b"")
        return _refuse(1)


def _script(words: Sequence[str], stdin: bytes) -> str:
    lowered = [word.lower() for word in words]
    for flag in ("-encodedcommand", "-enc", "-e", "-ec"):
        if flag in lowered[:-1]:
            encoded = words[lowered.index(flag) + 1]
            try:
                return base64.b64decode(encoded, validate=True).decode("utf-16-le", "replace")
            except (binascii.Error, ValueError):
                return ""
    if lowered and lowered[-1] == "-":
        return stdin.decode("utf-8", "replace")
    rest = [word for word in words if not word.startswith("-")]
    return " ".join(rest)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=False)
    except ValueError:
        return line.split()


def _program(words: Sequence[str]) -> str:
    first = words[0].strip('"').lower() if words else ""
    return first.replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")


def _refuse(code: int) -> Output:
    return Output(b"", _REFUSAL.format(known=", ".join(sorted(BUILTINS))).encode(), code)


def _hostname(machine: Machine, _arguments: Sequence[str]) -> str:
    return f"{computer.read_name(machine)}\r\n"


def _whoami(machine: Machine, _arguments: Sequence[str]) -> str:
    return f"{computer.read_name(machine).lower()}\\labctl-audit\r\n"


def _ver(_machine: Machine, _arguments: Sequence[str]) -> str:
    return "\r\nPoste simulé par labctl (ce n'est pas Microsoft Windows)\r\n"


def _echo(_machine: Machine, arguments: Sequence[str]) -> str:
    return " ".join(arguments) + "\r\n"


def _ipconfig(machine: Machine, _arguments: Sequence[str]) -> str:
    lines = ["", "Configuration IP (poste simulé par labctl)", ""]
    for card in network.read_cards(machine):
        lines += [f"Carte {card.name} :", ""]
        lines += [f"   Adresse physique : {card.mac}"]
        lines += [f"   Adresse IPv4 : {address}" for address in card.addresses]
        lines += [f"   Passerelle par défaut : {gateway}" for gateway in card.gateways]
        lines += [""]
    return "\r\n".join(lines) + "\r\n"


BUILTINS: Mapping[str, Builtin] = {
    "hostname": _hostname,
    "whoami": _whoami,
    "ver": _ver,
    "echo": _echo,
    "ipconfig": _ipconfig,
}
