"""Start, stop and look at services: a script of the machine drives them, or a supervisor."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

from labunits import execution, journal, scripts, state, timing, unit
from labunits.command import read_commands
from labunits.state import State
from labunits.supervisor import Supervisor
from labunits.unit import Unit, UnitError

_POLL_S = 0.02
_PATIENCE_S = 300.0
"""Longer than any sensible TimeoutStartSec: the supervisor ends the wait."""
_CONDITIONS: dict[str, Callable[[str], bool]] = {
    "ConditionPathExists": os.path.exists,
    "ConditionPathIsDirectory": os.path.isdir,
    "ConditionFileIsExecutable": lambda path: os.access(path, os.X_OK),
    "ConditionFileNotEmpty": lambda path: os.path.isfile(path) and os.path.getsize(path) > 0,
}


def look(wanted: Unit) -> State:
    """Return how a service is."""
    own = state.read(wanted.name)
    if own is not None and (own.active not in ("inactive", "failed") or not wanted.script):
        return own
    if wanted.script:
        found = scripts.find_state(wanted)
        return own if own is not None and found.active != "active" else found
    return own or State()


def start(wanted: Unit, *, seen: frozenset[str] = frozenset()) -> None:
    """Start a service and what it requires; UnitError when it does not start."""
    if wanted.is_masked:
        raise UnitError(f"Unit {wanted.name} is masked.")
    if look(wanted).active == "active":
        return
    unmet = _find_unmet(wanted)
    if unmet:
        journal.send("systemctl", os.getpid(), f"{wanted.name} was skipped: unmet {unmet}")
        return
    for name in _list_needs(wanted):
        if name not in seen:
            _start_need(wanted, name, seen | {wanted.name})
    if not wanted.is_script_driven:
        _start_watched(wanted)
    elif scripts.call(wanted, "start") != 0:
        raise UnitError(_job_failed(wanted))


def _start_watched(wanted: Unit) -> None:
    """Give a service its supervisor, and wait until it is started."""
    if not wanted.all("ExecStart") and not wanted.all("ExecStop"):
        raise UnitError(f"Unit {wanted.name} has a bad unit file setting: no ExecStart.")
    _launch(wanted)
    end = time.monotonic() + _PATIENCE_S
    while not (now := state.read(wanted.name) or State(is_settled=False)).is_settled:
        if time.monotonic() > end:
            break
        time.sleep(_POLL_S)
    if not now.is_settled or now.active == "failed":
        raise UnitError(_job_failed(wanted))


def stop(wanted: Unit) -> None:
    """Stop a service, whoever started it."""
    own = state.read(wanted.name)
    if own is not None and own.has_supervisor:
        os.kill(own.owner[0], signal.SIGTERM)
        end = time.monotonic() + _PATIENCE_S
        while state.started(own.owner[0]) == own.owner[1] and time.monotonic() < end:
            time.sleep(_POLL_S)
        return
    if wanted.script and look(wanted).active != "inactive" and scripts.call(wanted, "stop") != 0:
        raise UnitError(_job_failed(wanted))


def restart(wanted: Unit) -> None:
    """Stop and start a service; a script of the machine knows how by itself."""
    own = state.read(wanted.name)
    if wanted.is_script_driven and not (own and own.has_supervisor) and not wanted.is_masked:
        if scripts.call(wanted, "restart") != 0:
            raise UnitError(_job_failed(wanted))
        return
    stop(wanted)
    start(wanted)


def reload(wanted: Unit) -> None:
    """Have a service read its configuration again, as its unit says."""
    now = look(wanted)
    if now.active != "active":
        raise UnitError(f"{wanted.name} is not active, cannot reload.")
    if wanted.is_script_driven and not now.has_supervisor:
        if scripts.call(wanted, "reload") != 0:
            raise UnitError(_job_failed(wanted))
        return
    commands = [each for line in wanted.all("ExecReload") for each in read_commands(line)]
    if not commands:
        raise UnitError(f"Job type reload is not applicable for unit {wanted.name}.")
    environment = execution.build_environment(wanted, {"MAINPID": str(now.main)})
    for each in commands:
        done = subprocess.run(each.argv(environment), env=environment, check=False)
        if done.returncode != 0 and not each.may_fail:
            raise UnitError(_job_failed(wanted))


def send_signal(wanted: Unit, name: str) -> None:
    """Send a signal to every process of a service."""
    number = signal.Signals(int(name)) if name.isdigit() else _find_signal(name)
    now = look(wanted)
    pids = state.list_descendants(now.owner[0]) if now.has_supervisor else [now.main]
    if not any(pids):
        raise UnitError(f"Unit {wanted.name} has no process to kill.")
    for pid in filter(None, pids):
        os.kill(pid, number)


def list_all() -> list[Unit]:
    """Return the services of this machine: with a script, started once, or started at boot."""
    stems = {f"{name}.service" for name in sorted(os.listdir(unit.SCRIPTS))}
    found = {}
    for name in (*stems, *state.list_names(), *unit.list_enabled(), *_list_written()):
        try:
            each = unit.load(name)
        except UnitError:
            continue
        if not each.name.endswith("@.service"):
            found[each.name] = each
    return [found[name] for name in sorted(found)]


def order(units: list[Unit]) -> list[Unit]:
    """Return services with what each comes after first; a circle is cut."""
    names = {each.name: each for each in units}
    before = {
        name: {other for other in _words(each, "After") if other in names}
        | {other.name for other in units if name in _words(other, "Before")}
        for name, each in names.items()
    }
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in done or name in trail:
            return
        for other in sorted(before[name]):
            visit(other, (*trail, name))
        done.append(name)

    for name in sorted(names):
        visit(name, ())
    return [names[name] for name in done]


def _launch(wanted: Unit) -> None:
    """Start the supervisor of a service: a process of its own, of nobody's terminal."""
    state.write(wanted.name, State("activating", "start", time.time(), is_settled=False))
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    try:
        os.chdir("/")
        nothing = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(nothing, fd)
        os.closerange(3, 256)
        os.umask(0o022)
        Supervisor(wanted).run()
    finally:
        os._exit(0)


