"""The console and the virtual terminals."""

from collections.abc import Callable
from dataclasses import replace

from labswitch.arguments import Args
from labswitch.commands.outcome import ConfigCommand, Outcome, Scope
from labswitch.config import VTY_COUNT, Config, Line, Login
from labswitch.errors import CliError, IncompleteError
from labswitch.grammar import Mode


def _console(config: Config, _scope: Scope, _args: Args) -> Outcome:
    return Outcome(config, Scope(Mode.LINE, line="con"))


def _vty(config: Config, _scope: Scope, args: Args) -> Outcome:
    first = args.number("first")
    last = args.number("last", first)
    if not first <= last < VTY_COUNT:
        raise CliError("% Bad line number - the last one must not be below the first")
    return Outcome(config, Scope(Mode.LINE, line="vty", first=first, last=last))


def _change(config: Config, scope: Scope, change: Callable[[Line], Line]) -> Outcome:
    if scope.line == "con":
        return Outcome(replace(config, console=change(config.console)))
    lines = [
        change(line) if scope.first <= n <= scope.last else line
        for n, line in enumerate(config.vty)
    ]
    return Outcome(replace(config, vty=tuple(lines)))


def _transport(config: Config, scope: Scope, args: Args) -> Outcome:
    words = frozenset[str]() if args.negated else _transports(args)
    return _change(config, scope, lambda line: replace(line, transport=words))


def _transports(args: Args) -> frozenset[str]:
    names = {args.text("first"), args.text("second", "none")} - {"none"}
    return frozenset({"ssh", "telnet"} if "all" in names else names)


def _transport_output(config: Config, _scope: Scope, _args: Args) -> Outcome:
    return Outcome(config)


def _login(config: Config, scope: Scope, args: Args) -> Outcome:
    return _change(
        config, scope, lambda line: replace(line, login=Login.NONE if args.negated else Login.LINE)
    )


def _login_local(config: Config, scope: Scope, args: Args) -> Outcome:
    return _change(
        config, scope, lambda line: replace(line, login=Login.LINE if args.negated else Login.LOCAL)
    )


def _password(config: Config, scope: Scope, args: Args) -> Outcome:
    text = "" if args.negated else args.text("password")
    return _change(config, scope, lambda line: replace(line, password=text))


def _access_class(config: Config, scope: Scope, args: Args) -> Outcome:
    if scope.line != "vty":
        raise CliError("% access-class is for lines vty")
    name = "" if args.negated else args.text("acl")
    return _change(config, scope, lambda line: replace(line, access_class=name))


def _exec_timeout(config: Config, scope: Scope, args: Args) -> Outcome:
    timeout = None if args.negated else (args.number("minutes"), args.number("seconds", 0))
    return _change(config, scope, lambda line: replace(line, exec_timeout=timeout))


def _accepted(config: Config, scope: Scope, args: Args) -> Outcome:
    text = " ".join(args.line.lower().removeprefix("no ").split())
    if len(text) > 100:
        raise IncompleteError
    text = "logging synchronous" if text.startswith("log") else text

    def change(line: Line) -> Line:
        others = tuple(known for known in line.accepted if known.split()[0] != text.split()[0])
        return replace(line, accepted=others if args.negated else (*others, text))

    return _change(config, scope, change)


GLOBAL: tuple[ConfigCommand, ...] = (
    ("line console <number:0-0>", _console),
    ("line vty <first:0-15>", _vty),
    ("line vty <first:0-15> <last:0-15>", _vty),
)
LINE: tuple[ConfigCommand, ...] = (
    ("[no] transport input {first:ssh|telnet|none|all}", _transport),
    ("transport input {first:ssh} {second:telnet}", _transport),
    ("transport input {first:telnet} {second:ssh}", _transport),
    ("[no] transport output <text:line>", _transport_output),
    ("[no] login", _login),
    ("[no] login local", _login_local),
    ("[no] password <password:word>", _password),
    ("[no] access-class <acl:acl> in", _access_class),
    ("[no] exec-timeout <minutes:0-35791>", _exec_timeout),
    ("[no] exec-timeout <minutes:0-35791> <seconds:0-59>", _exec_timeout),
    ("[no] logging synchronous", _accepted),
    ("[no] stopbits <value:1-2>", _accepted),
    ("[no] privilege level <value:0-15>", _accepted),
)
