"""The hypervisor of one host, through libvirt: the only module that speaks to it.

libvirt's calls wait for ever when their daemon hangs: each is made in a thread of its own that is
given up at the deadline.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _, mark
from labctl.core.thread import call_aside
from labctl.providers.libvirt import domain_xml
from labctl.providers.libvirt.layout import Tag

T = TypeVar("T")

_CALL_S = 60.0
_HANGING_ON = ("MANAGED_SAVE", "SNAPSHOTS_METADATA", "CHECKPOINTS_METADATA", "NVRAM", "TPM")
"""What libvirt keeps of a domain beside its disks, and refuses to leave alone."""
_SAID = {
    "NO_DOMAIN": mark("la machine n'existe plus"),
    "NO_NETWORK": mark("le réseau n'existe plus"),
    "OPERATION_INVALID": mark("une machine ou un réseau n'est pas dans l'état qu'il faut"),
    "OPERATION_TIMEOUT": mark("une autre commande occupe la machine"),
    "ACCESS_DENIED": mark("cet acte n'est pas permis"),
    "AUTH_FAILED": mark("cet acte n'est pas permis"),
    "OPERATION_DENIED": mark("cet acte n'est pas permis"),
    "CONFIG_UNSUPPORTED": mark("cet hôte n'a pas ce qui est demandé"),
    "NO_MEMORY": mark("la mémoire de l'hôte ne suffit pas"),
}
"""What some of libvirt's errors mean, by name: its own words are English, and follow."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of labctl's; one that is paused, as on a full disk, does not run."""

    tag: Tag
    name: str
    is_running: bool
    xml: str


@dataclass(frozen=True, slots=True)
class Network:
    """A network of labctl's."""

    tag: Tag
    name: str
    is_active: bool


@contextmanager
def open_host(uri: str, deadline: Deadline) -> Iterator["Host"]:
    """Open the hypervisor; ProviderError when it does not answer."""
    libvirt = _load_library()
    libvirt.registerErrorHandler(_be_silent, None)
    try:
        link = _bounded(lambda: libvirt.open(uri), deadline)
    except libvirt.libvirtError as exc:
        said = _("libvirt ne répond pas (%(uri)s) : %(why)s")
        hint = _("libvirtd tourne-t-il ? voir docs/install.md, « libvirt »")
        raise ProviderError(said % {"uri": uri, "why": exc}, hint=hint) from exc
    try:
        yield Host(libvirt, link, uri, deadline)
    finally:
        with suppress(libvirt.libvirtError, ProviderError):
            _bounded(link.close, Deadline.after(5))


