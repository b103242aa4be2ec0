"""The libvirt provider: the machines of the subject are virtual, labctl's own are namespaces."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import Report, silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchStatus, ResetProof, UpOutcome
from labctl.providers.libvirt import console, guests, hostnet, hosts, layout
from labctl.providers.libvirt.driver import open_host
from labctl.providers.libvirt.guests import Setting, VirtualMachines
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces import runtime
from labctl.providers.namespaces.bench import Bench
from labctl.providers.windows.copies import list_windows
from labctl.providers.works import acts, construction, observation, power
from labctl.providers.works.construction import Works
from labctl.providers.works.endpoints import build_endpoints
from labctl.providers.works.guests import NoGuests

_LOOK_S = 20.0
"""Longest look at a hypervisor that nothing is changed on."""


class LibvirtProvider:
    """Virtual machines of a hypervisor on this machine, cabled with namespaces."""

    def up(self, plan: Plan, report: Report, deadline: Deadline) -> UpOutcome:
        """Make every machine of the plan run and be ready; never undoes a candidate's work."""
        with _open(plan, report, deadline) as (works, machines):
            done = acts.up(works)
            _refuse_drift(machines.list_drift())
            return done

    def reset(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> ResetProof:
        """Replace machines (all for none, dependants included) by new ones, with proof."""
        with _open(plan, report, deadline) as (works, _machines):
            return acts.reset(works, nodes)

    def cut_power(
        self, plan: Plan, nodes: Sequence[NodeName], report: Report, deadline: Deadline
    ) -> str:
        """Destroy domains and start them again on their own disks; return what is not ready."""
        with _open(plan, report, deadline) as (works, _machines):
            return power.cut(works, nodes)

    def down(self, bench: BenchId, deadline: Deadline) -> bool:
        """Remove everything of a bench; tell whether there was something."""
        removed = False
        for uri in hosts.list_of(bench):
            with open_host(uri, deadline) as host:
                removed = guests.remove_all(host, bench) or removed
                if not host.list_domains(benches.instance()):
                    hosts.forget(uri)
        return acts.down(Bench(bench), NoGuests(), deadline) or removed

    def list_benches(self) -> tuple[BenchId, ...]:
        """Return the benches of which something exists, also when their files are gone."""
        found = set(benches.list_benches())
        for uri in hosts.list_known():
            with open_host(uri, Deadline.after(_LOOK_S)) as host:
                own = benches.instance()
                tags = [each.tag for each in host.list_domains(own)]
                tags += [each.tag for each in host.list_networks(own)]
                found.update(BenchId(tag.bench) for tag in tags)
        return tuple(sorted(found))

    def status(self, bench: BenchId) -> BenchStatus:
        """Look at a bench."""
        place = benches.find(bench)
        if benches.read_state(place) is None:
            return observation.observe(place)
        plan = benches.read_plan(place)
        with _look(plan) as machines:
            return observation.observe(place, machines, machines.list_drift())

    def endpoints(self, plan: Plan) -> Endpoints:
        """Return every way into the running machines of a bench."""
        place = benches.find(plan.bench)
        running = place.scan()
        if not running or benches.read_state(place) is None:
            message = _("le banc %(bench)s n’est pas construit") % {"bench": place.name}
            raise ProviderError(message, hint=f"labctl up {plan.bench}")
        with _look(plan) as machines:
            return build_endpoints(plan, place, running, machines.scan())

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        """Return nothing: benches are looked at from here."""
        del plan
        return ()

    def enter_argv(self, bench: BenchId, node: NodeName, argv: Sequence[str]) -> tuple[str, ...]:
        """Return the local command that runs a command inside a machine (its console)."""
        place = benches.find(bench)
        running = place.scan()
        if node in running:
            return runtime.enter_argv(running[node], argv)
        plan = benches.read_plan(place)
        if node in list_windows(plan):
            said = _("« %(node)s » est un Windows : pas de console, mais un écran")
            raise ProviderError(said % {"node": node}, hint=_("virt-viewer, ou virsh vncdisplay"))
        if node in layout.list_guests(plan) and plan.management.vantage in running:
            return console.enter_argv(plan, place, running[plan.management.vantage], node, argv)
        message = _("la machine « %(node)s » du banc %(bench)02d ne tourne pas")
        raise ProviderError(message % {"node": node, "bench": bench}, hint=f"labctl up {bench}")


@contextmanager
def _open(
    plan: Plan, report: Report, deadline: Deadline
) -> Iterator[tuple[Works, VirtualMachines]]:
    """Open the hypervisor of a plan for the works of its bench."""
    with open_machines(plan, report, deadline) as machines:
        yield construction.open_works(plan, report, deadline, machines), machines


@contextmanager
def open_machines(plan: Plan, report: Report, deadline: Deadline) -> Iterator[VirtualMachines]:
    """Open the hypervisor of a plan for an act on its machines."""
    uri = _uri(plan)
    place = hostnet.find_place(uri)
    with open_host(uri, deadline) as host:
        hostnet.require_here(uri, host.hostname())
        hosts.remember(uri)
        yield VirtualMachines(Setting(plan, host, place, report, deadline))


@contextmanager
def _look(plan: Plan) -> Iterator[VirtualMachines]:
    """Open the hypervisor of a plan to look at its bench."""
    uri, deadline = _uri(plan), Deadline.after(_LOOK_S)
    place = hostnet.find_place(uri)
    with open_host(uri, deadline) as host:
        yield VirtualMachines(Setting(plan, host, place, silent, deadline))


def _uri(plan: Plan) -> str:
    if plan.hosting is None:
        said = _("la salle « %(room)s » ne dit pas sur quel hôte est le banc %(bench)d")
        hint = _("ajoutez « hotes » à la salle : voir docs/install.md")
        raise ProviderError(said % {"room": plan.room, "bench": plan.bench}, hint=hint)
    return plan.hosting.own["uri"]


def _refuse_drift(lines: Sequence[str]) -> None:
    """Say what a repair cannot mend: it would take the candidate's work away."""
    if lines:
        said = _("machines différentes du plan : %(lines)s") % {"lines": " ; ".join(lines)}
        raise ProviderError(said, hint=_("labctl reset, pour la machine nommée"))
