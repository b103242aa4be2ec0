"""Readiness, observed: what a machine says of itself, then what is seen of it from outside."""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from labctl.connect.base import Endpoint, Endpoints, Transport
from labctl.connect.guard import GuardedSocket
from labctl.connect.vantage import connect_from
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ConnectError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.regular import read_end
from labctl.core.wait import until
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.processes import Process
from labctl.providers.works import observation

TRY_S = 3.0
_AT_ONCE = 8
"""Probes that are tried side by side: one that is late must not keep the others waiting."""
_LOG_TAIL = 1500
_LAST_WORDS_S = 0.3
_ANSWER_CAP_BYTES = 64 << 10
Probe = Callable[[Deadline], bool]


def wait_started(
    nodes: Mapping[NodeName, Process | None], logs: Mapping[NodeName, Path], deadline: Deadline
) -> dict[NodeName, Process]:
    """Wait until every node says that its start is done; return them.

    Raises ProviderError, with what the node said, when one is dead or time is up.
    """
    ready: dict[NodeName, Process] = {}

    def look() -> bool:
        for name, process in nodes.items():
            if process is None or not processes.is_alive(process):
                raise _failure(_("s’est arrêtée en démarrant"), name, logs)
            if name not in ready and observation.says_ready(process):
                ready[name] = process
        return len(ready) == len(nodes)

    if not until(look, deadline):
        late = next(name for name in nodes if name not in ready)
        raise _failure(_("n’a pas fini de démarrer à temps"), late, logs)
    return ready


def observe(
    endpoints: Endpoints,
    nodes: Collection[NodeName],
    checks: Mapping[str, Probe],
    deadline: Deadline,
    *,
    try_s: float = TRY_S,
) -> None:
    """Wait until every node also answers from outside; ProviderError names those that do not.

    ``try_s`` bounds one try: an emulated machine takes long for a handshake.
    """
    waiting: dict[str, Probe] = {
        f"{endpoint.node} ({endpoint.transport})": partial(_PROBES[endpoint.transport], endpoint)
        for endpoint in endpoints.endpoints
        if endpoint.node in nodes and endpoint.transport in _PROBES
    }
    waiting |= checks

    def look() -> bool:
        names = tuple(waiting)
        answers = pool.map(lambda name: waiting[name](deadline.within(try_s)), names)
        for name, answered in zip(names, tuple(answers), strict=True):
            if answered:
                del waiting[name]
        return not waiting

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        is_ready = until(look, deadline, every_s=0.2)
    if not is_ready:
        message = _("ne répondent pas à temps : %(names)s") % {"names": ", ".join(waiting)}
        raise ProviderError(message, hint="labctl status")


def run_checks(
    nodes: Mapping[NodeName, Process], programs: Mapping[NodeName, str]
) -> dict[str, Probe]:
    """Return the checks of nodes that have a program for it, by their name."""
    return {
        f"{name} ({program})": partial(_passes_check, nodes[name], program)
        for name, program in programs.items()
        if program
    }


def _shows_banner(endpoint: Endpoint, deadline: Deadline) -> bool:
    """Tell whether an SSH server answers on the management network."""
    with suppress(ConnectError, OSError), _open(endpoint, deadline) as guard:
        return guard.recv(4) == b"SSH-"
    return False


def _answers_ldaps(endpoint: Endpoint, deadline: Deadline) -> bool:
    """Tell whether the directory answers, under a certificate of the bench's authority."""
    from labctl.connect.ldap.session import has_root  # its library: only where there is a directory

    with suppress(ConnectError, OSError):
        return has_root(endpoint, deadline)
    return False


def _passes_check(process: Process, program: str, deadline: Deadline) -> bool:
    with suppress(CommandError, ProviderError):
        return runtime.run_in(process, (program,), deadline, check=False).exit_code == 0
    return False


@contextmanager
def _open(endpoint: Endpoint, deadline: Deadline) -> Iterator[GuardedSocket]:
    sock = connect_from(endpoint.vantage, endpoint.address, endpoint.port, deadline)
    with closing(GuardedSocket(sock, deadline, _ANSWER_CAP_BYTES)) as guard:
        yield guard


def _failure(what: str, name: NodeName, logs: Mapping[NodeName, Path]) -> ProviderError:
    log = logs[name]
    until(lambda: log.exists() and log.stat().st_size, Deadline.after(_LAST_WORDS_S))
    said = read_end(log, _LOG_TAIL)
    message = _("la machine %(name)s %(what)s") % {"name": name, "what": what}
    return ProviderError(f"{message}\n{said}".strip(), hint=_("voir son journal, « log »"))


_PROBES: Mapping[Transport, Callable[[Endpoint, Deadline], bool]] = {
    Transport.SSH: _shows_banner,
    Transport.CLI: _shows_banner,
    Transport.LDAP: _answers_ldaps,
}
