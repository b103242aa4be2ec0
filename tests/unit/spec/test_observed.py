"""Keys that no check reads are those declared so: reads are traced while every check judges."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from labctl.core.content import install
from labctl.judge.catalogue import load_checks
from labctl.judge.plugin import read_asked
from labctl.plan.model import Plan
from labctl.spec.cahier import resolve, topics_of
from labctl.spec.demand import Demand
from labctl.spec.fields import NOT_OBSERVED, Block, key
from labctl.spec.loader import load
from labctl.spec.observed import Unread, list_unread
from labctl.spec.topic import Topic, list_asking, load_topic
from tests.box_facts import box_plan, box_solved, box_untouched
from tests.facts import solved_facts, untouched_facts
from tests.plans import CAHIER, Desk, plan_of

MACHINES = "on"
"""What the engine reads: which machines a demand is about."""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> set[tuple[type, str]]:
    """Give the fields of blocks that are read from now on."""
    found: set[tuple[type, str]] = set()

    def traced(block: BaseModel, name: str) -> Any:
        if name in vars(type(block)).get("__pydantic_fields__", {}):
            found.add((type(block), name))
        return object.__getattribute__(block, name)

    monkeypatch.setattr(Block, "__getattribute__", traced, raising=False)
    return found


def judge_all(plan: Plan, *benches: Any) -> None:
    """Run every check on the facts of benches, whatever they say."""
    for facts in benches:
        for check in load_checks():
            types = (*check.spec.needs, *check.spec.witnesses)
            with contextlib.suppress(Exception):
                asked = read_asked(check.spec, plan, check.spec.machines(plan)[0])
                check.function(*asked, *(facts[fact] for fact in types))


def is_never_read(field: Any) -> bool:
    """Tell whether a key is declared as read by no check, whatever the machine."""
    return (field.json_schema_extra or {}).get(NOT_OBSERVED) is True


def fields_of(model: Any) -> Iterator[tuple[type, str, Any]]:
    """Yield every field below a block: its class, its name, what is declared of it.

    What is inside a field that no check reads is read by none either.
    """
    for name, field in model.__pydantic_fields__.items():
        yield model, name, field
        if is_never_read(field):
            continue
        for inside in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inside, type) and issubclass(inside, Block):
                yield from fields_of(inside)


def test_what_no_check_reads_is_declared_so(reads: set[tuple[type, str]]) -> None:
    plans = [plan_of(bench, Desk.SIMULATED) for bench in (1, 2, 3)]
    plans.append(plan_of(1, Desk.LINUX))
    install()
    classes = [topic.load() for topic in list_asking()]
    benches = [(solved_facts(plan), untouched_facts(plan)) for plan in plans]
    plans.append(box_plan())
    benches.append((box_solved(), box_untouched()))
    reads.clear()
    for plan, facts in zip(plans, benches, strict=True):
        judge_all(replace(plan), *facts)  # one of which nothing was read back yet
    declared = {
        (model, name): not is_never_read(field)
        for cls in classes
        for model, name, field in fields_of(cls)
        if name != MACHINES
    }
    wrong = [
        f"{model.__name__}.{name}"
        for (model, name), is_observed in declared.items()
        if is_observed != ((model, name) in reads)
    ]
    assert wrong == []


def unread_of(topic: str, block: Any) -> list[str]:
    """Return the keys of a block that no check reads."""
    return [one.key for one in list_unread({"bloc": load_topic(topic)}, {"bloc": block})]


def test_the_keys_of_the_shipped_cahier_that_no_check_reads() -> None:
    tree = load(CAHIER).tree
    found = list_unread(topics_of(tree), tree)
    label = "Durcissement du poste : Bureau à distance, groupe admis"
    assert Unread("durcissement.rdp.groupe", label) in found
    assert "materiel.livre.processeur" not in [one.key for one in found]


def test_the_plan_keeps_them_with_those_that_variables_give() -> None:
    tree = resolve(load(CAHIER), "A").tree
    assert plan_of(1).unread == list_unread(topics_of(tree), tree)


def test_what_is_read_of_one_face_is_read_where_every_kind_of_the_machine_has_it() -> None:
    block = {"sur": "coin", "pays": "PF"}

    def unread_with(*kinds: str) -> list[str]:
        tree: dict[str, Any] = {"bloc": block, "machines": {"coin": {"genre": kinds}}}
        return [one.key for one in list_unread({"bloc": load_topic("wireless")}, tree)]

    assert unread_with("box") == []
    assert unread_with("router") == unread_with("box", "router") == ["bloc"]
    assert unread_with("inconnu") == ["bloc"]


def test_a_part_of_a_block_may_be_about_a_machine_of_its_own() -> None:
    def unread_with(kind: str) -> list[str]:
        page = {"sur": "coin", "depuis": ("BUREAU",), "mot_de_passe": "${secret:page}"}
        tree: dict[str, Any] = {"bloc": {"page": page}, "machines": {"coin": {"genre": kind}}}
        return [one.key for one in list_unread({"bloc": load_topic("device_admin")}, tree)]

    assert unread_with("router") == []
    assert unread_with("switch") == ["bloc.page.mot_de_passe"]


def test_what_is_read_with_another_key_is_read_where_the_block_gives_that_key() -> None:
    block = {"sur": "poste", "titulaire": "poste", "quota_mio": 200, "imap": {"port": 993}}

    assert unread_of("mail", block) == ["bloc"]
    assert unread_of("mail", {**block, "heberge_sur": "courrier"}) == ["bloc.quota_mio"]


def test_what_a_block_does_not_give_is_not_asked() -> None:
    assert unread_of("hardening", {"sur": "poste", "rdp": {"actif": True}}) == []


def test_a_part_of_which_nothing_is_read_is_one_key() -> None:
    block = {"sur": "poste", "smb1": False, "rdp": {"groupe": "X"}}
    assert unread_of("hardening", block) == ["bloc.rdp"]


def test_a_block_of_which_nothing_is_read_is_one_key() -> None:
    assert unread_of("hardening", {"sur": "poste", "rdp": {"groupe": "X"}}) == ["bloc"]
    assert unread_of("hardening", {"sur": "poste"}) == []


def test_the_items_of_a_list_are_one() -> None:
    blocks = ({"rdp": {"actif": True}}, {"rdp": {"groupe": "X"}}, {"rdp": {"groupe": "Y"}})
    assert unread_of("hardening", blocks) == ["bloc.rdp.groupe"]


def test_a_table_by_name_is_looked_into() -> None:
    class Row(Block):
        read: str = key("lu", "lu", default="")
        unread: str = key("non_lu", "non lu", observed=False, default="")

    class Table(Demand):
        rows: dict[str, Row] = key("lignes", "lignes")

    class Known(Topic):
        def load(self) -> type[Demand]:
            return Table

    tree = {"table": {"lignes": {"a": {"lu": "x", "non_lu": "y"}}}}
    (found,) = list_unread({"table": Known("t", "Table")}, tree)
    assert found == Unread("table.lignes.non_lu", "Table : lignes, non lu")
