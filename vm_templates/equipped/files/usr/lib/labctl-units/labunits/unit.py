"""Units as systemd.unit(5) and systemd.service(5) write them: files, drop-ins, specifiers."""

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SEARCH = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
)
"""Folders of unit files; the first one that has a file wins."""
SCRIPTS = "/etc/init.d"
RUNLEVEL = "/etc/rc5.d"
"""Links of the enabled scripts (update-rc.d(8)); ``systemctl is-enabled`` looks there too."""
_SUFFIX = ".service"
_TYPES = (".socket", ".timer", ".target", ".mount", ".automount", ".path", ".slice", ".swap")


class UnitError(Exception):
    """A unit that is not there, or that this systemctl cannot drive; ``code`` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Unit:
    """A service: what its files say. ``path`` is empty for one that only has a script."""

    name: str
    path: str
    drop_ins: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]  # section, key, value, in the order written
    script: str
    is_masked: bool = False

    @property
    def stem(self) -> str:
        """Return the name without its type."""
        return self.name.removesuffix(_SUFFIX)

    @property
    def is_script_driven(self) -> bool:
        """Tell whether the machine's own script drives it: nobody wrote a unit of their own.

        At its start the machine calls these scripts; a file under /etc/systemd/system takes over.
        """
        own = any(path.startswith(SEARCH[:2]) for path in (self.path, *self.drop_ins))
        return bool(self.script) and not own

    def all(self, key: str, section: str = "Service") -> tuple[str, ...]:
        """Return the values of a key; an empty one forgets those before it."""
        values: list[str] = []
        for where, name, value in self.settings:
            if (where, name) == (section, key):
                values = [*values, value] if value else []
        return tuple(expand(value, self) for value in values)

    def get(self, key: str, default: str = "", section: str = "Service") -> str:
        """Return the last value of a key."""
        values = self.all(key, section)
        return values[-1] if values else default

    def is_true(self, key: str) -> bool:
        """Tell whether a key of the service is switched on."""
        return self.get(key).lower() in ("1", "yes", "true", "on")

    @property
    def description(self) -> str:
        """Return what it is, in words."""
        return self.get("Description", section="Unit") or self.stem


def canonical(name: str) -> str:
    """Return the full name of a service; UnitError for another type of unit."""
    if name.endswith(_TYPES):
        raise UnitError(name)
    if "/" in name or not name or name.startswith("."):
        raise UnitError(f"Invalid unit name: {name}")
    return name if name.endswith(_SUFFIX) else name + _SUFFIX


def load(name: str) -> Unit:
    """Read a unit; UnitError (exit code 5) when there is neither a file nor a script."""
    name = canonical(name)
    path = _find(name)
    real = os.path.realpath(path) if path else ""
    if real and real != "/dev/null" and "@" not in name:
        name = os.path.basename(real)  # by another name, it is the same unit
    script = f"{SCRIPTS}/{name.removesuffix(_SUFFIX)}"
    if not os.access(script, os.X_OK):
        script = ""
    if not path and not script:
        raise UnitError(f"Unit {name} not found.", 5)
    if path and (real == "/dev/null" or os.path.getsize(real) == 0):
        return Unit(name, path, (), (), script, is_masked=True)
    drop_ins = tuple(_list_drop_ins(name))
    settings = [entry for file in (real, *drop_ins) if file for entry in parse(_read(file))]
    return Unit(name, real, drop_ins, tuple(settings), script)


def parse(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of each line; a backslash at the end goes on with the next."""
    section, pending = "", ""
    for line in text.splitlines():
        if line.lstrip().startswith(("#", ";")):
            continue
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        whole, pending = (pending + line).strip(), ""
        if whole.startswith("[") and whole.endswith("]"):
            section = whole[1:-1]
        elif "=" in whole:
            key, _equals, value = whole.partition("=")
            yield section, key.strip(), value.strip()


def expand(text: str, unit: Unit) -> str:
    """Return a value with its specifiers replaced; one that is unknown stays."""
    if "%" not in text:
        return text
    prefix, _at, instance = unit.stem.partition("@")
    known = {
        "%": "%", "n": unit.name, "N": unit.stem, "p": prefix, "P": prefix, "i": instance,
        "I": instance.replace("-", "/"), "H": socket.gethostname(), "t": "/run", "S": "/var/lib",
        "C": "/var/cache", "L": "/var/log", "E": "/etc", "T": "/tmp", "V": "/var/tmp",  # noqa: S108
        "h": "/root", "u": "root", "U": "0", "f": f"/{instance or prefix}".replace("-", "/"),
        "l": socket.gethostname().partition(".")[0],
    }  # fmt: skip
    parts = text.split("%")
    out, rest = [parts[0]], parts[1:]
    while rest:
        part = rest.pop(0)
        if part:
            out.append(known.get(part[0], f"%{part[0]}") + part[1:])
        else:
            out.append("%" + (rest.pop(0) if rest else ""))
    return "".join(out)


def list_enabled(skip: Sequence[str] = ()) -> list[str]:
    """Return the services that a boot starts: those that a target of /etc wants, not masked.

    Of a service without a unit, a link of its script says it (systemd-sysv-generator(8)).
    """
    found = set(_list_enabled_scripts())
    folder = SEARCH[0]
    for target in _list(folder):
        if target.endswith((".target.wants", ".target.requires")):
            found.update(unit for unit in _list(f"{folder}/{target}") if unit.endswith(_SUFFIX))
    return sorted(
        name
        for name in found
        if name not in skip and os.path.realpath(f"{folder}/{name}") != "/dev/null"
    )


def _list_enabled_scripts() -> Iterator[str]:
    for link in _list(RUNLEVEL):
        name = f"{link[3:]}{_SUFFIX}"
        if link.startswith("S") and not _find(name):
            yield name


def _find(name: str) -> str:
    names = [name]
    if "@" in name:
        names.append(name.partition("@")[0] + "@" + _SUFFIX)
    for candidate in names:
        for folder in SEARCH:
            path = f"{folder}/{candidate}"
            if os.path.lexists(path):
                return path
    return ""


def _list_drop_ins(name: str) -> Iterator[str]:
    stems = [name]
    if "@" in name:
        stems.insert(0, name.partition("@")[0] + "@" + _SUFFIX)
    chosen: dict[str, str] = {}
    for stem in stems:
        for folder in reversed(SEARCH):
            for file in _list(f"{folder}/{stem}.d"):
                if file.endswith(".conf"):
                    chosen[file] = f"{folder}/{stem}.d/{file}"
    for file in sorted(chosen):
        yield chosen[file]


def _list(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
