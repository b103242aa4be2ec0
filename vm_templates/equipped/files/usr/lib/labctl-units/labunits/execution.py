"""How a process of a unit is made: its user, environment, folders, limits, outputs."""

import grp
import os
import pwd
import resource
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from labunits import command
from labunits.command import Command
from labunits.unit import Unit

EXEC_FAILED, NO_FOLDER, NO_USER = 203, 200, 217
_FOLDERS = {
    "RuntimeDirectory": "/run",
    "StateDirectory": "/var/lib",
    "CacheDirectory": "/var/cache",
    "LogsDirectory": "/var/log",
    "ConfigurationDirectory": "/etc",
}
_UNHONOURED = (
    "Protect", "Private", "Restrict", "Capability", "Ambient", "SystemCall", "ReadOnly",
    "ReadWrite", "Inaccessible", "DynamicUser", "RootDirectory", "Memory", "CPU", "IO", "Tasks",
    "NoNewPriv", "Watchdog", "Socket", "BusName", "Lock", "Device", "Keyring", "LoadCredential",
    "Slice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Whose process it is."""

    uid: int
    gid: int
    groups: tuple[int, ...]
    name: str
    home: str
    shell: str


def find_person(unit: Unit) -> Person | None:
    """Return the user a unit names; None for root. Raises KeyError for an unknown name."""
    user, group = unit.get("User"), unit.get("Group")
    if not user and not group:
        return None
    entry = pwd.getpwuid(int(user)) if user.isdigit() else pwd.getpwnam(user or "root")
    gid = _gid(group) if group else entry.pw_gid
    more = {_gid(name) for line in unit.all("SupplementaryGroups") for name in line.split()}
    groups = {*os.getgrouplist(entry.pw_name, gid), *more}
    return Person(entry.pw_uid, gid, tuple(groups), entry.pw_name, entry.pw_dir, entry.pw_shell)


def build_environment(unit: Unit, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process of a unit; OSError for a file that must be there."""
    built = {"PATH": command.PATH, "LANG": "C.UTF-8"}
    person = find_person(unit)
    if person is not None:
        known = {"USER": person.name, "LOGNAME": person.name, "HOME": person.home}
        built.update(known, SHELL=person.shell)
    for line in unit.all("Environment"):
        built.update(command.read_assignments(line))
    for path in unit.all("EnvironmentFile"):
        try:
            with open(path.lstrip("-"), encoding="utf-8") as file:
                built.update(command.read_environment_file(file.read()))
        except OSError:
            if not path.startswith("-"):
                raise
    return {**built, **more}


def make_folders(unit: Unit, *, has_script: bool = False) -> None:
    """Make the folders that a unit asks for, its user's; for a script, those that are not there."""
    person = find_person(unit)
    for key, parent in _FOLDERS.items():
        mode = int(unit.get(f"{key}Mode") or "0755", 8)
        for name in (word for line in unit.all(key) for word in line.split()):
            folder = f"{parent}/{name}"
            if has_script and os.path.isdir(folder):
                continue
            os.makedirs(folder, exist_ok=True)
            os.chmod(folder, mode)
            if person is not None and key != "ConfigurationDirectory":
                os.chown(folder, person.uid, person.gid)


def list_unhonoured(unit: Unit) -> list[str]:
    """Return the settings that have no effect without systemd: it is told, never hidden."""
    written = {key for section, key, _value in unit.settings if section == "Service"}
    found = {key for key in written if key.startswith(_UNHONOURED)}
    return sorted(found)


def become(
    unit: Unit, what: Command, environment: Mapping[str, str], output: int, tell: int
) -> NoReturn:
    """Turn a forked process into a command of the unit.

    When it cannot be: exit code 203, 200 or 217, the reason in the log, a byte on ``tell``.
    """
    code = EXEC_FAILED
    try:
        os.setsid()
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        code = NO_FOLDER
        _redirect(unit, output)
        os.umask(int(unit.get("UMask") or "0022", 8))
        _limit(unit)
        code = NO_USER
        person = None if what.is_full else find_person(unit)
        if person is not None:
            os.setgroups(person.groups)
            os.setgid(person.gid)
            os.setuid(person.uid)
        code = NO_FOLDER
        _change_folder(unit, environment)
        code = EXEC_FAILED
        argv = what.argv(environment)
        program, words = argv[0], argv[1:] if what.has_name else argv
        os.execvpe(program, words, dict(environment))
    except (OSError, KeyError, ValueError) as exc:
        os.write(2, f"{what.words[0]}: {exc}\n".encode())
        os.write(tell, b"!")
    finally:
        os._exit(code)


def _change_folder(unit: Unit, environment: Mapping[str, str]) -> None:
    folder = unit.get("WorkingDirectory") or "/"
    may_lack = folder.startswith("-")
    folder = folder.lstrip("-")
    try:
        os.chdir(environment.get("HOME", "/root") if folder == "~" else folder)
    except OSError:
        if not may_lack:
            raise
        os.chdir("/")


def _redirect(unit: Unit, output: int) -> None:
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    out = _open_output(unit.get("StandardOutput"), output)
    error = unit.get("StandardError")
    os.dup2(out, 1)
    os.dup2(_open_output(error, output) if error and error != "inherit" else out, 2)


def _open_output(wanted: str, journal: int) -> int:
    kind, _colon, path = wanted.partition(":")
    if kind == "null":
        return os.open("/dev/null", os.O_WRONLY)
    flags = {"file": 0, "append": os.O_APPEND, "truncate": os.O_TRUNC}.get(kind)
    if flags is None or not path:
        return journal
    return os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o644)


def _limit(unit: Unit) -> None:
    wanted = unit.get("LimitNOFILE")
    if wanted:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        parts = [most if part == "infinity" else int(part) for part in wanted.split(":")]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(parts[0], most), min(parts[-1], most)))


def _gid(name: str) -> int:
    return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid
