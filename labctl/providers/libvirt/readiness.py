"""When a virtual machine is ready: what it says of itself, then what is seen from outside."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.regular import read_end
from labctl.core.wait import until
from labctl.providers.libvirt import control
from labctl.providers.works import readiness

_LOG_TAIL = 1500
_PAUSE_S = 0.8
"""Between two questions: an emulated machine spends its own time on answering."""
_CHECK_S = 20.0
MOST_SKEW_S = 60.0
"""Kerberos bears five minutes; a machine that is further off than this was not set."""


def await_waiting(port: Path, journal: Path, deadline: Deadline) -> None:
    """Wait until a machine that boots says that it waits to be told to start."""
    if not until(lambda: control.look(port, deadline) == "waiting", deadline, every_s=_PAUSE_S):
        raise _failure(_("n’a pas fini de démarrer à temps"), port.parent.name, journal)


def await_rehearsed(port: Path, journal: Path, deadline: Deadline) -> None:
    """Wait until a machine that rehearses is ready; ProviderError when it ends or is late."""
    said: list[str] = []

    def look() -> bool:
        said[:] = [control.look(port, deadline)]
        return said[0] in ("ready", "ended")

    if not until(look, deadline, every_s=_PAUSE_S) or said != ["ready"]:
        raise _failure(_("n’a pas fini de démarrer à temps"), port.parent.name, journal)


def await_ready(
    ports: Mapping[NodeName, Path],
    journals: Mapping[NodeName, Path],
    scan: Callable[[], frozenset[NodeName]],
    deadline: Deadline,
) -> None:
    """Wait until every machine says that it is ready; ProviderError when one has ended."""
    waiting = dict(ports)

    def look() -> bool:
        for name, port in tuple(waiting.items()):
            if control.look(port, deadline) == "ready":
                del waiting[name]
        gone = set(waiting) - scan()
        for name in gone:
            raise _failure(_("s’est arrêtée en démarrant"), name, journals[name])
        return not waiting

    if not until(look, deadline, every_s=_PAUSE_S):
        late = next(iter(waiting))
        raise _failure(_("n’a pas fini de démarrer à temps"), late, journals[late])


def observe(
    endpoints: Endpoints,
    ports: Mapping[NodeName, Path],
    programs: Mapping[NodeName, str],
    deadline: Deadline,
) -> None:
    """Wait until every machine answers from outside, passes its check, and has the time."""
    probes: dict[str, readiness.Probe] = {
        f"{name} ({programs[name]})": partial(_passes, port, programs[name])
        for name, port in ports.items()
        if programs[name]
    }
    probes |= {
        _("%(node)s (heure)") % {"node": name}: partial(_has_time, port)
        for name, port in ports.items()
    }
    readiness.observe(endpoints, ports, probes, deadline, try_s=_CHECK_S)


def _passes(port: Path, program: str, deadline: Deadline) -> bool:
    with suppress(ProviderError):
        limit = Deadline.after(max(_CHECK_S, deadline.remaining_s()))
        return control.run(port, (program,), _CHECK_S, limit).code == 0
    return False


def _has_time(port: Path, deadline: Deadline) -> bool:
    with suppress(ProviderError):
        reply = control.ask(port, {"do": "status"}, deadline)
        return abs(reply.clock - time.time()) < MOST_SKEW_S
    return False


def _failure(what: str, name: str, journal: Path) -> ProviderError:
    said = read_end(journal, _LOG_TAIL)
    message = _("la machine %(name)s %(what)s") % {"name": name, "what": what}
    return ProviderError(f"{message}\n{said}".strip(), hint=_("voir son journal, « log »"))
