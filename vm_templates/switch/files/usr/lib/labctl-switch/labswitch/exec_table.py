"""The commands of the user and privileged modes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from labswitch import passwords
from labswitch.arguments import Args
from labswitch.device import Device
from labswitch.grammar import Mode, Node, build
from labswitch.process import run
from labswitch.protocol import Expect
from labswitch.shows.system import render_running
from labswitch.shows.table import PRIVILEGED, SHOWS, Show


@dataclass(frozen=True, slots=True)
class Context:
    """What a command may look at and act on."""

    device: Device
    line: str
    args: Args


@dataclass(frozen=True, slots=True)
class Result:
    """What a command says and where it leads."""

    output: str = ""
    mode: Mode | None = None
    length: int | None = None
    close: bool = False
    question: "tuple[str, Expect, Callable[[str], Result]] | None" = None


ExecHandler = Callable[[Context], Result]
_TRIES = 3
_PING_COUNT = 5


def _show(show: Show) -> ExecHandler:
    return lambda context: Result(show(context.device.view(), context.args))


def _enable(context: Context) -> Result:
    if not context.device.config.enable_secret:
        if context.line in ("console", "audit"):
            return Result(mode=Mode.EXEC)
        return Result("% Error in authentication.\n\n")
    return _ask_secret(context, _TRIES)


def _ask_secret(context: Context, tries: int) -> Result:
    def check(text: str) -> Result:
        if passwords.is_secret(text, context.device.config.enable_secret):
            return Result(mode=Mode.EXEC)
        return _ask_secret(context, tries - 1) if tries > 1 else Result("% Bad secrets\n\n")

    return Result(question=("Password: ", Expect.SECRET, check))


def _configure(_context: Context) -> Result:
    return Result(
        "Enter configuration commands, one per line.  End with CNTL/Z.\n", mode=Mode.CONFIG
    )


def _terminal_length(context: Context) -> Result:
    return Result(length=context.args.number("lines"))


def _save(context: Context) -> Result:
    context.device.save()
    return Result("Building configuration...\n[OK]\n")


def _copy_running(context: Context) -> Result:
    def answered(text: str) -> Result:
        if text.strip() not in ("", "startup-config"):
            return Result("%Error: only startup-config can be written.\n")
        return _save(context)

    return Result(question=("Destination filename [startup-config]? ", Expect.ANSWER, answered))


def _erase(context: Context) -> Result:
    def confirmed(text: str) -> Result:
        if text not in ("", "y", "Y"):
            return Result("\n")
        context.device.erase()
        return Result("\n[OK]\nErase of nvram: complete\n")

    asked = "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
    return Result(question=(asked, Expect.KEY, confirmed))


def _reload(context: Context) -> Result:
    if context.device.is_saved():
        return _confirm_reload(context)

    def answered(text: str) -> Result:
        answer = text.strip().lower()
        if answer not in ("y", "yes", "n", "no"):
            return Result(
                "% Please answer 'yes' or 'no'.\n", question=(asked, Expect.ANSWER, answered)
            )
        saved = _save(context).output if answer.startswith("y") else ""
        return Result(saved, question=_confirm_reload(context).question)

    asked = "\nSystem configuration has been modified. Save? [yes/no]: "
    return Result(question=(asked, Expect.ANSWER, answered))


def _confirm_reload(context: Context) -> Result:
    def confirmed(text: str) -> Result:
        if text not in ("", "y", "Y"):
            return Result("\n")
        context.device.reload_wanted.set()
        return Result("\n", close=True)

    return Result(question=("Proceed with reload? [confirm]", Expect.KEY, confirmed))


def _ping(context: Context) -> Result:
    target = str(context.args.ip("address"))
    said = run(["ping", "-n", "-c", str(_PING_COUNT), "-i", "0.2", "-W", "1", target], check=False)
    found = re.search(r"(\d+) received", said)
    received = int(found[1]) if found else 0
    marks = "!" * received + "." * (_PING_COUNT - received)
    return Result(
        "Type escape sequence to abort.\n"
        f"Sending {_PING_COUNT}, 100-byte ICMP Echos to {target}, timeout is 1 seconds:\n"
        f"{marks}\nSuccess rate is {received * 100 // _PING_COUNT} percent"
        f" ({received}/{_PING_COUNT})\n"
    )


def _nothing(_context: Context) -> Result:
    return Result()


def _close(_context: Context) -> Result:
    return Result(close=True)


def _clear_macs(context: Context) -> Result:
    context.device.forget_macs()
    return Result()


USER: tuple[tuple[str, ExecHandler], ...] = (
    *((pattern, _show(show)) for pattern, show in SHOWS if not pattern.startswith(PRIVILEGED)),
    ("enable", _enable),
    ("enable <level:0-15>", _enable),
    ("disable", lambda _: Result(mode=Mode.USER)),
    ("terminal length <lines:0-512>", _terminal_length),
    ("terminal width <columns:0-512>", _nothing),
    ("terminal monitor", _nothing),
    ("[no] terminal monitor", _nothing),
    ("ping <address:ip>", _ping),
    ("ping ip <address:ip>", _ping),
    ("exit", _close),
    ("logout", _close),
    ("quit", _close),
)
EXEC: tuple[tuple[str, ExecHandler], ...] = (
    *USER,
    *((pattern, _show(show)) for pattern, show in SHOWS if pattern.startswith(PRIVILEGED)),
    ("configure terminal", _configure),
    ("write", _save),
    ("write memory", _save),
    ("write erase", _erase),
    ("write terminal", lambda context: Result(render_running(context.device.view()))),
    ("copy running-config startup-config", _copy_running),
    ("erase startup-config", _erase),
    ("reload", _reload),
    ("clear mac address-table", _clear_macs),
    ("clear mac address-table dynamic", _clear_macs),
)

USER_TREE: Node[ExecHandler] = build(USER)
EXEC_TREE: Node[ExecHandler] = build(EXEC)
