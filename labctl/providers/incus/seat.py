"""The jury's instance: labctl's own code in it, and what is asked of the labctl there.

``python -m labctl.providers.incus.seat`` is what runs there: ``ready`` waits until machines answer
from outside, ``settled`` until the first start of a Windows is over, ``serve`` does what an order
in a file asks, and says so on standard output, ``enter`` becomes a command in a machine that lives
there.
"""

import fcntl
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from labctl.connect.base import Endpoints, Transport
from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.incus import outfit, works
from labctl.providers.incus.client import Refused
from labctl.providers.incus.works import Works
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import runtime
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows import copies
from labctl.providers.works import readiness
from labctl.providers.works.endpoints import build_endpoints

ISOLATION = "container"
FILES = "etc/labctl/observers"
OBSERVERS = "etc/labctl/observers.json"
ORDER = "/run/labctl/order"
SERVING = "/run/labctl/serving"
"""What the process locks that carries an order out."""
_LOCK = "hhqqi"
"""``struct flock`` of fcntl(2) on Linux: type, whence, start, length, process."""
_IDENTITY = "/opt/labctl/identity"
_SECRETS = "/run/labctl/secrets.tar"
_ARCHIVE = "/opt/labctl/code.tar.gz"
_MODULE = "labctl.providers.incus.seat"
_UNPACK = (
    "/bin/sh",
    "-ec",
    f"rm -rf /{outfit.CODE} /{outfit.OWN_CONTENT}; tar -xzf {_ARCHIVE} -C /; rm {_ARCHIVE}",
)
_TRY_S = 3.0
_SHARE = 0.7
"""Of the time that is left, for the machines: labctl must start there, and say which are late."""
MOST_BYTES = 256 << 20
"""What is taken of one answer: evidence is a few MiB."""


def await_answers(bench: Works, names: Sequence[NodeName], deadline: Deadline) -> None:
    """Wait until machines answer from outside; ProviderError names those that do not."""
    seconds = str(int(max(1.0, deadline.remaining_s() * _SHARE)))
    number = str(bench.plan.bench)
    slow = str(bench.plan.patience)
    said = run(bench, ("ready", number, seconds, slow, *names))
    if said.code != 0:
        raise ProviderError((said.errors or said.output).strip(), hint="labctl status")


def await_windows(bench: Works, names: Sequence[NodeName], deadline: Deadline) -> None:
    """Wait until the first start of real Windows is over; ProviderError names one that is late."""
    seconds = str(int(max(1.0, deadline.remaining_s() * _SHARE)))
    said = run(bench, ("settled", str(bench.plan.bench), seconds, *names))
    if said.code != 0:
        raise ProviderError((said.errors or said.output).strip(), hint="labctl status")


def run(bench: Works, words: Sequence[str]) -> works.Said:
    """Run this module in the jury's instance, with the code of this labctl."""
    bring_code(bench)
    node = bench.plan.management.vantage
    return works.run(bench, node, _argv(words), outfit.environment(), cap=MOST_BYTES)


