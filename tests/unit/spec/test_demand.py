"""A demand has a written form and a resolved one; mistakes lie at their own line."""

from ipaddress import IPv4Address
from typing import Annotated, ClassVar

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from labctl.core.ids import NodeName
from labctl.spec.complaint import explain
from labctl.spec.demand import Demand, Written, list_machines
from labctl.spec.fields import Block, Name, Natural, key
from labctl.spec.ground import Ground
from labctl.spec.loader import parse
from labctl.spec.topology import Machine, NodeState
from labctl.spec.written import Machines, one_of

GROUND = Ground(
    {
        NodeName(name): Machine(NodeName(name), "", "", NodeState.TO_CONFIGURE, {})
        for name in ("routeur", "poste")
    }
)


def refuse_zero(number: int, _ground: Ground) -> IPv4Address:
    if number == 0:
        raise PydanticCustomError("host", "hors du réseau")
    return IPv4Address("192.0.2.0") + number


class Part(Block):
    label: Name = key("nom", "nom")
    size: Natural = key("taille", "taille", default=0)


class Sample(Demand):
    topic: ClassVar[str] = "sample"

    on: Machines = key("sur", "machines")
    language: Annotated[int, one_of({"fr-FR": 1036, "en-US": 1033})] = key("langue", "langue")
    address: Annotated[IPv4Address, Written(Natural, refuse_zero)] = key("hote", "hôte")
    names: frozenset[str] = key("noms", "noms", default=frozenset())
    parts: tuple[Part, ...] = key("parties", "parties", default=())


TEXT = """\
essai:
  sur: poste
  langue: fr-FR
  hote: 7
  parties:
    - {nom: un}
"""


def resolve(text: str = TEXT) -> Sample:
    return Sample.resolve(parse("x", text.encode()).tree["essai"], GROUND)


def complain(old: str, new: str) -> list[str]:
    source = parse("x", TEXT.replace(old, new).encode())
    with pytest.raises(ValidationError) as caught:
        Sample.resolve(source.tree["essai"], GROUND)
    return [str(c.mistake) for c in explain(caught.value, source, Sample, at=("essai",))]


def test_what_is_read_is_the_resolved_form() -> None:
    found = resolve()
    assert (found.on, found.language, found.address) == (
        ("poste",),
        1036,
        IPv4Address("192.0.2.7"),
    )


def test_several_machines_are_a_list() -> None:
    assert resolve(TEXT.replace("poste", "[poste, routeur]")).on == ("poste", "routeur")


def test_a_topic_is_the_folder_of_its_class() -> None:
    class Other(Demand):
        __module__ = "checks.clock.demand"

    assert Other.topic == "clock"


def test_the_document_holds_english_names_and_sorted_sets() -> None:
    written = resolve().model_copy(update={"names": frozenset({"b", "a"})}).write()
    assert written == {
        "on": ["poste"],
        "language": 1036,
        "address": "192.0.2.7",
        "names": ["a", "b"],
        "parts": [{"label": "un", "size": 0}],
    }


def test_what_is_written_is_read_back_without_a_ground() -> None:
    demand = resolve()
    assert Sample.read_back({**demand.write(), "later": 1}) == demand


def test_a_forgotten_ground_is_a_defect() -> None:
    with pytest.raises(TypeError):
        Sample.model_validate({"sur": "poste", "langue": "fr-FR", "hote": 1})


def test_an_unknown_machine_is_told_at_its_line() -> None:
    assert complain("sur: poste", "sur: postes") == [
        "x:2: « sur » : machine « postes » inconnue [type]\n  vouliez-vous dire « poste » ?"
    ]


def test_a_word_that_is_none_of_a_table() -> None:
    assert complain("fr-FR", "de-DE") == [
        "x:3: « langue » : valeur non admise, trouvé : « de-DE » [valeur]\n"
        "  valeurs admises : fr-FR, en-US"
    ]


def test_a_value_that_does_not_resolve() -> None:
    assert complain("hote: 7", "hote: 0") == ["x:4: « hote » : hors du réseau [type]"]


def test_a_misspelt_key_of_a_nested_block() -> None:
    assert complain("{nom: un}", "{nom: un, talle: 1}") == [
        "x:6: clé « talle » inconnue [cle-inconnue]\n  vouliez-vous dire « taille » ?"
    ]


def test_a_schema_is_the_written_form() -> None:
    properties = Sample.model_json_schema()["properties"]
    assert properties["langue"]["enum"] == ["fr-FR", "en-US"]
    assert (properties["hote"]["type"], properties["hote"]["minimum"]) == ("integer", 0)
    assert properties["sur"]["anyOf"][0]["type"] == "string"


@pytest.mark.parametrize(
    ("document", "machines"),
    [
        ({"on": ["a", "b"], "vers": "c"}, ["a", "b"]),
        ({"on": "a", "relay": {"on": ["b"]}, "rows": [{"on": "c"}, {"x": 1}]}, ["a", "b", "c"]),
        ([{"on": "a"}], ["a"]),
        ({"x": None}, []),
    ],
)
def test_the_machines_of_a_demand(document: object, machines: list[str]) -> None:
    assert list(list_machines(document)) == machines
