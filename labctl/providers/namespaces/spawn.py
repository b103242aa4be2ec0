"""The child program that starts nodes: one JSON request on stdin, one JSON reply on stdout.

It is a program of its own, small and single-threaded, because forking and unsharing are not safe
in a process that has threads. Every node is forked and waits on one pipe until its cables are
there; when this program dies before it says go, the pipe ends and the waiting nodes with it. Its
environment carries the bench's tag, so what it leaves behind at any instant is found by the tag.

Standard library only: it runs with ``python -I -S``.
"""

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.providers.namespaces import kernel, rootfs
from labctl.providers.namespaces.seccomp import Filter

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LOGGER = '"$0" dd bs=512 count=4096 2>/dev/null; exec "$0" cat >/dev/null'
_ERROR_CAP = 8192
_OPEN_FILES = 16_384  # what Samba asks for


@dataclass(frozen=True, slots=True)
class NodeRequest:
    """One node to start, as the request spells it."""

    name: str
    hostname: str
    lower: tuple[str, ...]
    upper: str
    work: str
    root: str
    log: str
    argv: tuple[str, ...]
    tag: str
    spec: str
    volatile: bool
    keeps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A forked node: its pid as the host sees it, the pipe its errors come through, its logger."""

    name: str
    pid: int
    status: int
    logger: int


@dataclass(frozen=True, slots=True)
class Output:
    """Where a node speaks to, and the process that writes it down."""

    write: int
    logger: int


class SpawnError(Exception):
    """Something the request asked for could not be done."""


def main() -> int:
    """Answer the request on stdin."""
    kernel.die_with_parent(int(os.environ["LABCTL_PARENT"]))
    request = json.load(sys.stdin)
    try:
        reply = serve(request)
    except (SpawnError, OSError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    sys.stdout.write(json.dumps(reply))
    return 0


def serve(request: dict[str, Any]) -> dict[str, Any]:
    """Start the nodes, lay their cables, let them go; wait for their end when asked."""
    nodes = [_node(each) for each in request["nodes"]]
    outputs = [
        _start_logger(node) for node in nodes
    ]  # before the pipe that means go: it is not theirs
    go_read, go_write = os.pipe()
    children = [
        _fork(node, (go_read, go_write), output, is_bound=request["wait"])
        for node, output in zip(nodes, outputs, strict=True)
    ]
    os.close(go_read)
    for child in children:
        _expect_ready(child)
    pids = dict(request["living"]) | {child.name: child.pid for child in children}
    _lay_cables(request["links"], pids)
    for name, lines in request["configure"]:
        _ip(lines, pids[name])
    os.write(go_write, b"g" * len(children))
    os.close(go_write)
    for child in children:
        _expect_end_of_status(child)
    if request["wait"]:
        codes = {child.name: _wait(child.pid) for child in children}
        for child in children:
            _wait(child.logger)
        return {"exit_codes": codes}
    return {"pids": {child.name: [child.pid, _started(child.pid)] for child in children}}


def _node(raw: dict[str, Any]) -> NodeRequest:
    listed = {name: tuple(raw[name]) for name in ("lower", "argv", "keeps")}
    return NodeRequest(**{**raw, **listed})


def _start_logger(node: NodeRequest) -> Output:
    """Start what writes a node's log: a process outside of it, which stops writing at 2 MiB.

    It outlives the node by its last words, and ends when nothing can speak any more. Its program
    is that of the node's lowest layer.
    """
    log = os.open(node.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            os.dup2(read, 0)
            os.dup2(log, 1)
            os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
            busybox = f"{node.lower[-1]}/usr/bin/busybox"
            os.execve(busybox, ("busybox", "sh", "-c", _LOGGER, busybox), {"PATH": _PATH})
        finally:
            os._exit(127)
    os.close(read)
    os.close(log)
    return Output(write, pid)


def _fork(node: NodeRequest, go: tuple[int, int], output: Output, *, is_bound: bool) -> Child:
    """Fork the process that becomes PID 1 of a new pid namespace."""
    status_read, status_write = os.pipe()
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    kernel.unshare(kernel.CLONE_NEWPID)
    pid = kernel.fork_bound() if is_bound else os.fork()
    if pid == 0:
        os.close(go[1])
        _become(node, go[0], output.write, status_write)
    kernel.setns(own, kernel.CLONE_NEWPID)
    for fd in (own, status_write, output.write):
        os.close(fd)
    return Child(node.name, pid, status_read, output.logger)


def _become(node: NodeRequest, go: int, output: int, status: int) -> None:
    """Turn this process into the node; never returns. What goes wrong is told on ``status``."""
    try:
        os.setsid()
        calls = Filter()  # here, where the computer's own library is in sight
        _isolate(node)
        os.write(status, b"r")
        if os.read(go, 1) != b"g":
            os._exit(1)
        _restrict(node, calls)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        environment = {
            "PATH": _PATH,
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "LABCTL_TAG": node.tag,
            "LABCTL_SPEC": node.spec,
        }
        os.execve(node.argv[0], node.argv, environment)
    except OSError as exc:  # this machine refuses
        os.write(status, str(exc).encode()[-_ERROR_CAP:])
    except BaseException:  # noqa: BLE001  # nothing above this frame may run in the child
        os.write(status, traceback.format_exc().encode()[-_ERROR_CAP:])
    finally:
        os._exit(1)


def _isolate(node: NodeRequest) -> None:
    kernel.unshare(
        kernel.CLONE_NEWNS | kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC | kernel.CLONE_NEWNET
    )
    kernel.unshare_cgroup()
    _set_hostname(node.hostname)
    rootfs.mount_overlay(node.lower, node.upper, node.work, node.root, volatile=node.volatile)
    rootfs.mount_node(node.root)
    kernel.pivot_into(node.root)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("0")  # a new network takes the machine's
    ipv6 = Path("/proc/sys/net/ipv6/conf/default/disable_ipv6")
    if ipv6.exists():
        ipv6.write_text("1")


def _set_hostname(name: str) -> None:
    import socket

    socket.sethostname(name)


def _restrict(node: NodeRequest, calls: Filter) -> None:
    """Set what PID 1 and all its children inherit."""
    calls.load()
    kernel.drop_capabilities(node.keeps)
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, _OPEN_FILES), most))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, daemons expect them
        signal.signal(number, signal.SIG_DFL)


def _expect_ready(child: Child) -> None:
    first = os.read(child.status, 1)
    if first != b"r":
        raise SpawnError(f"{child.name}: {(first + _read_all(child.status)).decode().strip()}")


def _expect_end_of_status(child: Child) -> None:
    """The pipe closes when the node's program is executed; before, it carries the error."""
    said = _read_all(child.status)
    if said:
        raise SpawnError(f"{child.name}: {said.decode('utf-8', 'replace').strip()}")