def enter_argv(plan: Plan, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
    """Return what runs a command, in the jury's instance, in a machine that lives there."""
    return _argv(("enter", str(plan.bench), node, *argv))


def _argv(words: Sequence[str]) -> tuple[str, ...]:
    return (*outfit.command(), "-m", _MODULE, *words)


def bring_code(bench: Works) -> None:
    """Give the jury's instance the code and content of this labctl, unless it has them."""
    node, identity = bench.plan.management.vantage, outfit.identify_code()
    path = bench.locate(node, "files", path=_IDENTITY)
    with suppress(Refused):
        if bench.client.read_bytes(path) == identity:
            return
    works.push(bench, node, _ARCHIVE, outfit.pack_code())
    said = works.run(bench, node, _UNPACK)
    if said.code != 0:
        message = _("l'instance du jury ne prend pas le code de labctl : %(why)s")
        raise ProviderError(message % {"why": said.errors.strip()})
    works.push(bench, node, _IDENTITY, identity)


def bring_secrets(bench: Works, files: Mapping[str, NodeFile]) -> None:
    """Give the jury's instance, which runs, the new secrets of other machines."""
    node = bench.plan.management.vantage
    works.push(bench, node, _SECRETS, works.pack(files))
    said = works.run(bench, node, ("/bin/sh", "-ec", f"tar -xf {_SECRETS} -C /; rm {_SECRETS}"))
    if said.code != 0:
        message = _("l'instance du jury ne prend pas les secrets du banc : %(why)s")
        raise ProviderError(message % {"why": said.errors.strip()})


def find_endpoints(plan: Plan) -> Endpoints:
    """Return the ways into a bench from the jury's instance; ProviderError elsewhere."""
    place = benches.Bench(plan.bench)
    running = place.scan()
    if not running:
        said = _("le banc %(bench)s ne se regarde que depuis l'instance du jury, sur la grappe")
        raise ProviderError(said % {"bench": place.name})
    found = build_endpoints(plan, place, running, frozenset(plan.nodes) - set(running))
    return replace(found, isolation=ISOLATION)


def main(words: Sequence[str]) -> int:
    """Do in the jury's instance what is asked from outside."""
    act, *rest = words
    try:
        return _ACTS[act](*rest)
    except LabctlError as exc:
        sys.stderr.write(f"{exc.message}\n")
        return 1


def _wait_ready(bench: str, seconds: str, slow: str, *names: str) -> int:
    plan = benches.read_plan(benches.Bench(BenchId(int(bench))))
    wanted = [NodeName(name) for name in names]
    limit = Deadline.after(float(seconds))
    readiness.observe(find_endpoints(plan), wanted, {}, limit, try_s=_TRY_S * float(slow))
    return 0


def _wait_settled(bench: str, seconds: str, *names: str) -> int:
    plan = benches.read_plan(benches.Bench(BenchId(int(bench))))
    found, limit = find_endpoints(plan), Deadline.after(float(seconds))
    for name in names:
        way = found.find(NodeName(name), Transport.CIM)
        if way is not None:
            copies.await_done(way, limit)
    return 0


def _serve(order: str, seconds: str) -> int:
    """Have labctl serve the order of a file, which is removed first."""
    path = Path(order)
    line = path.read_text(encoding="utf-8")
    path.unlink()
    argv = (sys.executable, "-P", "-m", "labctl", "serve")
    limit = Deadline.after(float(seconds))
    signal.signal(signal.SIGTERM, _stop)
    with _alone(limit):
        done = command.follow(argv, limit, _tell, stdin=line)
    sys.stderr.write(done.stderr)
    return done.exit_code


def _stop(*_signal: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what was begun is ended first
    sys.exit(1)


@contextmanager
def _alone(limit: Deadline) -> Iterator[None]:
    """End the order that is still carried out: whoever gave it was killed, and holds no bench now.

    Incus goes on with a command when nobody waits for it, and no step may be under way twice.
    """
    with Path(SERVING).open("ab") as place:
        if not until(partial(_take, place), limit):
            raise ProviderError(_("un ordre d'avant ne finit pas dans l'instance du jury"))
        yield


def _take(place: IO[bytes]) -> bool:
    """Lock a file; tell the process that has it locked to end otherwise."""
    try:
        fcntl.lockf(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        asked = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        pid = struct.unpack(_LOCK, fcntl.fcntl(place, fcntl.F_GETLK, asked))[-1]
        with suppress(ProcessLookupError):
            if pid > 0:
                os.kill(pid, signal.SIGTERM)
        return False
    return True


def _enter(bench: str, name: str, *argv: str) -> int:
    """Become a command in a machine."""
    running = benches.Bench(BenchId(int(bench))).scan()
    node = running.get(NodeName(name))
    if node is None:
        said = _("la machine « %(node)s » du banc %(bench)02d ne tourne pas")
        raise ProviderError(said % {"node": name, "bench": int(bench)})
    entered = runtime.enter_argv(node, argv)
    os.execv(entered[0], entered)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


_ACTS: Mapping[str, Callable[..., int]] = {
    "ready": _wait_ready,
    "settled": _wait_settled,
    "serve": _serve,
    "enter": _enter,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
