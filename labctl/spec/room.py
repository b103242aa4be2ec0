"""The room: its benches, who sits where, and where the secrets come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from labctl.core.errors import SpecError
from labctl.core.i18n import _
from labctl.core.kind import Kind
from labctl.spec.allocation import Allocation
from labctl.spec.cahier import Cahier
from labctl.spec.complaint import Complaint, explain
from labctl.spec.fields import Block, Id, Mac, Name, SeedRef, Text, key
from labctl.spec.hosting import VmHost, distribute
from labctl.spec.loader import Source, Value, load
from labctl.spec.subject import OptOuts

Workstation = Literal["linux", "windows_simule", "windows"]
"""The values of ``labctl.core.kind.Kind``, as a file writes them."""
Coordinate = Annotated[int, Field(ge=0, le=99)]


class Grid(Block):
    """The seating grid."""

    rows: Annotated[int, Field(ge=1, le=100)] = key("rangs", "nombre de rangs")
    columns: Annotated[int, Field(ge=1, le=100)] = key("colonnes", "nombre de colonnes")


class SharedPrinter(Block):
    """The printer all benches share."""

    mac: Mac = key("mac", "adresse MAC")


class Tablet(Block):
    """A jury's tablet."""

    name: Name = key("nom", "nom de la tablette, ou du jury")
    mac: Mac = key("mac", "adresse MAC")


class Seat(Block):
    """One bench of the room."""

    number: Annotated[int, Field(ge=1, le=99)] = key("num", "numéro, 1 à 99")
    row: Coordinate = key("rang", "rang, à partir de 0")
    column: Coordinate = key("colonne", "colonne, à partir de 0")
    variant: Annotated[str, Field(pattern=r"^[A-Z]$")] | None = key(
        "variante", "variante imposée à ce banc, au lieu de l'allocation", default=None
    )
    workstation: Workstation | None = key(
        "poste", "poste de ce banc, au lieu de celui de la salle", default=None
    )
    ap_mac: Mac = key("mac_point_acces", "MAC du point d'accès")
    wifi_mac: Mac = key("mac_wifi_poste", "MAC de la carte Wi-Fi du poste")
    tablet: Name = key("tablette", "tablette du jury qui l'évalue")
    usb_serial: Name = key("serie_cle_usb", "numéro de série de la clé USB admise")
    host: Id | None = key(
        "hote", "hôte imposé à ce banc, au lieu du premier qui a de la place", default=None
    )


class RoomDocument(Block):
    """A room, as a document of type ``labctl/room/v1``."""

    schema_id: Literal["labctl/room/v1"] = key("schema", "version du format")
    id: Id = key("id", "identifiant de la salle")
    title: Text = key("titre", "nom de la salle")
    cahier: Id = key("cahier", "cahier des charges par défaut")
    provider: Literal["embedded", "libvirt", "physical"] = key(
        "fournisseur", "qui fait exister les machines"
    )
    workstation: Workstation = key(
        "poste",
        "poste du candidat ; windows_simule est un Linux qui répond comme un Windows",
        default="linux",
    )
    hosts: tuple[VmHost, ...] = key(
        "hotes", "machines qui portent les bancs (fournisseur libvirt)", default=()
    )
    grid: Grid = key("grille", "disposition")
    allocation: Allocation = key(
        "allocation", "qui reçoit quelle variante : [A, B, C][(rang + 2*colonne) mod 3]"
    )
    seed: SeedRef = key(
        "graine", "référence de la graine : env:VARIABLE, file:/chemin ou demo:TEXTE"
    )
    printer: SharedPrinter = key("imprimante", "imprimante de la salle")
    tablets: tuple[Tablet, ...] = key("tablettes_jury", "tablettes des jurys")
    seats: tuple[Seat, ...] = key("bancs", "bancs", min_length=1)
    lint: OptOuts | None = key("lint", "règles de relecture ignorées", default=None)

    @property
    def windows(self) -> frozenset[int]:
        """Return the benches whose workstation is a real Windows."""
        return frozenset(
            seat.number
            for seat in self.seats
            if (seat.workstation or self.workstation) == Kind.WINDOWS.value
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A room that is well formed; ``labctl.spec.lint`` checks its sense."""

    source: Source
    document: RoomDocument

    @property
    def id(self) -> str:
        """Return the identifier of the room."""
        return self.document.id

    @property
    def benches(self) -> tuple[int, ...]:
        """Return the bench numbers, in order."""
        return tuple(sorted(seat.number for seat in self.document.seats))

    def seat(self, bench: int) -> Seat:
        """Return a bench; SpecError, with the known ones, when there is no such bench."""
        for seat in self.document.seats:
            if seat.number == bench:
                return seat
        message = _("le banc %(number)s n'existe pas") % {"number": bench}
        hint = _("bancs : %(names)s") % {"names": ", ".join(str(n) for n in self.benches)}
        raise SpecError((self.source.mistake(("bancs",), message, rule="banc", hint=hint),))

    def variant_of(self, bench: int) -> str:
        """Return the variant a bench receives."""
        seat = self.seat(bench)
        return seat.variant or self.document.allocation.variant_at(seat.row, seat.column)

    def kind_of(self, bench: int) -> Kind:
        """Return the kind of workstation a bench has."""
        return Kind(self.seat(bench).workstation or self.document.workstation)

    def host_of(self, bench: int) -> VmHost | None:
        """Return the host that carries a bench, None in a room without; SpecError when full."""
        hosts = self.document.hosts
        if not hosts:
            return None
        chosen = {seat.number: seat.host for seat in self.document.seats}
        name = distribute(hosts, chosen, self.document.windows).hosts.get(bench)
        for host in hosts:
            if host.name == name:
                return host
        message = _("aucun hôte n'a de place pour le banc %(number)s") % {"number": bench}
        raise SpecError((self.source.mistake(("hotes",), message, rule="capacite"),))

    def lend_to(self, cahier: Cahier) -> "Room":
        """Return the same room for another cahier than its own.

        It hands out variants as it does for its own, unless the other one lacks some of them:
        then as that cahier says.
        """
        changes: dict[str, object] = {"cahier": cahier.id}
        if not set(self.document.allocation.names) <= set(cahier.variants):
            first = cahier.subject(cahier.variants[0])
            changes["allocation"] = first.bench.allocation
        return replace(self, document=self.document.model_copy(update=changes))

    def variables_of(self, bench: int) -> Mapping[str, Value]:
        """Return the values the room gives to ``${…}`` for a bench."""
        seat = self.seat(bench)
        tablets = {tablet.name: tablet.mac for tablet in self.document.tablets}
        return {
            "num": f"{seat.number:02d}",
            "mac_ap": seat.ap_mac,
            "mac_imp": self.document.printer.mac,
            "mac_wifi": seat.wifi_mac,
            "mac_tab": tablets.get(seat.tablet, ""),
            "usb_serial": seat.usb_serial,
        }


def load_room(path: Path) -> Room:
    """Read a room and check its form; SpecError with every mistake."""
    source = load(path)
    document, complaints = read_document(source)
    if document is None:
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints)))
    return Room(source, document)


def read_document(source: Source) -> tuple[RoomDocument | None, tuple[Complaint, ...]]:
    """Return the document of a room, or None and what is wrong."""
    try:
        return RoomDocument.model_validate(source.tree), ()
    except ValidationError as exc:
        return None, explain(exc, source, RoomDocument)
