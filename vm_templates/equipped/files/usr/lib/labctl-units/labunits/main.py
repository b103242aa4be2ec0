"""The systemctl of a machine without systemd: its verbs, its options, its exit codes.

What only reads or writes links and files is done by systemd's own program, which needs no systemd
that runs; what acts on services is done here; anything else is refused.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from labunits import listing, manager, unit, words
from labunits.unit import Unit, UnitError

_FILES = frozenset(
    ("enable", "disable", "reenable", "mask", "unmask", "link", "revert", "preset", "preset-all",
     "is-enabled", "add-wants", "add-requires", "get-default", "is-system-running")
)  # fmt: skip
_NOW = {"enable": "start", "reenable": "start", "disable": "stop", "mask": "stop"}
_VALUES = ("-t", "--type", "--state", "-n", "--lines", "-s", "--signal", "-p", "--property", "-o",
           "--output", "--root", "--kill-whom", "-P")  # fmt: skip
_NOT_FOUND, _NO_SUCH_STATUS = 5, 4
_EDITOR = "/usr/bin/sensible-editor"


@dataclass
class Request:
    """A command line: verb, units, options."""

    verb: str = ""
    names: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)


def main(argv: Sequence[str]) -> int:
    """Do what is asked and return the exit code."""
    request = read_request(argv)
    try:
        return _dispatch(request, argv)
    except UnitError as exc:
        name = request.names[0] if request.names else ""
        if str(exc) == name:
            return _refuse_type(name)
        words.complain(f"Failed to {request.verb} {name}: {exc}" if exc.code == 5 else str(exc))
        return exc.code
    except PermissionError:
        words.complain(words.choose("il faut être root (su -)", "you must be root (su -)"))
        return 4
    except BrokenPipeError:
        return 0


def read_request(argv: Sequence[str]) -> Request:
    """Return what a command line asks."""
    request, rest = Request(), list(argv)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word.startswith("--") and equals:
            request.values[name] = value
        elif word in _VALUES and rest:
            request.values[word] = rest.pop(0)
        elif word.startswith("-") and word != "-":
            request.flags.add(word)
        elif request.verb:
            request.names.append(word)
        else:
            request.verb = word
    return request


def _dispatch(request: Request, argv: Sequence[str]) -> int:
    if {"--user", "--machine", "-M", "-H"} & request.flags or "--host" in request.values:
        return _refuse("--user")
    if {"-h", "--help"} & request.flags or request.verb == "help":
        words.write(_help())
        return 0
    if "--version" in request.flags or request.verb in _FILES:
        return _change_files(request, argv)
    if request.verb in _ACTS:
        return _act(request)
    look = _LOOKS.get(request.verb)
    return look(request) if look else _refuse(request.verb)


def _act(request: Request) -> int:
    _require_names(request)
    if os.geteuid() != 0:
        raise PermissionError
    code = 0
    for name in request.names:
        try:
            _ACTS[request.verb](unit.load(name))
        except UnitError as exc:
            if str(exc) == name:
                raise
            is_absent = exc.code == _NOT_FOUND
            prefix = f"Failed to {request.verb} {unit.canonical(name)}: " if is_absent else ""
            words.complain(f"{prefix}{exc}")
            code = exc.code
    return code


def _change_files(request: Request, argv: Sequence[str]) -> int:
    code = _call_systemd([word for word in argv if word != "--now"])
    verb = _NOW.get(request.verb, "")
    if code == 0 and verb and "--now" in request.flags:
        return _act(Request(verb, request.names))
    return code


def _status(request: Request) -> int:
    if not request.names:
        return _list(request)
    lines = int(request.values.get("-n", request.values.get("--lines", "10")) or 0)
    code = 0
    for position, name in enumerate(request.names):
        try:
            if position:
                words.write("")
            code = max(code, listing.show_page(unit.load(name), lines=lines))
        except UnitError as exc:
            if exc.code != _NOT_FOUND:
                raise
            words.complain(f"Unit {unit.canonical(name)} could not be found.")
            code = _NO_SUCH_STATUS
    return code


def _list(request: Request) -> int:
    kind = request.values.get("-t", request.values.get("--type", "service"))
    if "service" not in kind.split(","):
        return _refuse(f"--type={kind}")
    states = request.values.get("--state", "").split(",") if "--state" in request.values else []
    if "--failed" in request.flags:
        states = ["failed"]
    bare = {"--no-legend", "--plain", "-q", "--quiet"} & request.flags
    listing.show_table(
        has_all=bool({"-a", "--all"} & request.flags), states=states, is_bare=bool(bare)
    )
    return 0


def _list_files(request: Request) -> int:
    kind = request.values.get("-t", request.values.get("--type", "service"))
    return _call_systemd(["--root=/", "--no-pager", "list-unit-files", f"--type={kind}",
                          *request.names])  # fmt: skip


def _is(request: Request, wanted: Sequence[str], otherwise: int) -> int:
    """Print how each is; 0 when one is as wanted, the other code when none is."""
    _require_names(request)
    code = otherwise
    for name in request.names:
        try:
            active = manager.look(unit.load(name)).active
        except UnitError as exc:
            active = "inactive"
            code = _NO_SUCH_STATUS if exc.code == _NOT_FOUND and code else code
        if not {"-q", "--quiet"} & request.flags:
            words.write(active)
        if active in wanted:
            code = 0
    return code


def _show(request: Request) -> int:
    _require_names(request)
    asked = request.values.get("-p", request.values.get("--property", request.values.get("-P", "")))
    is_value = "--value" in request.flags or "-P" in request.values
    for name in request.names:
        names = asked.split(",") if asked else []
        listing.show_properties(unit.load(name), names, is_value=is_value)
    return 0


def _cat(request: Request) -> int:
    _require_names(request)
    for name in request.names:
        listing.show_files(unit.load(name))
    return 0


def _edit(request: Request) -> int:
    """Open a file of one's own in the editor: a drop-in, or with --full a copy of the unit."""
    _require_names(request)
    each = unit.load(request.names[0])
    if "--full" in request.flags:
        path = f"{unit.SEARCH[0]}/{each.name}"
        if each.path and not os.path.exists(path):
            with open(each.path, encoding="utf-8") as source, open(path, "w") as copy:
                copy.write(source.read())
    else:
        folder = f"{unit.SEARCH[0]}/{each.name}.d"
        os.makedirs(folder, exist_ok=True)
        path = f"{folder}/override.conf"
    return subprocess.run((_EDITOR, path), check=False).returncode