def _read_all(fd: int) -> bytes:
    parts = []
    while part := os.read(fd, _ERROR_CAP):
        parts.append(part)
    os.close(fd)
    return b"".join(parts)


def _lay_cables(links: Sequence[Sequence[str]], pids: dict[str, int]) -> None:
    """Create veth pairs directly between the nodes: neither end is ever in the root namespace."""
    lines = [
        f"link add {end} netns {pids[node]} address {mac} type veth "
        f"peer name {peer_end} netns {pids[peer]} address {peer_mac}"
        for node, end, mac, peer, peer_end, peer_mac in links
    ]
    if lines:
        _ip(lines, None)


def _ip(lines: Sequence[str], pid: int | None) -> None:
    """Run one ``ip -batch``, in the network namespace of a process when told."""

    def child() -> None:
        if pid is not None:
            kernel.setns(os.open(f"/proc/{pid}/ns/net", os.O_RDONLY), kernel.CLONE_NEWNET)
        os.execvp("ip", ("ip", "-batch", "-"))

    code = _run("\n".join(lines) + "\n", child)
    if code != 0:
        raise SpawnError(f"ip -batch: exit code {code}\n" + "\n".join(lines))


def _run(text: str, child: Callable[[], None]) -> int:
    """Fork, give the text on stdin, run ``child`` (which executes a program), return its code."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(write)
            os.dup2(read, 0)
            os.dup2(2, 1)
            child()
        finally:
            os._exit(127)
    os.close(read)
    with os.fdopen(write, "w") as stdin:
        stdin.write(text)
    return _wait(pid)


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _started(pid: int) -> int:
    text = Path(f"/proc/{pid}/stat").read_text()
    return int(text.rpartition(")")[2].split()[19])
