"""The switch that lives: it owns the running configuration and makes the machine follow it."""

import contextlib
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, RLock

from labswitch import accounts, dataplane, filtering, kernel, keys, links, relay, services
from labswitch.config import Config, factory
from labswitch.dataplane import DataPlane, svi_name
from labswitch.errors import ToolError
from labswitch.links import Link
from labswitch.lldp import Lldp, Neighbor, encode
from labswitch.loading import load
from labswitch.node import Identity
from labswitch.paths import NVRAM, STARTUP
from labswitch.render import render
from labswitch.services import Services
from labswitch.state import State, derive
from labswitch.view import Arp, Live, View

_REASON = NVRAM / "reload-reason"


class Device:
    """One switch; every method that acts holds its lock."""

    def __init__(self, identity: Identity, data_plane: DataPlane) -> None:
        self.identity = identity
        self.lock = RLock()
        self.reload_wanted = Event()
        self.wake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.services = Services()
        self.lldp = Lldp()
        self.relays: tuple[relay.Relay, ...] = ()
        self.config = factory(len(identity.ports))
        self._plane = data_plane
        self._kernel = kernel.NOTHING
        self._chains: Mapping[str, list[str]] = {}
        self._users: object = None
        self._links: Mapping[int, Link] = {}
        self._started = time.monotonic()
        self._reason = _take_reason()

    def start(self) -> tuple[str, ...]:
        """Bring the data plane up with the startup configuration; return the lines it refused."""
        kernel.isolate_management(self.identity.management, self.identity.management_address)
        filtering.clear()
        self._plane.start()
        keys.restore()
        startup = read_startup()
        loaded = load(startup or "", self.config)
        self.change(loaded.config)
        return loaded.refused

    def change(self, config: Config) -> None:
        """Make a configuration the running one, and the machine follow it.

        When a tool refuses, the previous configuration stays.
        """
        with self.lock:
            previous, self.config = self.config, config
            try:
                self.follow()
            except ToolError:
                self.config = previous
                with contextlib.suppress(ToolError):
                    self.follow()
                raise

    def follow(self) -> None:
        """Compare the machine with the configuration and send the differences."""
        with self.lock:
            self._read_links()
            if kernel.set_ports(self.identity.ports, self._links, self.config):
                self._read_links()
            state = self._state()
            wanted = dataplane.plan(
                self.config, self._links, self.identity.ports, self.identity.base_mac
            )
            chains = filtering.plan(
                self.config,
                self.identity.ports,
                self.identity.management,
                self.identity.management_address.network,
            )
            filtering.apply(self._chains, chains)
            self._chains = chains
            self._plane.apply(wanted)
            routed = kernel.plan(self.config, state)
            kernel.apply(self._kernel, routed)
            self._kernel = routed
            self._follow_services(state)

    def poke(self) -> None:
        """Make the event loop look again at what it has to watch."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._waker, b"x")

    def drain_wake(self) -> None:
        """Empty what ``poke`` wrote."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake, 4096)

    def forget_macs(self) -> None:
        """Forget the addresses that the bridge has learned."""
        self._plane.forget_macs()

    def _follow_services(self, state: State) -> None:
        svis = links.read(svi_name(vlan) for vlan in self._kernel.svis)
        self.relays = relay.plan(self.config, state, svis)
        users = tuple(self.config.users.values())
        if users != self._users:
            accounts.apply(users)
            self._users = users
        self.services.update(services.plan(self.config, state, has_key=keys.exists()), self.config)
        up = {self.identity.ports[n]: n for n, link in self._links.items() if link.running}
        if self.lldp.update(up if self.config.lldp else {}):
            self.advertise()
        self.poke()

    def advertise(self) -> None:
        """Tell the neighbours who we are, when discovery runs."""
        with self.lock:
            mac = self.identity.base_mac
            for number, _ in self.lldp.sockets():
                self.lldp.send(
                    number,
                    encode(
                        mac=mac.to_bytes(6, "big"),
                        source=(mac + number).to_bytes(6, "big"),
                        hostname=self.config.hostname,
                        port_name=f"Gi1/0/{number}",
                        description=self.config.ports[number].description,
                        routes=self.config.ip_routing,
                    ),
                )

    def save(self) -> None:
        """Make the running configuration the one of the next start."""
        with self.lock:
            _write_atomically(STARTUP, render(self.config))
            keys.save()

    def erase(self) -> None:
        """Forget the startup configuration and the key that goes with it."""
        with self.lock:
            STARTUP.unlink(missing_ok=True)
            keys.forget_saved()

    def is_saved(self) -> bool:
        """Tell whether the next start would find what runs."""
        return read_startup() == render(self.config)

    def stop(self, reason: str) -> None:
        """Go down as a device that restarts does: ports without link, nothing forwarded."""
        with self.lock:
            _write_atomically(_REASON, reason)
            self.services.stop()
            kernel.take_down(self.identity.ports[n] for n, link in self._links.items() if link.up)
            accounts.apply(())

    def view(self) -> View:
        """Return a picture of the switch at this instant."""
        with self.lock:
            self._read_links()
            return View(
                config=self.config,
                state=self._state(),
                startup=read_startup(),
                identity=self.identity,
                now=datetime.now(UTC),
                uptime_s=int(time.monotonic() - self._started),
                reload_reason=self._reason,
                data_plane=self._plane.name,
                live=self._live(),
            )

    def _live(self) -> Live:
        acls = self.config.acls
        return Live(
            macs=self._plane.read_macs,
            counters=links.read_counters,
            matches=lambda: filtering.read_matches(acls),
            arp=_read_arp,
            neighbors=self.neighbors,
            key=lambda: keys.describe() if keys.exists() else None,
        )

    def neighbors(self) -> tuple[Neighbor, ...]:
        """Return the neighbours heard lately."""
        with self.lock:
            return self.lldp.neighbors(time.monotonic())

    def _read_links(self) -> None:
        found = links.read(self.identity.ports.values())
        self._links = {n: found[name] for n, name in self.identity.ports.items() if name in found}

    def _state(self) -> State:
        return derive(self.config, self._links)


def read_startup() -> str | None:
    """Return the saved configuration, or None."""
    try:
        return STARTUP.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _take_reason() -> str:
    """Return why the switch last went down: what it wrote then, else the power."""
    try:
        reason = _REASON.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return "power-on"
    _REASON.unlink()
    return reason


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _read_arp() -> tuple[Arp, ...]:
    return parse_arp(Path("/proc/thread-self/net/arp").read_text(encoding="ascii"))


def parse_arp(text: str) -> tuple[Arp, ...]:
    """Understand /proc/net/arp: what was resolved on the SVIs."""
    entries = []
    for line in text.splitlines()[1:]:
        address, _kind, flags, mac, _mask, interface = line.split()
        if interface.startswith("vlan") and int(flags, 16) & 2:
            entries.append(Arp(address, mac, int(interface[4:])))
    return tuple(entries)
