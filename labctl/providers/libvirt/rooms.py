"""What libvirt wants of a room: hosts with their hypervisors, and room for whole machines."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from labctl.core.i18n import _, mark
from labctl.providers.libvirt.access import HONOURED, find_access, list_unknown, localise
from labctl.spec.fields import PLACE, key, matches
from labctl.spec.hosting import Host, HostMistake, Need, Refusal
from labctl.spec.kind import Kind

OVERHEAD_MIB = 120
"""Memory of an emulator beside that of its machine."""
NAMESPACES = Need(300, 300, 1)
"""The rest of a bench: labctl's own machines on the same host."""
_EMULATED_PATIENCE = 5.0
"""An emulated processor is about ten times slower, most of which the usual times allow for. One
computer is not always as fast either: a look at one solved bench, with nothing beside, took between
24 and 60 s there. Two benches that are looked at together share its processors."""
_URI = re.compile(rf"(qemu(\+unix)?://|qemu(\+ssh|\+tls)?://{PLACE})/(system|session)(\?[^\s@#]+)?")
LibvirtAddress = Annotated[
    str,
    matches(
        _URI,
        mark("adresse attendue : qemu:///system ou qemu+ssh://compte@hote/…, sans mot de passe"),
        "address",
    ),
    Field(max_length=300),
    WithJsonSchema({"type": "string", "pattern": f"^({_URI.pattern})$"}),
]


class VmHost(Host):
    """A machine that runs virtual machines."""

    uri: LibvirtAddress = key(
        "uri",
        "adresse libvirt : qemu:///system, qemu+unix://…?socket=…, qemu+ssh://hote/system "
        "(qui dit aussi « acces »)",
    )
    virt_type: Literal["kvm", "qemu"] = key(
        "virt_type",
        "kvm : virtualisation matérielle ; qemu : émulation logicielle, plus lente",
    )

    @property
    def way(self) -> str:
        """Return the ssh address of the host, which a ``qemu+ssh`` address says too."""
        return find_access(self.uri, self.access or "")

    @property
    def own(self) -> dict[str, str]:
        """Return the address of libvirt as it is opened on the host, and how machines run."""
        return {"uri": localise(self.uri), "virt_type": self.virt_type}

    @property
    def patience(self) -> float:
        """Return how many times its usual time a machine of this host may take."""
        return _EMULATED_PATIENCE if self.virt_type == "qemu" else 1.0

    def at_home(self) -> "VmHost":
        """Return the host as its own labctl sees it."""
        return self.model_copy(update={"access": None, "uri": localise(self.uri)})

    def list_mistakes(self) -> tuple[HostMistake, ...]:
        """Return what of the address of libvirt labctl would not honour."""
        found = []
        if self.uri.startswith("qemu+tls:") and self.access is None:
            said = _("« %(name)s » : qemu+tls mène à libvirt, mais pas à labctl sur cet hôte")
            hint = _("ajoutez acces: ssh://compte@hote, ou écrivez uri: qemu+ssh://compte@hote/…")
            found.append(HostMistake("uri", said % {"name": self.name}, hint))
        for name in list_unknown(self.uri):
            said = _("paramètre « %(name)s » inconnu dans une adresse qemu+ssh") % {"name": name}
            hint = _("connus : %(names)s") % {"names": ", ".join(HONOURED)}
            found.append(HostMistake("uri", said, hint))
        return tuple(found)


class LibvirtRooms:
    """What a room of virtual machines is."""

    host = VmHost
    needs_hosts = True
    is_for_training = False

    def need(self, machines: Sequence[Kind]) -> Need:
        """Return what one bench takes, the saved states of its machines included."""
        budgets = [kind.budget for kind in machines if kind.budget is not None]
        return Need(
            sum(each.memory_mib + OVERHEAD_MIB for each in budgets) + NAMESPACES.memory_mib,
            sum(each.disk_mib + each.memory_mib for each in budgets) + NAMESPACES.disk_mib,
            sum(each.vcpus for each in budgets) + NAMESPACES.cpus,
        )

    def refuse(self, kind: Kind, hosts: Sequence[Host]) -> Refusal | None:
        """Return why there can be no Windows: emulated, it would take hours to start."""
        machines = [host for host in hosts if isinstance(host, VmHost)]
        if kind.master is None or any(host.virt_type == "kvm" for host in machines):
            return None
        return Refusal(
            _("un Windows ne tourne pas sans virtualisation matérielle, et aucun hôte n'en a"),
            _("écrivez linux ou windows_simule, ou donnez un hôte « virt_type: kvm »"),
        )
