"""Who answers a machine, and from where a machine answers labctl's probes."""

from dataclasses import dataclass

from checks.paths.demand import Paths

from labctl.api import (
    NodeName,
    Outcome,
    Plan,
    Reading,
    ask,
    attempt,
    fact,
    outcome_of,
    results_of,
    run_on,
    try_from,
)


@dataclass(frozen=True, slots=True)
class Echoes:
    """The machines that answered this one."""

    answered: frozenset[str]


@dataclass(frozen=True, slots=True)
class Visible:
    """The segments from whose probes this machine answers."""

    segments: frozenset[str]


@fact(Echoes, kind="linux")
def from_ping(plan: Plan, at: NodeName) -> Reading[Echoes]:
    """Send two echoes to each (iputils, ping(8): it ends with 1 when none comes back)."""
    goals = plan.demand(Paths).goals
    argv = ("/usr/bin/ping", "-n", "-q", "-c", "2", "-i", "0.2", "-W", "2")
    answers = yield from attempt(*(run_on(at, *argv, address_of(plan, goal)) for goal in goals))
    pairs = zip(goals, answers, strict=True)
    return Echoes(frozenset(str(goal) for goal, one in pairs if one.exit_code == 0))


@fact(Visible, kind="linux")
def from_probes(plan: Plan, at: NodeName) -> Reading[Visible]:
    """Send echoes from the probe of every segment that has one."""
    names = [name for name, segment in plan.segments.items() if segment.probe]
    trial = {"kind": "icmp", "host": address_of(plan, at)}
    answers = yield from ask(*(try_from(plan, name, [trial]) for name in names))
    found = (outcome_of(results_of(answer)[0]) for answer in answers)
    return Visible(
        frozenset(name for name, one in zip(names, found, strict=True) if one is Outcome.OPEN)
    )


def address_of(plan: Plan, name: NodeName) -> str:
    """Return the first address of a machine."""
    return next(str(card.address.ip) for card in plan.nodes[name].interfaces if card.address)
