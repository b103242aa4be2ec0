"""The clusters of a room, as plans keep them, and those that this installation has used.

The latter are written before the first change made on one: it is how benches are found again when
the rest of the state is lost, and how one that was built by another way than the room names now
(address, certificate) is reached.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, ProviderError, StoreError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.wait import until
from labctl.plan.model import Hosting, Plan
from labctl.providers.incus.client import Client, open_client
from labctl.providers.incus.link import Identity, Server
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from labctl.providers.roles import locks

PROVIDER = "incus"
"""What plans of these clusters name as their provider."""
_FILE, _LOCK = "clusters.json", "networks.lock"
_KEYS = frozenset({"address", "fingerprint", "certificate", "key", "pool", "member"})
_HOST = "host"
"""Key of what is written: the name that the room gives the cluster, or one of its members."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a cluster is asked, and as whom; ``wish`` is the member that the room chose."""

    server: Server
    identity: Identity
    pool: str = "default"
    wish: str | None = None

    def is_same(self, other: "Cluster") -> bool:
        """Tell whether another way leads to the same cluster.

        Its members share a certificate; one that was given a new certificate keeps its address.
        """
        ours, theirs = self.server, other.server
        return ours.fingerprint == theirs.fingerprint or ours.where == theirs.where


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


def remember(hosting: Hosting, deadline: Deadline) -> None:
    """Note how a cluster is reached, in the place of what its host of the room said before."""
    way = {**hosting.own, "member": "", _HOST: hosting.name}
    if way in _list_written():
        return
    with _rewriting(deadline) as written:
        new = read(way)
        replaced = [
            own
            for own in written
            if read(own).is_same(new) and own.get(_HOST, hosting.name) == hosting.name
        ]
        _write([*(own for own in written if own not in replaced), way])


def forget(cluster: Cluster, deadline: Deadline) -> None:
    """Note that nothing of this installation is left on a cluster."""
    with _rewriting(deadline) as written:
        _write([own for own in written if not read(own).is_same(cluster)])


def find_way(plan: Plan) -> Cluster:
    """Return the cluster of a bench as it was reached last, by its host of the room if known.

    ProviderError when the plan names none.
    """
    own = of_plan(plan)
    ways = [each for each in _list_written() if read(each).is_same(own)]
    name = plan.hosting.name if plan.hosting else ""
    newest = next((each for each in reversed(ways) if each.get(_HOST) == name), None)
    known = newest or (ways[-1] if ways else None)
    return replace(read(known), pool=own.pool, wish=own.wish) if known else own


def list_known() -> tuple[Cluster, ...]:
    """Return the clusters used so far, each as it was reached last."""
    found: list[Cluster] = []
    for own in reversed(_list_written()):
        cluster = replace(read(own), wish=None)
        if not any(cluster.is_same(other) for other in found):
            found.append(cluster)
    return tuple(reversed(found))


def find_own(bench: BenchId) -> Cluster | None:
    """Return the cluster that the plan of a bench says it is on, None when nothing says so."""
    with suppress(StoreError):
        plan = benches.read_plan(Bench(bench))
        if plan.provider == PROVIDER and plan.hosting is not None:
            return find_way(plan)
    return None


def list_others(*clusters: Cluster) -> tuple[Cluster, ...]:
    """Return the clusters used so far but these."""
    return tuple(
        known for known in list_known() if not any(known.is_same(each) for each in clusters)
    )


def find_file() -> Path:
    """Return where the clusters used so far are written."""
    return paths.state_dir() / _FILE


@contextmanager
def _rewriting(deadline: Deadline) -> Iterator[list[dict[str, str]]]:
    """Give what is written, for its only writer: benches are built several at once."""
    with locks.hold(paths.state_dir() / "clusters.lock", "labctl up", deadline):
        yield _list_written()


def _write(ways: list[dict[str, str]]) -> None:
    if ways:
        store.write_json(find_file(), ways)
    else:
        find_file().unlink(missing_ok=True)


def _list_written() -> list[dict[str, str]]:
    with suppress(StoreError):
        document = store.read_json(find_file())
        if isinstance(document, list):
            return [each for each in document if isinstance(each, dict) and each.keys() >= _KEYS]
    return []
