"""Start nodes and run commands in them: the parent's side of the small child programs."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from labctl.core import command, paths
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, CommandTimeout, ProviderError
from labctl.core.ids import NodeName
from labctl.providers.namespaces import enter, processes
from labctl.providers.namespaces.processes import Process

_INIT = ("/usr/bin/tini", "--", "/usr/bin/env", "-u", "LABCTL_TAG", "-u", "LABCTL_SPEC")
"""PID 1 alone keeps the tag, so that a scan finds one process a node."""


@dataclass(frozen=True, slots=True)
class Cable:
    """A veth pair: node, interface and MAC of both ends."""

    node: NodeName
    interface: str
    mac: str
    peer: NodeName
    peer_interface: str
    peer_mac: str


@dataclass(frozen=True, slots=True)
class Launch:
    """A node to start: its layers (topmost first), its folder, its program."""

    name: NodeName
    hostname: str
    layers: tuple[Path, ...]
    folder: Path
    program: str
    spec: str
    volatile: bool = False
    keeps: tuple[str, ...] = ()

    @property
    def upper(self) -> Path:
        """Return where the node's own files are."""
        return self.folder / "upper"

    @property
    def log(self) -> Path:
        """Return where what the node says is kept."""
        return self.folder / "log"


@dataclass(frozen=True, slots=True)
class Startup:
    """Nodes to start together, their cables, and ``ip`` lines to run in nodes before they go."""

    launches: tuple[Launch, ...]
    living: Mapping[NodeName, int]
    cables: tuple[Cable, ...] = ()
    configure: tuple[tuple[NodeName, tuple[str, ...]], ...] = ()


def start(startup: Startup, instance: str, bench: str, deadline: Deadline) -> None:
    """Start nodes and return when the program of each is executed; find them with ``scan``."""
    _call_spawn(startup, instance, bench, deadline, wait=False)


def run_to_end(startup: Startup, instance: str, bench: str, deadline: Deadline) -> dict[str, int]:
    """Start nodes whose program ends by itself; return the exit codes."""
    reply = _call_spawn(startup, instance, bench, deadline, wait=True)
    codes = reply["exit_codes"]
    if not isinstance(codes, dict):
        raise ProviderError("the child program gave no exit codes")
    return codes


def run_in(
    node: Process,
    argv: Sequence[str],
    deadline: Deadline,
    *,
    stdin: str = "",
    check: bool = True,
) -> command.Completed:
    """Run a command inside a node and return what it said.

    Raises ProviderError when the node cannot be entered; CommandError as ``command.run`` does.
    """
    done = command.run(enter_argv(node, argv), deadline, stdin=stdin, check=False)
    if done.exit_code == enter.REFUSED:
        raise ProviderError(f"{node.node}: {done.stderr.strip()}", hint="labctl status")
    if check and done.exit_code != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise CommandError(
            f"{node.node}: exit code {done.exit_code}: {command.paste(argv)}\n{said}"
        )
    return done


def run_beside(
    process: Process, argv: Sequence[str], deadline: Deadline, *, check: bool = True
) -> command.Completed:
    """Run a command of this machine in the network of a process."""
    nsenter = ("nsenter", "--net", "--target", str(process.pid), "--")
    return command.run((*nsenter, *argv), deadline, check=check)


def enter_argv(node: Process, argv: Sequence[str]) -> tuple[str, ...]:
    """Return the command line that runs a command inside a node (``connect`` executes it)."""
    return (*child_argv("enter"), str(node.pid), str(node.started), node.tag, *argv)


def child_argv(module: str, package: str = "labctl.providers.namespaces") -> tuple[str, ...]:
    """Return the command line of a child program: this Python, no site packages."""
    code = (
        f"import sys; sys.path.insert(0, {str(paths.PACKAGE.parent)!r}); "
        f"from {package}.{module} import main; sys.exit(main())"
    )
    return (sys.executable, "-I", "-S", "-c", code)


def child_environment(instance: str, bench: str) -> dict[str, str]:
    """Return the environment of a child program: what it leaves behind is found by its tag."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8",
        "LABCTL_TAG": processes.tag(instance, bench, processes.SPAWNER),
        "LABCTL_PARENT": str(os.getpid()),
    }


def _call_spawn(
    startup: Startup, instance: str, bench: str, deadline: Deadline, *, wait: bool
) -> dict[str, object]:
    request = {
        "nodes": [_describe(each, instance, bench) for each in startup.launches],
        "living": dict(startup.living),
        "links": [tuple(asdict(cable).values()) for cable in startup.cables],
        "configure": startup.configure,
        "wait": wait,
    }
    try:
        done = command.run(
            child_argv("spawn"),
            deadline,
            stdin=json.dumps(request),
            env=child_environment(instance, bench),
            check=False,
        )
    except CommandTimeout as exc:
        raise ProviderError(f"bench {bench}: the nodes did not start in time") from exc
    if done.exit_code != 0:
        raise ProviderError(f"bench {bench}: {done.stderr.strip()[-2000:]}", hint="labctl doctor")
    reply: dict[str, object] = json.loads(done.stdout)
    return reply


def _describe(launch: Launch, instance: str, bench: str) -> dict[str, object]:
    for name in ("upper", "work", "root"):
        (launch.folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "name": launch.name,
        "hostname": launch.hostname,
        "lower": [str(layer) for layer in launch.layers],
        "upper": str(launch.upper),
        "work": str(launch.folder / "work"),
        "root": str(launch.folder / "root"),
        "log": str(launch.log),
        "argv": (*_INIT, launch.program),
        "tag": processes.tag(instance, bench, launch.name),
        "spec": launch.spec,
        "volatile": launch.volatile,
        "keeps": launch.keeps,
    }
