"""Services that the machine's own scripts drive (/etc/init.d), as its start does."""

import os
import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from labunits import execution, state
from labunits.command import read_commands
from labunits.processes import read_pid
from labunits.state import State
from labunits.unit import Unit

SERVICE = "/usr/sbin/service"
_ASK_S = 10.0
_PID_FILES = ("/run/{0}.pid", "/run/{0}/{0}.pid", "/run/samba/{0}.pid")


def find_state(unit: Unit) -> State:
    """Return how a service is, as its script says it."""
    mark = f"{state.MARKS}/{unit.stem}"
    since = os.path.getmtime(mark) if os.path.exists(mark) else 0.0
    if not _knows_status(unit.script):
        return State("active", "exited", since) if since else State()
    main = find_main(unit)
    code = _ask((unit.script, "status")) if _is_for_this_machine(unit) else 3
    if code == 0 and (main or not unit.get("PIDFile")):  # scripts with nothing to run end well
        return State(
            "active", "exited" if unit.is_true("RemainAfterExit") else "running", since, main
        )
    if code in (1, 2):
        return State("failed", "failed", since, result="exit-code")
    return State()


def call(unit: Unit, verb: str) -> int:
    """Have the script do something; return its exit code. What it says goes to the terminal."""
    if verb in ("start", "restart"):
        with suppress(KeyError, OSError, ValueError):  # the script says what it lacks
            execution.make_folders(unit, has_script=True)
    argv = (SERVICE, unit.stem, verb)
    direct = {**os.environ, "LABCTL_SERVICE": "script"}  # or it would come back here
    return subprocess.run(argv, stdin=subprocess.DEVNULL, env=direct, check=False).returncode


def find_main(unit: Unit) -> int:
    """Return the main process of a service, from the file that names it."""
    files = [unit.get("PIDFile"), *(path.format(unit.stem) for path in _PID_FILES)]
    return next(filter(None, (read_pid(path) for path in files if path)), 0)


def _knows_status(script: str) -> bool:
    with open(script, encoding="utf-8", errors="replace") as file:
        text = file.read()
    label = re.search(r"^\s*\(?[\w|\s-]*\bstatus\b[\w|\s-]*\)", text, re.MULTILINE)
    handed_on = re.search(r'^\s*(exec )?/\S+ "\$@"', text, re.MULTILINE)
    return bool(label or handed_on)


def _is_for_this_machine(unit: Unit) -> bool:
    """Tell whether the conditions that a unit runs hold: one program serves several roles."""
    commands = [each for line in unit.all("ExecCondition") for each in read_commands(line)]
    return all(_ask(each.words) == 0 for each in commands)


def _ask(argv: Sequence[str]) -> int:
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_ASK_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 4
    return done.returncode
