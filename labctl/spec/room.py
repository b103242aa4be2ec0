"""The room: its benches, who sits where, and where the secrets come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, create_model
from pydantic_core import PydanticKnownError, core_schema

from labctl.core.errors import SpecError
from labctl.core.i18n import _
from labctl.spec.allocation import Allocation
from labctl.spec.cahier import Cahier, list_kinds_of
from labctl.spec.complaint import Complaint, explain
from labctl.spec.devices import WORKSTATION
from labctl.spec.fields import Block, Id, Mac, Name, SeedRef, Text, key
from labctl.spec.hosting import Host, Providers, RoomRules, Wish, distribute
from labctl.spec.kind import Kind, find_desks
from labctl.spec.loader import Source, Value, load
from labctl.spec.subject import OptOuts
from labctl.spec.survey import find_kind


class _Desk:
    """Marks the name of a workstation: which ones there are is read when somebody asks."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Refuse what no kind of machine is called."""
        schema = handler(source)
        return core_schema.no_info_before_validator_function(_check_desk, schema)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        """Return the names as a schema lists them."""
        return _choice(sorted(find_desks()))


def _check_desk(value: object) -> str:
    return _pick(value, sorted(find_desks()))


Workstation = Annotated[str, _Desk()]
"""What a kind of machine is called as a workstation (``desk`` of its ``kind.yml``)."""
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
    provider: str = key("fournisseur", "qui fait exister les machines")
    workstation: Workstation = key(
        "poste",
        "poste du candidat ; windows_simule est un Linux qui répond comme un Windows",
        default="linux",
    )
    hosts: tuple[Host, ...] = key("hotes", "machines qui portent les bancs", default=())
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

    def kind_of(self, seat: Seat) -> str:
        """Return the kind of machine that a seat has as its workstation."""
        return find_desks()[seat.workstation or self.workstation]

    def variant_of(self, seat: Seat) -> str:
        """Return the variant that a seat receives."""
        return seat.variant or self.allocation.variant_at(seat.row, seat.column)

    def kinds_at(self, seat: Seat) -> Mapping[str, str]:
        """Return the kinds that are chosen for the machines of a seat."""
        return {WORKSTATION: self.kind_of(seat)}

    def wishes(self, rules: RoomRules, cahier: Source) -> dict[int, Wish]:
        """Return what each bench needs and where its author wants it."""
        return {
            seat.number: Wish(rules.need(self._machines(seat, cahier)), seat.host)
            for seat in self.seats
        }

    def _machines(self, seat: Seat, cahier: Source) -> tuple[Kind, ...]:
        names = list_kinds_of(cahier, self.variant_of(seat), self.kinds_at(seat))
        return tuple(kind for kind in map(find_kind, names) if kind is not None)


@dataclass(frozen=True, slots=True)
class Room:
    """A room that is well formed; ``labctl.spec.lint`` checks its sense."""

    source: Source
    document: RoomDocument
    rules: RoomRules  # of its provider

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
        return self.document.variant_of(self.seat(bench))

    def kind_of(self, bench: int) -> str:
        """Return the kind of machine that a bench has as its workstation."""
        return self.document.kind_of(self.seat(bench))

    def kinds_at(self, bench: int) -> Mapping[str, str]:
        """Return the kinds that are chosen for the machines of a bench."""
        return self.document.kinds_at(self.seat(bench))

    def host_of(self, bench: int, cahier: Cahier) -> Host | None:
        """Return the host that carries a bench, None in a room without; SpecError when full."""
        hosts = self.document.hosts
        if not hosts:
            return None
        name = distribute(hosts, self.document.wishes(self.rules, cahier.source)).hosts.get(bench)
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


def load_room(path: Path, providers: Providers) -> Room:
    """Read a room and check its form; SpecError with every mistake."""
    source = load(path)
    document, complaints = read_document(source, providers)
    if document is None:
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints)))
    return Room(source, document, providers[document.provider])


def read_document(
    source: Source, providers: Providers
) -> tuple[RoomDocument | None, tuple[Complaint, ...]]:
    """Return the document of a room, or None and what is wrong."""
    named = source.tree.get("fournisseur")
    known = isinstance(named, str) and named in providers
    form = shape_document(tuple(providers), providers[str(named)].host if known else Any)
    try:
        return form.model_validate(source.tree), ()
    except ValidationError as exc:
        return None, explain(exc, source, form)


def shape_document(providers: Sequence[str], host: Any) -> type[RoomDocument]:
    """Return the form of a room, once it is known what a host of its provider looks like."""
    name = Annotated[str, _one_of(providers), WithJsonSchema(_choice(providers))]
    was = RoomDocument.model_fields
    fields: dict[str, Any] = {
        "provider": (name, was["provider"]),
        "hosts": (tuple[host, ...], was["hosts"]),
    }
    return create_model("RoomDocument", __base__=RoomDocument, **fields)


def _choice(names: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


def _one_of(names: Sequence[str]) -> BeforeValidator:
    """Refuse what is no name of these, as pydantic refuses a value of a fixed list."""

    return BeforeValidator(lambda value: _pick(value, names))


def _pick(value: object, names: Sequence[str]) -> str:
    if isinstance(value, str) and value in names:
        return value
    expected = " or ".join(f"'{name}'" for name in names)
    raise PydanticKnownError("literal_error", {"expected": expected})
