"""The virtual machines of one bench: made, restarted, watched, proved, removed."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.progress import Report, log
from labctl.plan.model import Plan
from labctl.providers.base import NodeProof
from labctl.providers.libvirt import (
    control,
    disks,
    domain_xml,
    drift,
    golden,
    hostnet,
    images,
    layout,
    network_xml,
    readiness,
    residue,
    seed,
)
from labctl.providers.libvirt.domain_xml import Parts
from labctl.providers.libvirt.driver import Host
from labctl.providers.libvirt.golden import Golden
from labctl.providers.libvirt.images import KERNEL_ARGUMENTS, GuestImage
from labctl.providers.libvirt.layout import Guest
from labctl.providers.libvirt.proof import Base, prove
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.network import Outside
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles import layers, parameters, templates
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.works.guests import Files

T = TypeVar("T")

_BOOT_S = 180.0
"""Longest wait for one machine to boot: several do it together, emulated, on few cores."""
_FIRST = ("dc",)
"""Roles whose machines the others wait for: started before them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and of what the machines of a bench are made."""

    plan: Plan
    host: Host
    place: Process  # in whose network the bridges are
    report: Report
    deadline: Deadline


@dataclass(slots=True)
class VirtualMachines:
    """Those of one bench, during one act on it."""

    setting: Setting
    _bases: dict[NodeName, Base] = field(default_factory=dict)

    @property
    def bench(self) -> Bench:
        """Return their bench."""
        return Bench(self.setting.plan.bench)

    @property
    def outside(self) -> Outside:
        """Return which machines they are and where they plug in."""
        tag = layout.Tag(instance(), self.setting.plan.bench)
        return Outside(layout.list_guests(self.setting.plan), tag.short, self.setting.place)

    def ensure_images(self) -> dict[NodeName, tuple[str, ...]]:
        """Build the images that are missing; return the name of that of each machine."""
        plan = self.setting.plan
        roles = {name: plan.nodes[name].role for name in self.outside.nodes}
        stacks = {}
        for role in sorted(set(roles.values())):
            chain = templates.load_chain(role)
            has_domain = templates.find_setting(chain, "provision")
            stacks[role] = layers.resolve(chain, parameters.domain(plan) if has_domain else None)
        found = images.ensure_images(stacks, self.setting.report, self.setting.deadline)
        return {name: (found[role].name,) for name, role in roles.items()}

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
            planned = domain_xml.parse(domain_xml.render(guest, self._parts(guest)))
            if found is not None and planned is not None:
                lines += drift.compare(name, planned, found)
        return tuple(lines)

    def remove(self) -> bool:
        """End them all and their networks, found by tag; tell whether there was something."""
        return remove_all(self.setting.host, self.setting.plan.bench)

    def make(self, files: Files) -> None:
        """Replace machines by new ones with these files, and start them, the first ones first."""
        self._lay_wires()
        guests = {name: guest for name, guest in self._guests().items() if name in files}
        for guest in guests.values():
            self.setting.host.remove(guest.name)
            shutil.rmtree(self._folder(guest), ignore_errors=True)
            self._folder(guest).mkdir(parents=True)
        found = {name: self._find_golden(guest) for name, guest in guests.items()}
        lacking = [guests[name] for name, state in found.items() if state is None]
        if lacking:
            names = ", ".join(guest.tag.node for guest in lacking)
            self.setting.report(_("premier démarrage et état de référence : %(n)s") % {"n": names})
            found |= dict(_at_once([partial(self._rehearse, guest) for guest in lacking]))
        self.setting.report(_("démarrage des machines virtuelles"))
        _at_once([partial(self._begin, guests[n], found[n], files[n]) for n in _order(guests)])

    def restart(self, names: Iterable[NodeName]) -> None:
        """Start machines again on their own disks; put every card back in its bridge."""
        self._lay_wires()
        guests = self._guests()
        _at_once([partial(self._boot_again, guests[name]) for name in names])
        for _node, card in self._list_unplugged():
            hostnet.plug(self.setting.place, card.device, card.bridge, self.setting.deadline)

    def finish(self, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Wait until machines say that they are ready, and answer from outside, on time."""
        ports = {name: self._port(name) for name in names}
        if ports:
            logs = {name: port.with_name("log") for name, port in ports.items()}
            readiness.await_ready(ports, logs, self.scan, self.setting.deadline)
            programs = {name: self._find_check(name) for name in ports}
            readiness.observe(endpoints, ports, programs, self.setting.deadline)

    def leave(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> None:
        """Leave a word in the machines that can be entered."""
        del endpoints
        _at_once(
            [partial(residue.leave, word, self._port(n), self.setting.deadline) for n in names]
        )

    def find(self, word: str, names: Iterable[NodeName], endpoints: Endpoints) -> tuple[str, ...]:
        """Return where the word is in machines."""
        del endpoints
        found = _at_once(
            [partial(residue.find, word, self._port(n), self.setting.deadline) for n in names]
        )
        return tuple(line for lines in found for line in lines)

    def prove(self, files: Files) -> tuple[NodeProof, ...]:
        """Compare machines that were just made with what they must be made of."""
        host, plan = self.setting.host, self.setting.plan
        guests = self._guests()
        return tuple(
            prove(plan, name, self._bases[name], files[name], host.dump(guests[name].name))
            for name in files
        )

    def _lay_wires(self) -> None:
        setting = self.setting
        wires = layout.build_wires(setting.plan, instance())
        for wire in wires:
            setting.host.define_network(network_xml.render(wire))
        bridges = [wire.bridge for wire in wires]
        hostnet.forward_everything(setting.place, bridges, setting.deadline)

    def _rehearse(self, guest: Guest) -> tuple[NodeName, Golden]:
        """Boot a machine until it waits to be told to start, and keep that moment."""
        host, parts = self.setting.host, self._parts(guest)
        disks.make_overlay(self._image(guest).disk, parts.disk, self.setting.deadline)
        parts.seed.write_bytes(bytes(seed.SEED_BYTES))
        xml = domain_xml.render(guest, parts)
        host.start(xml)
        readiness.await_waiting(parts.control, parts.log, self._limit())
        node = NodeName(guest.tag.node)
        taken = golden.open_new(self.bench, node)
        host.save(guest.name, str(taken.state))
        parts.disk.rename(taken.disk)
        fits = golden.key(xml, host.version(), self._image(guest))
        return node, golden.publish(taken, fits)

    def _begin(self, guest: Guest, state: Golden | None, files: Mapping[str, NodeFile]) -> None:
        """Give a machine a fresh overlay and its files, and start it: from its golden state."""
        parts, deadline = self._parts(guest), self.setting.deadline
        base = Base.of(self._image(guest), state, parts)
        disks.make_overlay(base.disk, parts.disk, deadline)
        seed.write_seed(files, parts.seed)
        node = NodeName(guest.tag.node)
        self._bases[node] = base.look(deadline)
        xml = domain_xml.render(guest, parts)
        if state is None:
            self.setting.host.start(xml)
            readiness.await_waiting(parts.control, parts.log, self._limit())
        else:
            try:
                self.setting.host.restore(xml, str(state.state))
            except ProviderError as exc:
                log.debug("restore %s: %s", guest.name, exc)
                self._begin_cold(guest, state, files)
                return
        control.start(parts.control, self._limit())

    def _begin_cold(self, guest: Guest, state: Golden, files: Mapping[str, NodeFile]) -> None:
        """Boot a machine whose golden state is refused, which is forgotten."""
        said = _("%(node)s : l’état de référence ne convient pas, démarrage à froid")
        self.setting.report(said % {"node": guest.tag.node})
        self.setting.host.remove(guest.name)
        golden.forget(state)
        self._parts(guest).disk.unlink()
        self._begin(guest, None, files)

    def _boot_again(self, guest: Guest) -> None:
        parts = self._parts(guest)
        for path in (parts.disk, parts.seed):
            if not path.exists():
                said = _("%(node)s : le fichier %(path)s n’existe plus")
                values = {"node": guest.tag.node, "path": path}
                raise ProviderError(said % values, hint=f"labctl reset --node {guest.tag.node}")
        self.setting.host.stop(guest.name)
        self.setting.host.start(domain_xml.render(guest, parts))
        readiness.await_waiting(parts.control, parts.log, self._limit())
        control.start(parts.control, self._limit())

    def _find_golden(self, guest: Guest) -> Golden | None:
        xml = domain_xml.render(guest, self._parts(guest))
        fits = golden.key(xml, self.setting.host.version(), self._image(guest))
        return golden.find(self.bench, NodeName(guest.tag.node), fits)

    def _list_unplugged(self) -> list[tuple[str, layout.Card]]:
        masters = hostnet.read_masters(self.setting.place, self.setting.deadline)
        return [
            (name, card)
            for name in sorted(self.scan() & self.outside.nodes)
            for card in self._guests()[name].cards
            if masters.get(card.device) != card.bridge
        ]

    def _guests(self) -> dict[NodeName, Guest]:
        return layout.build_guests(self.setting.plan, instance())

    def _image(self, guest: Guest) -> GuestImage:
        state = benches.read_state(self.bench)
        stack = state.layers.get(NodeName(guest.tag.node), ()) if state else ()
        return images.find("".join(stack))

    def _find_check(self, name: NodeName) -> str:
        """Return the program by which a machine shows that it is ready, empty when it has none."""
        chain = templates.load_chain(self.setting.plan.nodes[name].role)
        return templates.find_setting(chain, "check")

    def _folder(self, guest: Guest) -> Path:
        return self.bench.node_folder(NodeName(guest.tag.node))

    def _port(self, name: NodeName) -> Path:
        return self.bench.node_folder(name) / "control"

    def _parts(self, guest: Guest) -> Parts:
        image, folder = self._image(guest), self._folder(guest)
        return Parts(
            kernel=image.kernel,
            initrd=image.initrd,
            arguments=f"{KERNEL_ARGUMENTS} root=/dev/vda rw",
            disk=folder / "disk.qcow2",
            seed=folder / "seed.img",
            log=folder / "log",
            control=folder / "control",
            image=image.name,
        )

    def _limit(self) -> Deadline:
        return self.setting.deadline.within(_BOOT_S)


def remove_all(host: Host, bench: int) -> bool:
    """Remove what a host has of a bench, found by its tag; tell whether there was something."""
    domains = host.list_domains(instance(), bench)
    _at_once([partial(host.remove, each.name) for each in domains])
    networks = host.list_networks(instance(), bench)
    for network in networks:
        host.remove_network(network.name)
    return bool(domains or networks)


def _order(guests: Mapping[NodeName, Guest]) -> list[NodeName]:
    return sorted(guests, key=lambda name: guests[name].role not in _FIRST)


def _at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Do things side by side; the first failure is raised when all have ended."""
    if not acts:
        return []
    with ThreadPoolExecutor(len(acts)) as pool:
        jobs = [pool.submit(copy_context().run, act) for act in acts]
    return [job.result() for job in jobs]
