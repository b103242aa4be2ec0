"""The field as labctl sees it: six machines a bench, one fact a machine, fifteen checks a fact.

Only the content is of the benchmark (facts, probes, checks); what collects and judges is labctl's.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from labctl.connect.base import Answer, Endpoint, Endpoints, Question, Transport, Vantage
from labctl.core.check import check
from labctl.core.expect import Expectation, require
from labctl.core.ids import NodeName
from labctl.core.verdict import Match
from labctl.facts.probe import NotUnderstood, Probe
from labctl.facts.questions import run_on
from labctl.judge.catalogue import Check
from labctl.judge.selection import Selection
from labctl.plan.model import Plan
from tests.bench.asked import ASKED, Asked
from tests.bench.hosts import Field, address

MACHINES = 6


@dataclass(frozen=True, slots=True)
class Host:
    """What was asked of a machine, as values; None: not asked this time."""

    name: str | None = None
    system: bool | None = None
    address: str | None = None
    gateway: str | None = None
    resolver: bool | None = None
    account: str | None = None
    groups: tuple[str, ...] | None = None
    mode: int | None = None
    content: str | None = None
    process: bool | None = None
    listens: bool | None = None
    forwarding: int | None = None
    clock: bool | None = None
    package: str | None = None
    folder: bool | None = None


FACTS: tuple[type[Host], ...] = tuple(
    dataclass(frozen=True, slots=True)(type(f"Host{at}", (Host,), {"__module__": __name__}))
    for at in range(1, MACHINES + 1)
)


def number_of(bench: int, rank: int) -> int:
    """Return the number of a host by its bench and its rank in it."""
    return (bench - 1) * MACHINES + rank


def make_probes(asked: tuple[Asked, ...]) -> dict[str, Probe]:
    """Return the probe of each machine of a bench, by fact."""
    return {
        fact.__name__: Probe(fact, partial(_ask, rank, asked), partial(_parse, fact, asked))
        for rank, fact in enumerate(FACTS, start=1)
    }


def make_selection(asked: tuple[Asked, ...]) -> Selection:
    """Return the checks of a bench."""
    pairs = ((rank, one) for rank in range(1, MACHINES + 1) for one in asked)
    return Selection(tuple(_make_check(rank, one) for rank, one in pairs), ())


def make_endpoints(field: Field, bench: int) -> Endpoints:
    """Return the ways into the machines of a bench."""
    ways = tuple(
        Endpoint(
            node=NodeName(f"m{rank}"),
            transport=Transport.SSH,
            address=address(number_of(bench, rank)),
            port=22,
            account="root",
            credential=str(field.key),
            trust=field.trust,
            vantage=Vantage(),
            console=Vantage(),
        )
        for rank in range(1, MACHINES + 1)
    )
    return Endpoints(bench, "namespace", ways, {})


def _ask(rank: int, asked: tuple[Asked, ...], _plan: Plan) -> tuple[Question, ...]:
    return tuple(run_on(NodeName(f"m{rank}"), *one.argv) for one in asked)


def _parse(
    fact: type[Host], asked: tuple[Asked, ...], _plan: Plan, answers: tuple[Answer, ...]
) -> Host:
    values: dict[str, Any] = {}
    for one, answer in zip(asked, answers, strict=True):
        if answer.exit_code is None:
            raise NotUnderstood(f"{answer.question.text}: no exit code")
        values[one.name] = one.read(answer.output.decode(), answer.exit_code)
    return fact(**values)


def _make_check(rank: int, one: Asked) -> Check:
    @check(f"B-{rank}{_rank_of(one):02d}", needs=FACTS[rank - 1])
    def compare(plan: Plan, host: Host) -> Match:
        """La machine répond comme demandé."""
        wanted = one.wanted(number_of(int(plan.bench), rank))
        return require([Expectation(one.name, wanted, getattr(host, one.name))])

    return Check(compare.labctl_check, compare, __file__, 1)  # type: ignore[attr-defined]


def _rank_of(one: Asked) -> int:
    return [each.name for each in ASKED].index(one.name)
