"""The virtual machines of one bench: made, restarted, watched, proved, removed."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from labctl.connect.base import Endpoints, Transport
from labctl.core.deadline import Deadline
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof
from labctl.providers.libvirt import (
    closing,
    domain_xml,
    drift,
    hostnet,
    images,
    layout,
    network_xml,
    readiness,
    rehearsal,
    residue,
)
from labctl.providers.libvirt.booting import Machine
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.layout import Guest
from labctl.providers.libvirt.proof import Base, prove
from labctl.providers.libvirt.windows import WindowsMachine
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.network import Outside
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles import nodefiles
from labctl.providers.windows.copies import find_master, list_windows
from labctl.providers.works.guests import Files
from labctl.spec.kind import load_kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and of what the machines of a bench are made."""

    plan: Plan
    host: Host
    place: Process  # in whose network the bridges are
    report: Report
    deadline: Deadline
    bench: Bench | None = None  # none: as it is used now


@dataclass(slots=True)
class VirtualMachines:
    """Those of one bench, during one act on it."""

    setting: Setting
    _bases: dict[NodeName, Base] = field(default_factory=dict)

    @property
    def bench(self) -> Bench:
        """Return their bench."""
        return self.setting.bench or benches.find(self.setting.plan.bench)

    @property
    def outside(self) -> Outside:
        """Return which machines they are and where they plug in."""
        tag = layout.Tag(instance(), self.setting.plan.bench)
        return Outside(layout.list_guests(self.setting.plan), tag.short, self.setting.place)

    def ensure_images(self) -> dict[NodeName, tuple[str, ...]]:
        """Build the images that are missing; return the name of that of each machine."""
        plan = self.setting.plan
        windows = {name: self.windows(name) for name in list_windows(plan)}
        for each in windows.values():
            each.require_processor()
        masters = {name: (each.master.name,) for name, each in windows.items()}
        stacks = images.list_stacks(plan)
        found = images.ensure_images(stacks, self.setting.report, self.setting.deadline)
        own = self.outside.nodes - set(masters)
        return {**{name: (found[plan.nodes[name].kind].name,) for name in own}, **masters}

    def scan(self) -> frozenset[NodeName]:
        """Return those that run."""
        found = self.setting.host.list_domains(instance(), self.setting.plan.bench)
        return frozenset(NodeName(each.tag.node) for each in found if each.is_running)

    def find_faults(self) -> tuple[str, ...]:
        """Return the networks that are gone, and the cards that are out of their bridge."""
        setting = self.setting
        found = setting.host.list_networks(instance(), setting.plan.bench)
        active = {each.name for each in found if each.is_active}
        wires = layout.build_wires(setting.plan, instance())
        lost = [_("réseau %(n)s arrêté") % {"n": w.name} for w in wires if w.name not in active]
        return (*lost, *(f"{node}:{card.interface}" for node, card in self._list_unplugged()))

    def list_drift(self) -> tuple[str, ...]:
        """Return what differs between running machines and the plan, disks and cards."""
        lines: list[str] = []
        for name in sorted(self.scan() & self.outside.nodes):
            guest = self._guests()[name]
            found = domain_xml.parse(self.setting.host.dump(guest.name))
            planned = domain_xml.parse(self._any(name).xml)
            if found is not None and planned is not None:
                lines += drift.compare(name, planned, found)
        return tuple(lines)

    def remove(self) -> bool:
        """End them all, found by tag, and leave their networks; tell whether there were any."""
        return _remove_machines(self.setting.host, self.setting.plan.bench)

    def make(self, files: Files) -> None:
        """Replace machines by new ones with these files, and start them, the first ones first."""
        self._lay_wires()
        _at_once([self._any(name).clear for name in files])
        machines = {name: self._machine(name) for name in self._linux(files)}
        found = {name: machine.find_golden() for name, machine in machines.items()}
        lacking = [name for name, state in found.items() if state is None]
        if lacking:
            said = _("premier démarrage et état de référence : %(n)s")
            self.setting.report(said % {"n": ", ".join(lacking)})
            plan = self.setting.plan
            drawn = {name: rehearsal.draw_files(plan, plan.nodes[name]) for name in lacking}
            taken = _at_once([partial(machines[n].take_golden, drawn[n]) for n in lacking])
            found |= dict(zip(lacking, taken, strict=True))
        self.setting.report(_("démarrage des machines virtuelles"))
        windows = [self.windows(name) for name in set(files) - set(machines)]
        _at_once([partial(each.begin, files[each.node.name]) for each in windows])
        first = self._order(machines)
        bases = _at_once([partial(machines[n].begin, found[n], files[n]) for n in first])
        self._bases |= dict(zip(first, bases, strict=True))

    def stop(self, names: Iterable[NodeName]) -> None:
        """End machines at once, as a power cut does; their disks stay."""
        guests = self._guests()
        _at_once([partial(self.setting.host.stop, guests[name].name) for name in names])

    def restart(self, names: Iterable[NodeName]) -> None:
        """Start machines again on their own disks; put every card back in its bridge."""
        self._lay_wires()
        _at_once([self._any(name).boot_again for name in names])
        for _node, card in self._list_unplugged():
            hostnet.plug(self.setting.place, card.device, card.bridge, self.setting.deadline)

    def finish(self, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Wait until machines say that they are ready, and answer from outside, on time."""
        ports = {name: self._port(name) for name in self._linux(names)}
        if ports:
            logs = {name: port.with_name("log") for name, port in ports.items()}
            readiness.await_ready(ports, logs, self.scan, self.setting.deadline)
            programs = {name: self._find_check(name) for name in ports}
            readiness.observe(endpoints, ports, programs, self.setting.deadline)
        for name in sorted(set(names) - set(ports)):
            way = endpoints.find(name, Transport.CIM)
            if way is not None:
                said = _("premier démarrage de Windows : %(n)s")
                self.setting.report(said % {"n": name})
                self.windows(name).finish(way)

    def leave(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Leave a word in the machines that can be entered: no Windows can."""
        del endpoints
        ports = map(self._port, self._linux(names))
        _at_once([partial(residue.leave, word, port, self.setting.deadline) for port in ports])

    def find(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> tuple[str, ...]:
        """Return where the word is in machines that can be entered."""
        del endpoints
        ports = map(self._port, self._linux(names))
        found = _at_once([partial(residue.find, word, p, self.setting.deadline) for p in ports])
        return tuple(line for lines in found for line in lines)

    def prove(self, files: Files) -> tuple[NodeProof, ...]:
        """Compare machines that were just made with what they must be made of."""
        host, plan = self.setting.host, self.setting.plan
        guests = self._guests()
        own = self._linux(files)
        return (
            *(
                prove(plan, name, self._bases[name], files[name], host.dump(guests[name].name))
                for name in own
            ),
            *(self.windows(name).prove(files[name]) for name in files if name not in own),
        )

    def close(self) -> None:
        """Cut the cables of all; have them write what they hold, keep what they are, end them."""
        host, number = self.setting.host, self.setting.plan.bench
        for network in host.list_networks(instance(), number):
            host.remove_network(network.name)
        domains = host.list_domains(instance(), number)
        root = hostnet.root_of(self.setting.place)
        end = partial(closing.end, host, Bench(number), root, self.setting.deadline)
        _at_once([partial(end, each) for each in domains])

    def lift(self) -> None:
        """Give each an empty disk above the sealed one, and what it was told at its start."""
        for name in self._guests():
            parts = self._machine(name).parts
            sealed, root = Bench(self.bench.number), hostnet.root_of(self.setting.place)
            closing.lift(parts, sealed, root, self.setting.deadline)

    def _lay_wires(self) -> None:
        setting = self.setting
        wires = layout.build_wires(setting.plan, instance())
        for wire in wires:
            setting.host.define_network(network_xml.render(wire))
        bridges = [wire.bridge for wire in wires]
        hostnet.forward_everything(setting.place, bridges, setting.deadline)

    def _list_unplugged(self) -> list[tuple[str, layout.Card]]:
        masters = hostnet.read_masters(self.setting.place, self.setting.deadline)
        return [
            (name, card)
            for name in sorted(self.scan() & self.outside.nodes)
            for card in self._guests()[name].cards
            if masters.get(card.device) != card.bridge
        ]

    def _linux(self, names: Iterable[NodeName]) -> list[NodeName]:
        """Return those of them that labctl speaks to by their control ports."""
        windows = list_windows(self.setting.plan)
        return [name for name in names if name not in windows]

    def _any(self, name: NodeName) -> Machine | WindowsMachine:
        is_windows = name in list_windows(self.setting.plan)
        return self.windows(name) if is_windows else self._machine(name)

    def windows(self, name: NodeName) -> WindowsMachine:
        """Return a machine that is a real Windows; ProviderError without its master."""
        setting = self.setting
        master = find_master(setting.plan, setting.plan.nodes[name].kind)
        guest = self._guests()[name]
        return WindowsMachine(
            setting.plan, guest, master, self.bench, setting.host, setting.deadline
        )

    def _machine(self, name: NodeName) -> Machine:
        state = benches.read_state(self.bench)
        stack = state.layers.get(name, ()) if state else ()
        setting = self.setting
        return Machine(
            guest=self._guests()[name],
            image=images.find("".join(stack)),
            spec=nodefiles.spec_digest(setting.plan, setting.plan.nodes[name]),
            bench=self.bench,
            host=setting.host,
            place=setting.place,
            report=setting.report,
            deadline=setting.deadline,
        )

    def _order(self, names: Iterable[NodeName]) -> list[NodeName]:
        """Return machines with those that the others wait for before them."""
        nodes = self.setting.plan.nodes
        return sorted(names, key=lambda name: not load_kind(nodes[name].kind).starts_first)

    def _guests(self) -> dict[NodeName, Guest]:
        return layout.build_guests(self.setting.plan, instance())

    def _find_check(self, name: NodeName) -> str:
        """Return the program by which a machine shows that it is ready, empty when it has none."""
        return load_kind(self.setting.plan.nodes[name].kind).check or ""

    def _port(self, name: NodeName) -> Path:
        return self.bench.node_folder(name) / "control"


def remove_all(host: Host, bench: int) -> bool:
    """Remove what a host has of a bench, found by its tag; tell whether there was something."""
    removed = _remove_machines(host, bench)
    networks = host.list_networks(instance(), bench)
    for network in networks:
        host.remove_network(network.name)
    return removed or bool(networks)


def _remove_machines(host: Host, bench: int) -> bool:
    domains = host.list_domains(instance(), bench)
    _at_once([partial(host.remove, each.name) for each in domains])
    return bool(domains)


def _at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Do things side by side; the first failure is raised when all have ended."""
    if not acts:
        return []
    with ThreadPoolExecutor(len(acts)) as pool:
        jobs = [pool.submit(copy_context().run, act) for act in acts]
    return [job.result() for job in jobs]