class Host:
    """An open hypervisor, until the deadline."""

    def __init__(self, library: Any, link: Any, uri: str, deadline: Deadline) -> None:
        self._library = library
        self._link = link
        self._deadline = deadline
        self.uri = uri

    def version(self) -> str:
        """Return the version of the emulator, which a saved state depends on."""
        return str(self._call(self._link.getVersion))

    def hostname(self) -> str:
        """Return where the daemon says that it runs."""
        return str(self._call(self._link.getHostname))

    def list_domains(self, instance: str, bench: int | None = None) -> tuple[Domain, ...]:
        """Return the domains that carry the tag of this installation."""
        found = []
        for each in self._call(self._link.listAllDomains):
            with suppress(_Gone):
                xml = self._call(each.XMLDesc, self._library.VIR_DOMAIN_XML_INACTIVE)
                tag = domain_xml.parse_tag(xml)
                if tag and _is_ours(tag, instance, bench):
                    is_running = self._call(each.state)[0] == self._library.VIR_DOMAIN_RUNNING
                    found.append(Domain(tag, self._call(each.name), is_running, xml))
        return tuple(found)

    def list_networks(self, instance: str, bench: int | None = None) -> tuple[Network, ...]:
        """Return the networks that carry the tag of this installation."""
        found = []
        for each in self._call(self._link.listAllNetworks):
            with suppress(_Gone):
                tag = domain_xml.parse_tag(self._call(each.XMLDesc, 0))
                if tag and _is_ours(tag, instance, bench):
                    active = bool(self._call(each.isActive))
                    found.append(Network(tag, self._call(each.name), active))
        return tuple(found)

    def define_network(self, xml: str) -> None:
        """Define a network (again) and start it; one that is active is left alone."""
        network = self._call(self._link.networkDefineXML, xml)
        if not self._call(network.isActive):
            self._call(network.create)

    def remove_network(self, name: str) -> None:
        """End and forget a network; succeeds when it is gone."""
        with suppress(_Gone):
            network = self._call(self._link.networkLookupByName, name)
            with suppress(_Gone, _Unfit):
                self._call(network.destroy)
            self._call(network.undefine)

    def start(self, xml: str) -> None:
        """Define a domain (again) and start it from its disks."""
        self._call(self._call(self._link.defineXML, xml).create)

    def restore(self, xml: str, saved: str) -> None:
        """Define a domain (again) and start it from a saved state."""
        self._call(self._link.defineXML, xml)
        self._call(self._link.restoreFlags, saved, None, 0)

    def save(self, name: str, saved: str) -> None:
        """Write the state of a running domain into a file, which ends it."""
        domain = self._call(self._link.lookupByName, name)
        self._call(domain.saveFlags, saved, None, 0)

    def dump(self, name: str) -> str:
        """Return the XML of a domain as it runs, or as it would start; empty when it is gone."""
        with suppress(_Gone):
            domain = self._call(self._link.lookupByName, name)
            xml: str = self._call(domain.XMLDesc, 0)
            return xml
        return ""

    def change_disc(self, name: str, xml: str) -> None:
        """Change what is in a drive of a running domain, now and for its next start."""
        domain = self._call(self._link.lookupByName, name)
        flags = self._library.VIR_DOMAIN_AFFECT_LIVE | self._library.VIR_DOMAIN_AFFECT_CONFIG
        self._call(domain.updateDeviceFlags, xml, flags)

    def stop(self, name: str) -> None:
        """End a domain at once; succeeds when it does not run."""
        with suppress(_Gone, _Unfit):
            self._call(self._call(self._link.lookupByName, name).destroy)

    def remove(self, name: str) -> None:
        """End and forget a domain with all that hangs on it; succeeds when it is gone."""
        self.stop(name)
        with suppress(_Gone):
            domain = self._call(self._link.lookupByName, name)
            try:
                self._call(domain.undefineFlags, self._undefine_flags())
            except Refused:  # a driver that knows none of what the flags are about
                self._call(domain.undefine)

    def _undefine_flags(self) -> int:
        flags = 0
        for name in _HANGING_ON:
            flags |= getattr(self._library, f"VIR_DOMAIN_UNDEFINE_{name}")
        return flags

    def _call(self, function: Callable[..., T], *arguments: object) -> T:
        limit = self._deadline.within(_CALL_S)
        try:
            return _bounded(lambda: function(*arguments), limit)
        except self._library.libvirtError as exc:
            name = self._name(exc.get_error_code())
            what = _(_SAID[name]) if name else _("l'acte demandé est refusé")
            said = _("libvirt (%(uri)s) : %(what)s") % {"uri": self.uri, "what": what}
            refused = _KINDS.get(name, Refused)
            raise refused(f"{said}\n{exc}", hint=_("voir le journal de libvirtd")) from exc

    def _name(self, code: int) -> str:
        known = {getattr(self._library, f"VIR_ERR_{name}", None): name for name in _SAID}
        return known.get(code, "")


class Refused(ProviderError):
    """libvirt said no."""


class _Gone(Refused):
    """What was asked about does not exist."""


class _Unfit(Refused):
    """It does not fit the state of what was asked about: what is to end is off already."""


_KINDS = {"NO_DOMAIN": _Gone, "NO_NETWORK": _Gone, "OPERATION_INVALID": _Unfit}


def _is_ours(tag: Tag, instance: str, bench: int | None) -> bool:
    return tag.instance == instance and bench in (None, tag.bench)


def _load_library() -> Any:
    try:
        return import_module("libvirt")
    except ImportError as exc:
        said = _("le fournisseur « %(name)s » a besoin de %(module)s")
        hint = _("make setup-libvirt : voir docs/install.md")
        values = {"name": "libvirt", "module": "libvirt-python"}
        raise ProviderError(said % values, hint=hint) from exc


def _be_silent(_context: object, _error: object) -> None:
    """Keep the library from writing on stderr: its exceptions say the same."""


def _bounded(act: Callable[[], T], deadline: Deadline) -> T:
    """Call a function that may wait for ever; ProviderError when it outlives the deadline."""
    late = ProviderError(
        _("libvirt ne répond plus"), hint=_("redémarrez libvirtd, puis recommencez")
    )
    return call_aside(act, "labctl-libvirt", deadline, late)
