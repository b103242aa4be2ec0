"""A libvirt in memory: the calls that labctl makes, on domains and networks that are XML only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from xml.etree.ElementTree import fromstring

OFF, RUNNING, PAUSED = 5, 1, 3
"""States of a domain, by libvirt's numbers."""
NO_SUPPORT, FAILED, NO_DOMAIN, NO_NETWORK, INVALID = 3, 38, 42, 43, 55
"""Codes of libvirt's errors."""


class Fault(Exception):
    """What libvirt raises."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code

    def get_error_code(self) -> int:
        return self.code


@dataclass
class Thing:
    """A domain or a network: its XML and its state."""

    xml: str
    state: int = OFF


def take_no_notice(_said: str) -> None:
    """Let a call go on."""


@dataclass
class Hypervisor:
    """Domains and networks by name.

    ``before`` hears of each call, and may hang or refuse it; ``notice`` gets the XML of each
    domain that starts.
    """

    domains: dict[str, Thing] = field(default_factory=dict)
    networks: dict[str, Thing] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    before: Callable[[str], None] = take_no_notice
    notice: Callable[[str], None] = take_no_notice

    def module(self) -> ModuleType:
        """Return what ``import libvirt`` gives."""
        library = ModuleType("libvirt")
        vars(library).update(
            libvirtError=Fault,
            open=self._open,
            registerErrorHandler=lambda handler, context: handler(context, None),
            VIR_DOMAIN_RUNNING=RUNNING,
            VIR_DOMAIN_XML_INACTIVE=2,
            VIR_ERR_NO_DOMAIN=NO_DOMAIN,
            VIR_ERR_NO_NETWORK=NO_NETWORK,
            VIR_ERR_OPERATION_INVALID=INVALID,
            VIR_DOMAIN_UNDEFINE_MANAGED_SAVE=1,
            VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA=2,
            VIR_DOMAIN_UNDEFINE_NVRAM=4,
            VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA=16,
            VIR_DOMAIN_UNDEFINE_TPM=32,
        )
        return library

    def _hear(self, call: str) -> None:
        self.calls.append(call)
        self.before(call)

    def _open(self, _uri: str) -> SimpleNamespace:
        self._hear("open")
        return SimpleNamespace(
            close=lambda: self._hear("close"),
            getVersion=lambda: 8_002_000,
            listAllDomains=lambda: [self._domain(name) for name in self.domains],
            listAllNetworks=lambda: [self._network(name) for name in self.networks],
            lookupByName=lambda name: self._domain(_known(self.domains, name, NO_DOMAIN)),
            networkLookupByName=lambda name: self._network(_known(self.networks, name, NO_NETWORK)),
            defineXML=lambda xml: self._domain(_define(self.domains, xml)),
            networkDefineXML=lambda xml: self._network(_define(self.networks, xml)),
            restoreFlags=lambda path, _xml, _flags: self._restore(path),
        )

    def _find_domain(self, name: str) -> Thing:
        return _find(self.domains, name, NO_DOMAIN)

    def _find_network(self, name: str) -> Thing:
        return _find(self.networks, name, NO_NETWORK)

    def _domain(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(
            name=lambda: name,
            XMLDesc=lambda _flags: self._describe(lambda: self._find_domain(name)),
            state=lambda: [self._find_domain(name).state, 0],
            create=lambda: self._boot(self._find_domain(name)),
            destroy=lambda: _stop(self._find_domain(name)),
            saveFlags=lambda path, _xml, _flags: self._save(name, path),
            undefine=lambda: self.domains.pop(name),
            undefineFlags=lambda flags: self._undefine(name, flags),
        )

    def _network(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(
            name=lambda: name,
            XMLDesc=lambda _flags: self._describe(lambda: self._find_network(name)),
            isActive=lambda: int(self._find_network(name).state == RUNNING),
            create=lambda: self._start(self._find_network(name)),
            destroy=lambda: _stop(self._find_network(name)),
            undefine=lambda: self.networks.pop(name),
        )

    def _describe(self, find: Callable[[], Thing]) -> str:
        self._hear("XMLDesc")
        return find().xml

    def _start(self, thing: Thing) -> None:
        self._hear("create")
        if thing.state == RUNNING:
            raise Fault(INVALID, "already running")
        thing.state = RUNNING

    def _boot(self, thing: Thing) -> None:
        self._start(thing)
        self.notice(thing.xml)

    def _save(self, name: str, path: str) -> None:
        _stop(self._find_domain(name))
        Path(path).write_text("memory", encoding="utf-8")
        self.saved[path] = name

    def _restore(self, path: str) -> None:
        if path not in self.saved:
            raise Fault(FAILED, f"cannot open {path}")
        thing = self._find_domain(self.saved[path])
        thing.state = RUNNING
        self.notice(thing.xml)

    def _undefine(self, name: str, flags: int) -> None:
        self._hear(f"undefine {flags}")
        del self.domains[name]


def _find(things: dict[str, Thing], name: str, code: int) -> Thing:
    if name not in things:
        raise Fault(code, f"no {name}")
    return things[name]


def _known(things: dict[str, Thing], name: str, code: int) -> str:
    _find(things, name, code)
    return name


def _define(things: dict[str, Thing], xml: str) -> str:
    name = fromstring(xml).findtext("name") or ""  # noqa: S314  # a test wrote it
    things[name] = Thing(xml, things[name].state if name in things else OFF)
    return name


def _stop(thing: Thing) -> None:
    if thing.state == OFF:
        raise Fault(INVALID, "not running")
    thing.state = OFF