def _start_need(wanted: Unit, name: str, seen: frozenset[str]) -> None:
    is_required = name in _words(wanted, "Requires") or name in _words(wanted, "BindsTo")
    try:
        start(unit.load(name), seen=seen)
    except UnitError as exc:
        if is_required:
            said = f"A dependency job for {wanted.name} failed. {exc}"
            raise UnitError(said) from exc


def _list_needs(wanted: Unit) -> list[str]:
    keys = ("Requires", "BindsTo", "Wants")
    return [name for key in keys for name in _words(wanted, key) if name.endswith(".service")]


def _words(wanted: Unit, key: str) -> list[str]:
    return [word for line in wanted.all(key, "Unit") for word in line.split()]


def _find_unmet(wanted: Unit) -> str:
    """Return the first condition that does not hold; those that are not known hold."""
    for key, holds in _CONDITIONS.items():
        for value in wanted.all(key, "Unit"):
            is_not = value.startswith("!")
            if holds(value.lstrip("!|")) is is_not:
                return f"{key}={value}"
    return ""


def _find_signal(name: str) -> signal.Signals:
    full = name if name.startswith("SIG") else f"SIG{name}"
    try:
        return signal.Signals[full]
    except KeyError:
        raise UnitError(f"Failed to parse signal string {name}.") from None


def _list_written() -> list[str]:
    folder = unit.SEARCH[0]
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [n for n in names if n.endswith(".service") and not os.path.islink(f"{folder}/{n}")]


def _job_failed(wanted: Unit) -> str:
    now = look(wanted)
    why = f"result '{now.result}'" if now.result != "success" else "an error of its script"
    return (
        f"Job for {wanted.name} failed: {why}.\n"
        f'See "systemctl status {wanted.name}" and "journalctl -xeu {wanted.name}" for details.'
    )


def since(now: State) -> str:
    """Return since when a service is as it is, as systemctl says it."""
    if not now.since:
        return ""
    when = time.strftime("%a %Y-%m-%d %H:%M:%S %Z", time.localtime(now.since))
    return f" since {when}; {timing.ago(time.time() - now.since)}"
