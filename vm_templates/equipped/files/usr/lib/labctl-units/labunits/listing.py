"""What systemctl shows: the table of services, and the page of one."""

import os
import subprocess
from collections.abc import Sequence

from labunits import execution, journal, manager, state, words
from labunits.command import read_commands
from labunits.state import State
from labunits.unit import Unit

DISTRIB = "/usr/lib/labctl-units/distrib/systemctl"
_LINES = 10
_DOTS = {"active": "●", "failed": "×", "activating": "●"}


def show_table(*, has_all: bool, states: Sequence[str], is_bare: bool) -> None:
    """Print the services: those that run or failed, or all of them."""
    rows = []
    for each in manager.list_all():
        now = manager.look(each)
        if (has_all or states or now.active != "inactive") and _is_among(now, states):
            load = "masked" if each.is_masked else "loaded"
            rows.append((each.name, load, now.active, now.sub, each.description))
    head = ("UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION")
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(4)]
    for row in rows if is_bare else (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        words.write(f"  {' '.join(cells)} {row[4]}".rstrip())
    if not is_bare:
        words.write("")
        words.write(f"{len(rows)} loaded units listed.")
        words.write(
            words.choose(
                "Sans systemd : cette commande gère les services de cette machine du banc.",
                "Without systemd: this command manages the services of this machine of the bench.",
            )
        )


def show_page(wanted: Unit, *, lines: int = _LINES) -> int:
    """Print what is known of a service; return 0 when it runs, 3 otherwise (LSB)."""
    now = manager.look(wanted)
    words.write(f"{_DOTS.get(now.active, '○')} {wanted.name} - {wanted.description}")
    rows = [("Loaded", _name_load(wanted)), *(("Drop-In", path) for path in wanted.drop_ins)]
    rows.append(("Active", f"{now.active} ({now.sub}){manager.since(now)}"))
    rows += _list_process_rows(wanted, now)
    rows.append((words.choose("Banc", "Bench"), _name_driver(wanted, now)))
    ignored = execution.list_unhonoured(wanted)
    if ignored and not wanted.is_script_driven:
        title = words.choose("sans effet ici", "no effect here")
        rows.append((words.choose("Réglages", "Settings"), f"{title} : {', '.join(ignored)}"))
    for title, text in rows:
        words.write(f"{title:>11}: {text}")
    said = [each for each in journal.read() if journal.is_of(each, wanted.name, programs(wanted))]
    if said and lines:
        words.write("")
    for each in said[-lines:] if lines else ():
        words.write(each.show())
    return 0 if now.active in ("active", "reloading") else 3


def show_properties(wanted: Unit, names: Sequence[str], *, is_value: bool) -> None:
    """Print properties as NAME=VALUE: those that are known here, or those that are asked."""
    now = manager.look(wanted)
    known = {
        "Id": wanted.name,
        "Description": wanted.description,
        "LoadState": "masked" if wanted.is_masked else "loaded",
        "ActiveState": now.active,
        "SubState": now.sub,
        "MainPID": str(now.main),
        "Result": now.result,
        "NRestarts": str(now.restarts),
        "FragmentPath": wanted.path,
        "DropInPaths": " ".join(wanted.drop_ins),
        "UnitFileState": read_enabled(wanted.name),
        "StatusText": now.status,
    }
    for name in names or known:
        if name in known:
            words.write(known[name] if is_value else f"{name}={known[name]}")


def show_files(wanted: Unit) -> None:
    """Print the files of a unit, each under its path."""
    for path in filter(None, (wanted.path or wanted.script, *wanted.drop_ins)):
        words.write(f"# {path}")
        with open(path, encoding="utf-8", errors="replace") as file:
            words.write(file.read())


def read_enabled(name: str) -> str:
    """Return whether a service starts at boot, as systemd's own program reads the links."""
    done = subprocess.run(
        (DISTRIB, "is-enabled", name),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "disabled"


def programs(wanted: Unit) -> tuple[str, ...]:
    """Return the names by which a service logs."""
    lines = [line for key in ("ExecStart", "ExecStartPre") for line in wanted.all(key)]
    commands = [each.words[0] for line in lines for each in read_commands(line)]
    own = [*wanted.all("SyslogIdentifier"), *wanted.all("X-Programs", "Unit")]
    named = [word for line in own for word in line.split()]
    return (wanted.stem, *map(os.path.basename, commands), *named)


def _list_process_rows(wanted: Unit, now: State) -> list[tuple[str, str]]:
    rows = []
    if now.said:
        rows.append(("Process", now.said))
    if now.main:
        rows.append(("Main PID", f"{now.main} ({_name_process(now.main)})"))
    if now.status:
        rows.append(("Status", f'"{now.status}"'))
    if now.restarts:
        rows.append(("Restarts", str(now.restarts)))
    below = state.list_descendants(now.owner[0]) if now.has_supervisor else []
    rows += [("Task", f"{pid} ({_name_process(pid)})") for pid in below if pid != now.main]
    docs = wanted.get("Documentation", section="Unit")
    return [*rows, *([("Docs", docs)] if docs else [])]


def _name_load(wanted: Unit) -> str:
    if wanted.is_masked:
        return f"masked (Reason: Unit {wanted.name} is masked.)"
    return f"loaded ({wanted.path or wanted.script}; {read_enabled(wanted.name)})"


def _name_driver(wanted: Unit, now: State) -> str:
    if now.has_supervisor or not wanted.script or not wanted.is_script_driven:
        text = words.choose("sans systemd, unité suivie par", "without systemd, unit watched by")
        return f"{text} labctl-units"
    text = words.choose("sans systemd, service piloté par", "without systemd, service driven by")
    return f"{text} {wanted.script}"


def _name_process(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "?"


def _is_among(now: State, states: Sequence[str]) -> bool:
    return not states or now.active in states or now.sub in states
