"""Make machines: their folders, their secrets, their start, their readiness."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from labctl.connect.base import Endpoints
from labctl.connect.document import to_document
from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, log
from labctl.core.wait import until
from labctl.plan.model import Plan
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import network, runtime
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.network import Outside
from labctl.providers.namespaces.processes import Process
from labctl.providers.namespaces.runtime import Cable, Launch, Startup
from labctl.providers.roles import builder, fingerprint, layers, nodefiles
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.roles.safe import Safe
from labctl.providers.works import readiness
from labctl.providers.works.endpoints import build_endpoints
from labctl.providers.works.guests import Guests, NoGuests
from labctl.providers.works.images import require_root
from labctl.spec.kind import Kind, load_kind

_TO_LOG = ("/bin/sh", "-c", 'exec "$@" > /proc/1/fd/1 2>&1 < /dev/null', "relink")
_RELINK_S = 20.0
_CLEAR_S = 5.0

Stacks = Mapping[NodeName, tuple[str, ...]]
"""Names of each node's layers, topmost first."""


@dataclass(frozen=True, slots=True)
class Works:
    """One act on one bench: what every step of it needs."""

    plan: Plan
    bench: Bench
    kinds: Mapping[str, Kind]  # by name
    report: Report
    deadline: Deadline
    guests: Guests

    @property
    def outside(self) -> Outside | None:
        """Return the machines that are no namespaces, and where they plug in."""
        return self.guests.outside

    @property
    def own(self) -> tuple[NodeName, ...]:
        """Return the machines that are namespaces, in the plan's order."""
        return tuple(name for name in self.plan.nodes if name not in self.others)

    @property
    def others(self) -> frozenset[NodeName]:
        """Return the machines that are no namespaces."""
        return self.outside.nodes if self.outside else frozenset()

    def scan(self) -> dict[NodeName, Process]:
        """Return what runs and can hold the end of a cable."""
        return network.add_host(self.bench.scan(), self.outside)

    def kind(self, node: NodeName) -> Kind:
        """Return the kind of a machine."""
        return self.kinds[self.plan.nodes[node].kind]

    def say(self, text: str) -> None:
        """Report a step of this bench."""
        self.report(text)


def open_works(
    plan: Plan, report: Report, deadline: Deadline, guests: Guests | None = None
) -> Works:
    """Return the works of a plan's bench; ProviderError without the rights that machines need."""
    require_root()
    kinds = {name: load_kind(name) for name in sorted({each.kind for each in plan.nodes.values()})}
    return Works(plan, benches.find(plan.bench), kinds, report, deadline, guests or NoGuests())


@dataclass(frozen=True, slots=True)
class Prepared:
    """The files a node was given, and the fingerprint of its folder as read back."""

    files: Mapping[str, NodeFile]
    observed: Mapping[str, tuple[str, str]]


def ensure_layers(works: Works) -> Stacks:
    """Build the layers of namespaces that are missing; return each node's stack."""
    stacks = {name: stack_of(works.plan.nodes[name]) for name in works.own}
    for stack in {stack[-1].name: stack for stack in stacks.values()}.values():
        builder.build(stack, works.report, works.deadline)
    own = {name: tuple(layer.name for layer in reversed(stack)) for name, stack in stacks.items()}
    return {**own, **works.guests.ensure_images()}


def check_layers(stacks: Stacks) -> None:
    """Refuse to restart machines whose layers are gone."""
    for node, stack in stacks.items():
        for name in stack:
            if not (layers.folder() / name / "layer.json").is_file():
                message = _("l’image %(layer)s de la machine %(node)s n’existe plus")
                raise ProviderError(message % {"layer": name, "node": node}, hint="labctl reset")


def prepare(works: Works, names: Iterable[NodeName]) -> dict[NodeName, Prepared]:
    """Draw the secrets of new machines and write their folders; read them back."""
    done = {}
    for name in names:
        files = draw_files(works, name)
        upper = works.bench.node_folder(name) / "upper"
        upper.mkdir(parents=True)
        nodefiles.write(files, upper)
        done[name] = Prepared(files, fingerprint.read_listing(upper, files))
    return done


def draw_files(works: Works, name: NodeName) -> Mapping[str, NodeFile]:
    """Draw the secrets of a new machine; return the files it is given."""
    node = works.plan.nodes[name]
    wanted = works.kind(name).secrets
    names = nodefiles.list_names(works.plan, node)
    trust = Safe(works.bench.secrets).draw_node(name, names, wanted)
    return nodefiles.render(works.plan, node, trust)


def list_secrets(plan: Plan, names: Iterable[NodeName]) -> tuple[str, ...]:
    """Return the passwords that no machine but these is given: they are renewed with them."""
    inside = set(names)
    users: dict[str, set[NodeName]] = {}
    for node in plan.nodes.values():
        for secret in load_kind(node.kind).secrets:
            users.setdefault(secret, set()).add(node.name)
    return tuple(sorted(secret for secret, nodes in users.items() if nodes <= inside))