def _kill(request: Request) -> int:
    _require_names(request)
    name = request.values.get("-s", request.values.get("--signal", "TERM"))
    for each in request.names:
        manager.send_signal(unit.load(each), name)
    return 0


def _reload_files(_request: Request) -> int:
    return 0  # unit files are read at each command


def _restart_if_active(each: Unit) -> None:
    if manager.look(each).active == "active":
        manager.restart(each)


def _reload_or_restart(each: Unit) -> None:
    can_reload = each.is_script_driven or each.all("ExecReload")
    if manager.look(each).active == "active" and can_reload:
        manager.reload(each)
    else:
        manager.restart(each)


_ACTS: dict[str, Callable[[Unit], None]] = {
    "start": manager.start,
    "stop": manager.stop,
    "restart": manager.restart,
    "reload": manager.reload,
    "try-restart": _restart_if_active,
    "condrestart": _restart_if_active,
    "reload-or-restart": _reload_or_restart,
    "force-reload": _reload_or_restart,
}
_LOOKS: dict[str, Callable[[Request], int]] = {
    "": _list,
    "list-units": _list,
    "list-unit-files": _list_files,
    "status": _status,
    "show": _show,
    "cat": _cat,
    "edit": _edit,
    "kill": _kill,
    "is-active": lambda request: _is(request, ("active", "reloading"), 3),
    "is-failed": lambda request: _is(request, ("failed",), 1),
    "daemon-reload": _reload_files,
    "reset-failed": _reload_files,
}


def _require_names(request: Request) -> None:
    if not request.names:
        raise UnitError("Too few arguments.")


def _call_systemd(argv: Sequence[str]) -> int:
    return subprocess.run((listing.DISTRIB, *argv), check=False).returncode


def _refuse(what: str) -> int:
    text = words.choose(
        "systemctl : « {0} » ne se fait pas ici. Cette machine n'a pas systemd : ce systemctl "
        "gère ses services (systemctl --help).",
        "systemctl: “{0}” is not done here. This machine has no systemd: this systemctl "
        "manages its services (systemctl --help).",
    )
    words.complain(text.format(what))
    return 1


def _refuse_type(name: str) -> int:
    text = words.choose(
        "systemctl : « {0} » : cette machine n'a pas systemd, seuls les services (.service) y sont "
        "gérés.",
        "systemctl: “{0}”: this machine has no systemd, only services (.service) are managed.",
    )
    words.complain(text.format(name))
    return 1


def _help() -> str:
    verbs = " ".join(sorted({*_ACTS, *_FILES, *_LOOKS} - {""}))
    return words.choose(
        "systemctl [OPTIONS] VERBE [SERVICE…]\n\n"
        "Cette machine du banc n'a pas systemd : ce systemctl gère ses services. « enable »\n"
        "vaut au prochain démarrage ; les fichiers d'unité s'écrivent comme pour systemd, dans\n"
        "/etc/systemd/system.\n\n"
        f"Verbes : {verbs}",
        "systemctl [OPTIONS] VERB [SERVICE…]\n\n"
        "This machine of the bench has no systemd: this systemctl manages its services.\n"
        "“enable” holds at the next start; unit files are written as for systemd, in\n"
        "/etc/systemd/system.\n\n"
        f"Verbs: {verbs}",
    )
