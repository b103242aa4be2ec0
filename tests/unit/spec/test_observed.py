"""Keys that no check reads are those declared so: reads are traced while every check judges."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from labctl.core.content import install
from labctl.judge.catalogue import load_checks
from labctl.judge.plugin import read_asked
from labctl.plan.model import Plan
from labctl.spec.fields import NOT_OBSERVED, Block
from labctl.spec.loader import load
from labctl.spec.observed import list_unobserved
from labctl.spec.topic import list_asking
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


def judge_all(plan: Plan) -> None:
    """Run every check on a solved bench and on an untouched one, whatever they say."""
    for facts in (solved_facts(plan), untouched_facts(plan)):
        for check in load_checks():
            types = (*check.spec.needs, *check.spec.witnesses)
            with contextlib.suppress(Exception):
                check.function(*read_asked(check.spec, plan), *(facts[fact] for fact in types))


def fields_of(model: Any) -> Iterator[tuple[type, str, Any]]:
    """Yield every field below a block: its class, its name, what is declared of it."""
    for name, field in model.__pydantic_fields__.items():
        yield model, name, field
        for inside in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inside, type) and issubclass(inside, Block):
                yield from fields_of(inside)


def test_what_no_check_reads_is_declared_so(reads: set[tuple[type, str]]) -> None:
    plans = [plan_of(bench, Desk.SIMULATED) for bench in (1, 2, 3)]
    install()
    classes = [topic.load() for topic in list_asking()]
    reads.clear()
    for plan in plans:
        judge_all(plan)
    declared = {
        (model, name): NOT_OBSERVED not in (field.json_schema_extra or {})
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


def test_the_keys_of_the_shipped_cahier_that_no_check_reads() -> None:
    assert "durcissement.rdp.groupe" in list_unobserved(load(CAHIER))
    assert "materiel.livre.processeur" not in list_unobserved(load(CAHIER))
