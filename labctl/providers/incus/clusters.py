"""The clusters of a room, as plans keep them, and those that this installation has used.

The latter are written before the first change made on one: it is how benches are found again when
the rest of the state is lost.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, ProviderError, StoreError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.incus.client import Client, open_client
from labctl.providers.incus.link import Identity, Server
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench

_FILE, _LOCK = "clusters.json", "networks.lock"


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a cluster is asked, and as whom; ``wish`` is the member that the room chose."""

    server: Server
    identity: Identity
    pool: str = "default"
    wish: str | None = None


def of_plan(plan: Plan) -> Cluster:
    """Return the cluster that a plan names; ProviderError when it names none."""
    if plan.hosting is None:
        said = _("la salle « %(room)s » ne dit pas sur quel hôte est le banc %(bench)d")
        hint = _("ajoutez « hotes » à la salle : voir docs/install.md")
        raise ProviderError(said % {"room": plan.room, "bench": plan.bench}, hint=hint)
    return read(plan.hosting.own)


def read(own: Mapping[str, str]) -> Cluster:
    """Return a cluster as ``rooms.IncusCluster.own`` wrote it."""
    host, _colon, port = own["address"].rpartition(":")
    server = Server(host.strip("[]"), int(port), own["fingerprint"])
    identity = Identity(Path(own["certificate"]), Path(own["key"]))
    return Cluster(server, identity, own["pool"], own["member"] or None)


@contextmanager
def open_cluster(cluster: Cluster, deadline: Deadline) -> Iterator[Client]:
    """Open the API of a cluster."""
    with open_client(cluster.server, cluster.identity, deadline) as client:
        yield client


@contextmanager
def alone(deadline: Deadline) -> Iterator[None]:
    """Be the only one of this installation that makes or removes a network, on whatever cluster.

    Two members that each make one wait for each other for ever, and with them the whole cluster:
    each holds its own lock and asks the other ("Deadlock when creating networks in parallel in a
    cluster", LXD issue 18023; seen on Incus 6.0). One that is removed looks at all others on its
    member, and fails when another goes meanwhile (seen as well).
    """
    with ExitStack() as stack:

        def take() -> bool:
            with suppress(Busy):
                stack.enter_context(store.lock(paths.state_dir() / _LOCK, "labctl up"))
                return True
            return False

        if not until(take, deadline, every_s=0.05):
            raise ProviderError(_("d'autres bancs n'en finissent pas de changer leurs réseaux"))
        yield


def remember(own: Mapping[str, str]) -> None:
    """Note a cluster."""
    known = _list_written()
    if dict(own) not in known:
        store.write_json(paths.state_dir() / _FILE, [*known, dict(own)])


def forget(cluster: Cluster) -> None:
    """Note that nothing of this installation is left on a cluster."""
    left = [own for own in _list_written() if read(own).server != cluster.server]
    if left:
        store.write_json(paths.state_dir() / _FILE, left)
    else:
        (paths.state_dir() / _FILE).unlink(missing_ok=True)


def list_known() -> tuple[Cluster, ...]:
    """Return the clusters used so far."""
    return tuple({json.dumps(_without_wish(own)): read(own) for own in _list_written()}.values())


def list_of(bench: BenchId) -> tuple[Cluster, ...]:
    """Return the clusters where a bench may be: that of its plan, else all."""
    with suppress(StoreError):
        plan = benches.read_plan(Bench(bench))
        if plan.hosting is not None:
            return (of_plan(plan),) if "fingerprint" in plan.hosting.own else ()
    return list_known()


def _without_wish(own: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in sorted(own.items()) if name != "member"}


def _list_written() -> list[dict[str, str]]:
    with suppress(StoreError):
        document = store.read_json(paths.state_dir() / _FILE)
        if isinstance(document, list):
            return [each for each in document if isinstance(each, dict)]
    return []
