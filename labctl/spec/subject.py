"""The cahier des charges of one candidate: every ``${x}`` replaced, every value typed."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from labctl.core.i18n import mark
from labctl.spec.fields import Block, Code, Id, Name, Positive, Text, key
from labctl.spec.layout import CableForm, Layout, MachineForm, MachineName, SegmentForm, SegmentName
from labctl.spec.loader import Value
from labctl.spec.variant import Variant
from labctl.spec.wanted import BenchValue, ValueName

Names = tuple[Name, ...]
VariantName = Annotated[str, Field(pattern=r"^[A-Z]$")]


class Sharing(Block):
    """Who shares which resource (annexe 1)."""

    by_16: Names = key("partage_16", "une pour 16 candidats")
    each: Names = key("par_candidat", "une par candidat")
    by_jury: Names = key("par_jury_4", "une par jury, pour 4 candidats")


class Lot(Block):
    """One part of the work."""

    id: Annotated[str, Field(pattern=r"^L[0-9]{1,2}$")] = key("id", "L1, L2…")
    title: Text = key("titre", "titre")
    minutes: Positive = key("minutes", "temps prévu")
    competencies: tuple[Code, ...] = key("competences", "numéros de compétences", min_length=1)
    routes: Names = key("parcours", "parcours où il s'applique", min_length=1)
    exam_phase: Annotated[int, Field(ge=1, le=9)] = key(
        "phase", "rang de la partie de l'épreuve où il se fait : 1, 2…", default=1
    )
    blocks: Names = key("blocs", "blocs du cahier qu'il demande", default=())


class Start(Block):
    """What becomes, on one route, of the blocks that no lot of it asks for."""

    in_place: Names = key("en_place", "blocs livrés en état de marche, comme résolus", default=())
    unasked: Names = key("non_demande", "blocs dont ce parcours ne veut rien", default=())
    broken: Names = key("en_panne", "blocs livrés en panne", default=())


EVERYTHING_ASKED = Start()
"""Of a route that asks for every block in some lot."""


class OptOuts(Block):
    """Rules its author opted out of, for the whole file."""

    rules: Names = key("ignorer", "règles dont l'auteur se dispense, pour tout le fichier")


class Subject(Block):
    """The cahier of one candidate, as a document of type ``labctl/cdc/v2``.

    ``GONE`` says of keys that are no more what to do instead.
    """

    GONE: ClassVar[Mapping[str, str]] = {
        "bench": mark(
            "déclarez dans « banc » ce que la salle donne ; les canaux Wi-Fi sont au point d'accès"
        ),
        "duree_phase_preparatoire_min": mark(
            "effacez-la : la durée de chaque phase est celle du parcours, dans le référentiel"
        ),
        "langue": mark("effacez-la : un cahier est en français"),
        "secours": mark(
            "effacez-la : « labctl solve » applique le corrigé à un banc, et ses constats sont"
            " « aidés »"
        ),
    }

    schema_id: Literal["labctl/cdc/v2"] = key("schema", "version du format")
    id: Id = key("id", "identifiant du cahier")
    title: Text = key("title_fr", "titre")
    referential: Id = key("referentiel", "référentiel de l'examen : inventories/referentials")
    routes: tuple[Name, ...] = key(
        "parcours", "parcours où il sert, celui qui est sous-entendu d'abord", min_length=1
    )
    starts: dict[Name, Start] = key(
        "depart", "par parcours, ce qui est livré, et ce qui n'est pas demandé", default={}
    )
    sharing: Sharing | None = key("plateau", "annexe 1 : qui fournit quoi", default=None)
    variants: dict[VariantName, Variant] = key("variants", "variantes : A, B, C…", min_length=1)
    bench: dict[ValueName, BenchValue] = key(
        "banc", "ce que le cahier attend de chaque banc, et que la salle donne", default={}
    )
    segments: dict[SegmentName, SegmentForm] = key(
        "segments", "réseaux, dans l'ordre du tableau remis au candidat", min_length=1
    )
    machines: dict[MachineName, MachineForm] = key("machines", "machines du banc", min_length=1)
    cables: tuple[CableForm, ...] = key("liaisons", "câbles entre elles")
    lots: tuple[Lot, ...] = key("lots", "lots de travail", min_length=1)
    mission: tuple[Text, ...] = key(
        "mission", "paragraphes qui présentent le client et le travail au candidat", default=()
    )
    rules: tuple[Text, ...] = key(
        "consignes", "règles de l'épreuve, telles que le candidat les lit", default=()
    )
    lint: OptOuts | None = key("lint", "règles de relecture ignorées", default=None)

    @property
    def layout(self) -> Layout:
        """Return its topology, as it is written."""
        return Layout(self.segments, self.machines, self.cables)

    def lots_of(self, route: str) -> tuple[Lot, ...]:
        """Return the lots of a route, in order."""
        return tuple(lot for lot in self.lots if route in lot.routes)

    def start_of(self, route: str) -> Start:
        """Return what a route finds there, and what it does not want."""
        return self.starts.get(route, EVERYTHING_ASKED)


def read_routes(tree: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the routes that the file of a cahier serves, as far as they are well formed."""
    named = tree.get("parcours")
    return tuple(one for one in named if isinstance(one, str)) if isinstance(named, tuple) else ()