def list_typed(plan: Plan) -> frozenset[str]:
    """Return the secrets that a candidate is handed on paper."""
    accounts = (
        one for node in plan.nodes.values() for one in load_kind(node.kind).candidate.accounts
    )
    return frozenset(one.secret for one in accounts if one.secret)


def start(works: Works, stacks: Stacks, names: Iterable[NodeName]) -> tuple[Cable, ...]:
    """Start machines and lay the cables that are missing; return those.

    In machines that ran already, the interfaces that came back are configured again.
    """
    plan, new, running = works.plan, tuple(names), works.scan()
    cables = network.find_missing(network.list_cables(plan, works.outside), running)
    _require_ends(works, cables, {*new, *running})
    _clear_ends(works, cables, running)
    startup = Startup(
        launches=tuple(_launch(works, stacks, name) for name in new),
        living={name: process.pid for name, process in running.items()},
        cables=cables,
        configure=network.configure_lines(plan, new, cables),
    )
    if new or cables:
        runtime.start(startup, instance(), works.bench.name, works.deadline)
    for name, interfaces in network.list_relinked(new, cables).items():
        _relink(works, running[name], interfaces)
    return cables


def finish(works: Works, names: Collection[NodeName]) -> None:
    """Wait until machines are ready, observed from outside; write the endpoints."""
    running = works.bench.scan()
    own = [name for name in names if name not in works.others]
    logs = {name: works.bench.node_folder(name) / "log" for name in own}
    started = {name: running.get(name) for name in logs}
    works.say(_("démarrage des services"))
    alive = readiness.wait_started(started, logs, works.deadline)
    works.say(_("vérification de l’extérieur"))
    endpoints = write_endpoints(works, running)
    checks = {name: works.kind(name).check or "" for name in alive}
    readiness.observe(endpoints, alive, readiness.run_checks(alive, checks), works.deadline)
    works.guests.finish([name for name in names if name in works.others], endpoints)


def write_endpoints(works: Works, running: Mapping[NodeName, Process]) -> Endpoints:
    """Write ``endpoints.json`` from what runs, and return it."""
    endpoints = build_endpoints(works.plan, works.bench, running, works.others)
    store.write_json(works.bench.workspace / "endpoints.json", to_document(endpoints))
    return endpoints


def _require_ends(works: Works, cables: Iterable[Cable], there: Collection[NodeName]) -> None:
    """Refuse cables of a machine that ended since it was seen to run."""
    ended = {node for cable in cables for node in (cable.node, cable.peer) if node not in there}
    if ended:
        said = _("banc %(bench)s : arrêtées entre-temps : %(names)s")
        values = {"bench": works.bench.name, "names": ", ".join(sorted(ended))}
        raise ProviderError(said % values, hint=f"labctl up {works.bench.number}")


def _clear_ends(
    works: Works, cables: tuple[Cable, ...], running: Mapping[NodeName, Process]
) -> None:
    """Wait until the far ends of dead machines' cables are gone; remove one that is in the way."""
    limit = works.deadline.within(_CLEAR_S)
    until(lambda: not network.find_stale(cables, running), limit, every_s=0.01)
    for node, interface in network.find_stale(cables, running):
        argv = ("ip", "link", "del", interface)
        if node == network.HOST:
            runtime.run_beside(running[node], argv, works.deadline, check=False)
        else:
            runtime.run_in(running[node], argv, works.deadline, check=False)


def _launch(works: Works, stacks: Stacks, name: NodeName) -> Launch:
    node = works.plan.nodes[name]
    return Launch(
        name=name,
        hostname=nodefiles.hostname(node),
        layers=(
            *works.bench.list_sealed(name),
            *(layers.folder() / layer / "rootfs" for layer in stacks[name]),
        ),
        folder=works.bench.node_folder(name),
        program=works.kind(name).start or "",
        spec=nodefiles.spec_digest(works.plan, node),
        keeps=works.kind(name).keeps,
    )


def _relink(works: Works, process: Process, interfaces: tuple[str, ...]) -> None:
    """Run the node's ``relink`` program; what it says, and its daemons later, goes to the log.

    Its failure is told and stops nothing: the machine may be a candidate's, broken by them.
    """
    program = works.kind(NodeName(process.node)).relink or ""
    limit = works.deadline.within(_RELINK_S)
    try:
        runtime.run_in(process, (*_TO_LOG, program, *interfaces), limit)
    except (CommandError, ProviderError) as exc:
        log.debug("relink %s: %s", process.tag, exc)
        values = {"node": process.node, "cards": ", ".join(interfaces)}
        works.say(_("%(node)s : câble rebranché, carte non configurée (%(cards)s)") % values)
