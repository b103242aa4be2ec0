"""The topology of a cahier as it is written: ``segments``, ``machines`` and ``liaisons``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema

from labctl.spec.fields import Block, HostNumber, Id, Mac, Name, Network, Text, Vid, key
from labctl.spec.loader import Value
from labctl.spec.topology import is_host

T = TypeVar("T", bound=Block)

SegmentName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,15}$")]
MachineName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
CardName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,14}$")]
Place = Annotated[str, Field(min_length=1, max_length=64)]
"""An end of a cable: ``pc``, ``r1.lan0``, ``sw1.5``."""


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class SegmentForm(Block):
    """A network; without ``vlan`` its frames have no tag, without ``reseau`` nobody has an IP."""

    vid: Vid | None = key("vlan", "numéro de VLAN ; absent : réseau plat", default=None)
    network: Network | None = key("reseau", "réseau IPv4 ; absent : sans adresses", default=None)
    gateway: HostNumber | None = key(
        "passerelle", "numéro d'hôte de la passerelle ; absent : aucune", default=None
    )
    usage: Text = key("usage", "à quoi il sert")

    @property
    def is_sound(self) -> bool:
        """Tell whether its network has hosts, and its gateway is one of them."""
        if self.network is None:
            return self.gateway is None
        few = self.network.prefixlen > 30
        return not few and (self.gateway is None or is_host(self.network, self.gateway))


class CardForm(Block):
    """What is said of a card of a machine."""

    segment: Name = key("segment", "segment où elle est")
    host: HostNumber | None = key(
        "hote", "numéro d'hôte de son adresse ; absent : elle la demande (DHCP)", default=None
    )
    mac: Mac | None = key("mac", "son adresse MAC, si c'est une vraie carte", default=None)


class MachineForm(Block):
    """A machine: what it is, what it is called, who makes it what it is."""

    kinds: Annotated[
        tuple[Id, ...],
        BeforeValidator(_one_or_more),
        Field(min_length=1),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string", "minLength": 1},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1},
                ]
            }
        ),
    ] = key("genre", "dossier de vm_templates ; une liste : la salle en choisit un")
    name: Name = key("nom", "nom d'hôte")
    state: Literal["existant", "a_configurer", "partagee_salle"] = key(
        "etat", "qui en fait ce qu'elle est : existant, a_configurer, partagee_salle"
    )
    cards: dict[CardName, CardForm] = key("cartes", "ses cartes, par leur nom", default={})


class CableForm(Block):
    """A cable, and the segments it carries: one without a tag, or several with one."""

    name: Name = key("nom", "nom de la liaison")
    between: tuple[Place, Place] = key(
        "entre", "ses deux bouts : machine, machine.carte ou machine.port ; hote, internet"
    )
    segments: tuple[Name, ...] = key("segments", "segments portés", default=())
    native: Name | None = key(
        "natif", "segment porté sans étiquette, à côté des autres", default=None
    )
    carries: tuple[Name, ...] = key(
        "porte", "machines que l'hôte de la salle branche derrière", default=()
    )
    label: Name | None = key("etiquette", "étiquette collée aux deux bouts", default=None)
    medium: Literal["cuivre", "radio"] = key("par", "cuivre ou radio", default="cuivre")

    @property
    def is_trunk(self) -> bool:
        """Tell whether frames have tags on it."""
        return len(self.segments) > 1 or self.native is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """What is well formed of a topology; ``damaged`` names the entries that are not."""

    segments: Mapping[str, SegmentForm]
    machines: Mapping[str, MachineForm]
    cables: tuple[CableForm, ...]
    damaged: frozenset[str] = field(default_factory=frozenset)


def read_layout(tree: Mapping[str, Value]) -> Layout:
    """Return what is well formed of the topology of a cahier whose references are replaced."""
    segments, bad_segments = _read_entries(SegmentForm, tree.get("segments"))
    machines, bad_machines = _read_entries(MachineForm, tree.get("machines"))
    written = tree.get("liaisons")
    numbered = dict(enumerate(written)) if isinstance(written, tuple) else {}
    cables, _bad = _read_entries(CableForm, {str(rank): one for rank, one in numbered.items()})
    return Layout(segments, machines, tuple(cables.values()), bad_segments | bad_machines)


def _read_entries(form: type[T], entries: Value) -> tuple[dict[str, T], frozenset[str]]:
    """Return the well-formed entries of a block, and the names of the others."""
    found: dict[str, T] = {}
    damaged = set()
    for name, entry in (entries if isinstance(entries, Mapping) else {}).items():
        try:
            found[name] = form.model_validate(entry)
        except ValidationError:
            damaged.add(name)
    return found, frozenset(damaged)
