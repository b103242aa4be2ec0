"""Our processes, found by their tag in /proc and nowhere else.

PID 1 of a node carries ``LABCTL_TAG=labctl:<instance>:<bench>:<node>`` in its environment; the
instance is a digest of where the state lives, so two installations never see each other's.
"""

import hashlib
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.wait import until

SPAWNER = "-spawn"
"""Node part of the tag of a child program, and of a node that is not let go yet."""
ENTRANCE, GATE = "-entrance", "-gate"
"""The same, of a candidate's way in: the node it leads through, and what listens in front of it."""
OURS = (SPAWNER, GATE)
"""Processes that are no PID 1 of a node."""
_SCAN_CAP = 16_384
_GONE = (FileNotFoundError, ProcessLookupError)
"""How /proc says that a process has ended. What else it refuses says nothing of the process."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process of ours, told apart from a reused pid by its start time."""

    pid: int
    started: int
    instance: str
    bench: str
    node: str
    spec: str

    @property
    def tag(self) -> str:
        """Return the tag as the environment spells it."""
        return tag(self.instance, self.bench, self.node)

    def say_started(self) -> str:
        """Return when it started, as RFC 3339 in UTC: the same words each time."""
        seconds = _boot_time() + self.started // os.sysconf("SC_CLK_TCK")
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def tag(instance: str, bench: str, node: str) -> str:
    """Return the value of LABCTL_TAG."""
    return f"labctl:{instance}:{bench}:{node}"


def instance_of(state: Path) -> str:
    """Return the short name of the installation whose state lives there."""
    return hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:8]


def scan(instance: str, bench: str | None = None) -> tuple[Process, ...]:
    """Return every process of ours, of one bench when asked."""
    sought = ("labctl", instance) if bench is None else ("labctl", instance, bench)
    pids = map(int, filter(str.isdecimal, os.listdir("/proc")))  # noqa: PTH208  # thousands of names
    return tuple(process for process in (_look_at(pid, sought) for pid in pids) if process)


def is_alive(process: Process) -> bool:
    """Tell whether the process still runs (a zombie does not)."""
    try:
        return _stat(process.pid) == process.started
    except (*_GONE, ValueError):
        return False


def kill(processes: tuple[Process, ...], deadline: Deadline) -> None:
    """Kill processes and wait until they are gone; killing PID 1 of a node ends all of it."""
    for process in processes:
        _kill_one(process)
    left = until(lambda: not any(map(is_alive, processes)), deadline, every_s=0.005)
    if left is None:
        names = ", ".join(process.tag for process in processes if is_alive(process))
        raise ProviderError(
            _("tués et toujours là : %(names)s") % {"names": names}, hint=_("voir dmesg")
        )


def _kill_one(process: Process) -> None:
    try:
        pidfd = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return
    try:
        if is_alive(process):  # the pidfd holds this very process: no race after this line
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    finally:
        os.close(pidfd)


def _look_at(pid: int, sought: tuple[str, ...]) -> Process | None:
    try:
        values = dict(_labctl_variables(pid, ":".join(sought)))
        tagged = tuple(values.get("LABCTL_TAG", "").split(":"))
        if len(tagged) != 4 or tagged[: len(sought)] != sought:
            return None
        if not _is_ours(pid, tagged[3]):
            return None
        _, instance, bench, node = tagged
        return Process(pid, _stat(pid), instance, bench, node, values.get("LABCTL_SPEC", ""))
    except (*_GONE, PermissionError, ValueError):  # it ended while we looked, or is another user's
        return None


def _labctl_variables(pid: int, sought: str) -> Iterator[tuple[str, str]]:
    """Yield the environment of a process, nothing of one without such a tag."""
    fd = os.open(f"/proc/{pid}/environ", os.O_RDONLY | os.O_CLOEXEC)
    try:
        content = os.read(fd, _SCAN_CAP)
    finally:
        os.close(fd)
    if b"LABCTL_TAG=%b:" % sought.encode() in content:
        for item in content.decode("utf-8", "replace").split("\0"):
            name, _, value = item.partition("=")
            yield name, value


def _is_ours(pid: int, node: str) -> bool:
    """Tell whether the process is where only labctl can put one, whatever its environment says.

    That is PID 1 of a pid namespace right below ours, or, for a child program, our own namespace:
    what a candidate starts in a node is neither.
    """
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            inner = line.split()[2:]
            return inner == ["1"] or (not inner and node in OURS)
    return False


def _stat(pid: int) -> int:
    """Return the start time of a process; ValueError for a zombie."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if fields[0] in "ZX":
        raise ValueError(pid)
    return int(fields[19])


def _boot_time() -> int:
    """Return when this machine was started, in seconds (proc(5), ``btime``)."""
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith("btime "):
            return int(line.split()[1])
    return 0
