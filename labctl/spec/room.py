"""The room: its benches, who sits where, and where the secrets come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, create_model
from pydantic_core import PydanticKnownError

from labctl.core.errors import SpecError
from labctl.core.i18n import _
from labctl.spec.allocation import Allocation, parse_allocation, show_allocation
from labctl.spec.cahier import Cahier, list_kinds_of
from labctl.spec.complaint import Complaint, explain
from labctl.spec.fields import Block, Id, Name, SeedRef, Text, key
from labctl.spec.hosting import Host, Providers, RoomRules, Wish, distribute
from labctl.spec.kind import Kind
from labctl.spec.layout import MachineName
from labctl.spec.loader import Path_, Source, Value, load
from labctl.spec.subject import OptOuts
from labctl.spec.survey import find_kind
from labctl.spec.wanted import NUMBER, Values, read_wanted

Kinds = dict[MachineName, Id]
"""The kind that each machine is of, where the cahier leaves the choice."""
_GONE = "labctl/room/v1"
Coordinate = Annotated[int, Field(ge=0, le=99)]


class Grid(Block):
    """The seating grid."""

    rows: Annotated[int, Field(ge=1, le=100)] = key("rangs", "nombre de rangs")
    columns: Annotated[int, Field(ge=1, le=100)] = key("colonnes", "nombre de colonnes")


class Group(Block):
    """Benches that share values, as those of one jury."""

    values: Values = key("valeurs", "valeurs de ses bancs")


class Seat(Block):
    """One bench of the room."""

    number: Annotated[int, Field(ge=1, le=99)] = key("num", "numéro, 1 à 99")
    row: Coordinate = key("rang", "rang, à partir de 0")
    column: Coordinate = key("colonne", "colonne, à partir de 0")
    variant: Annotated[str, Field(pattern=r"^[A-Z]$")] | None = key(
        "variante", "variante imposée à ce banc, au lieu de l'allocation", default=None
    )
    route: str = key(
        "parcours", "parcours de ce banc, au lieu du premier du cahier", default="", min_length=1
    )
    kinds: Kinds = key("genres", "genres de ses machines, au lieu de ceux de la salle", default={})
    group: Name | None = key("groupe", "groupe dont il partage les valeurs", default=None)
    values: Values = key("valeurs", "ce que le cahier attend de chaque banc", default={})
    host: Id | None = key(
        "hote", "hôte imposé à ce banc, au lieu du premier qui a de la place", default=None
    )


class RoomDocument(Block):
    """A room, as a document of type ``labctl/room/v2``."""

    schema_id: Literal["labctl/room/v2"] = key("schema", "version du format")
    id: Id = key("id", "identifiant de la salle")
    title: Text = key("titre", "nom de la salle")
    cahier: Id = key("cahier", "cahier des charges par défaut")
    provider: str = key("fournisseur", "qui fait exister les machines")
    kinds: Kinds = key(
        "genres", "machine → genre, parmi ceux que le cahier admet ; sinon le premier", default={}
    )
    hosts: tuple[Host, ...] = key("hotes", "machines qui portent les bancs", default=())
    grid: Grid = key("grille", "disposition")
    allocation: Allocation = key(
        "allocation", "qui reçoit quelle variante : [A, B, C][(rang + 2*colonne) mod 3]"
    )
    seed: SeedRef = key(
        "graine", "référence de la graine : env:VARIABLE, file:/chemin ou demo:TEXTE"
    )
    values: Values = key("valeurs", "valeurs que tous les bancs partagent", default={})
    groups: dict[Name, Group] = key("groupes", "bancs qui partagent des valeurs", default={})
    seats: tuple[Seat, ...] = key("bancs", "bancs", min_length=1)
    lint: OptOuts | None = key("lint", "règles de relecture ignorées", default=None)

    def variant_of(self, seat: Seat) -> str:
        """Return the variant that a seat receives."""
        return seat.variant or self.allocation.variant_at(seat.row, seat.column)

    def kinds_at(self, seat: Seat) -> Mapping[str, str]:
        """Return the kinds that are chosen for the machines of a seat."""
        return {**self.kinds, **seat.kinds}

    def values_of(self, seat: Seat) -> Mapping[str, tuple[Path_, str | int]]:
        """Return the values of a seat, its own before those that it shares, and where they are."""
        group = self.groups.get(seat.group or "")
        places: tuple[tuple[Path_, Values], ...] = (
            (("valeurs",), self.values),
            (("groupes", seat.group or "", "valeurs"), {} if group is None else group.values),
            (("bancs", self.seats.index(seat), "valeurs"), seat.values),
        )
        return {n: ((*path, n), value) for path, given in places for n, value in given.items()}

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
            changes["allocation"] = parse_allocation(show_allocation(cahier.variants))
        return replace(self, document=self.document.model_copy(update=changes))

    def variables_of(self, bench: int, cahier: Cahier) -> Mapping[str, Value]:
        """Return what a cahier wants of a bench; SpecError when the room does not give it."""
        seat = self.seat(bench)
        given = self.document.values_of(seat)
        found: dict[str, Value] = {NUMBER: f"{seat.number:02d}"}
        mistakes = []
        for name, wanted in read_wanted(cahier.source).items():
            path, value = given.get(name, (("bancs", self.document.seats.index(seat)), None))
            try:
                found[name] = wanted.read(value)
            except ValueError as exc:
                said = f"« {name} » : {exc}" if value else wanted.explain_missing(name, bench)
                mistakes.append(self.source.mistake(path, said, rule="valeur-incorrecte"))
        if mistakes:
            raise SpecError(tuple(sorted(mistakes)))
        return found


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
    if source.tree.get("schema") == _GONE:
        return None, (_explain_gone(source),)
    named = source.tree.get("fournisseur")
    known = isinstance(named, str) and named in providers
    form = shape_document(tuple(providers), providers[str(named)].host if known else Any)
    try:
        return form.model_validate(source.tree), ()
    except ValidationError as exc:
        return None, explain(exc, source, form)


def _explain_gone(source: Source) -> Complaint:
    """Return what is said of a room that labctl read before, whatever else is in it."""
    said = _("labctl ne lit plus les salles « %(name)s »") % {"name": _GONE}
    hint = _(
        "donnez à chaque banc les « valeurs » que son cahier déclare dans « banc », et « genres »"
        " au lieu de « poste », puis écrivez schema: labctl/room/v2 ; voir docs/formateur.md"
    )
    return Complaint(("schema",), source.mistake(("schema",), said, rule="type", hint=hint))


@lru_cache(maxsize=8)  # a room of each provider costs a form, several rooms no more
def shape_document(providers: tuple[str, ...], host: Any) -> type[RoomDocument]:
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
