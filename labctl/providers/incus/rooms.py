"""What the Incus provider wants of a room: clusters, pinned, and a certificate they trust."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, WithJsonSchema

from labctl.core.i18n import _, mark
from labctl.spec.fields import PLACE, Id, Text, key, matches
from labctl.spec.hosting import Host, HostMistake, Need, Refusal
from labctl.spec.kind import Kind

SEAT = Need(400, 600, 1)
"""The jury's instance: labctl itself, while it looks."""
MACHINE = Need(32, 64, 0)
"""A machine of labctl's own that has no budget of its kind."""
_ADDRESS = re.compile(rf"{PLACE}")
_PORT = re.compile(r":[0-9]+$")  # not the last part of an IPv6 address: that is in brackets
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
Address = Annotated[
    str,
    matches(_ADDRESS, mark("adresse attendue : membre:8443"), "address"),
    Field(max_length=300),
    WithJsonSchema({"type": "string", "pattern": f"^({_ADDRESS.pattern})$"}),
]
Fingerprint = Annotated[
    str,
    matches(_FINGERPRINT, mark("empreinte attendue : 64 chiffres hexadécimaux"), "fingerprint"),
    WithJsonSchema({"type": "string", "pattern": f"^({_FINGERPRINT.pattern})$"}),
]


class IncusCluster(Host):
    """A cluster of Incus, asked through one of its members."""

    address: Address = key("adresse", "un membre de la grappe : membre:8443")
    fingerprint: Fingerprint = key(
        "empreinte", "SHA-256 du certificat de la grappe : « incus info », certificate_fingerprint"
    )
    certificate: Text = key(
        "certificat", "certificat client de labctl (PEM), que la grappe connaît"
    )
    secret_key: Text = key("cle", "sa clé (PEM)")
    pool: Id = key("reserve", "réserve de stockage (storage pool) des bancs", default="default")
    member: Id | None = key(
        "membre", "membre qui porte les bancs de cet hôte ; absent, labctl choisit", default=None
    )
    slowness: Annotated[float, Field(ge=1, le=20)] = key(
        "lenteur", "combien de fois plus lents que d'habitude sont ses membres", default=1.0
    )

    @property
    def own(self) -> dict[str, str]:
        """Return how the cluster is asked, for ``clusters.read``."""
        return {
            "address": self.address if _PORT.search(self.address) else f"{self.address}:8443",
            "fingerprint": self.fingerprint,
            "certificate": self.certificate,
            "key": self.secret_key,
            "pool": self.pool,
            "member": self.member or "",
        }

    @property
    def patience(self) -> float:
        """Return how many times its usual time a machine of this cluster may take."""
        return self.slowness

    def list_mistakes(self) -> tuple[HostMistake, ...]:
        """Return what of the keys of all providers means nothing here."""
        if self.access is None:
            return ()
        said = _("« %(name)s » : une grappe Incus est jointe par son API, jamais par ssh")
        hint = _("ôtez « acces » : « adresse » suffit")
        return (HostMistake("acces", said % {"name": self.name}, hint),)


class IncusRooms:
    """What a room of containers on a cluster is."""

    host = IncusCluster
    needs_hosts = True
    is_for_training = False

    def need(self, machines: Sequence[Kind]) -> Need:
        """Return what one bench takes: what its machines may write and use, and the jury's own."""
        needs = [
            Need(kind.budget.memory_mib, kind.budget.disk_mib, kind.budget.vcpus)
            if kind.budget is not None
            else MACHINE
            for kind in machines
        ]
        return Need(
            sum(each.memory_mib for each in needs) + SEAT.memory_mib,
            sum(each.disk_mib for each in needs) + SEAT.disk_mib,
            sum(each.cpus for each in needs) + SEAT.cpus,
        )

    def refuse(self, kind: Kind, hosts: Sequence[Host]) -> Refusal | None:
        """Return None: which members have KVM, a Windows asks of the cluster (``placement``)."""
        del kind, hosts
        return None
