"""Which checks read a product that nobody has seen answer them yet."""

from collections.abc import Iterable

from labctl.core.check import name_case
from labctl.facts.evidence import Evidence
from labctl.facts.recording import list_seen
from labctl.facts.registry import name_of
from labctl.judge.catalogue import Check
from labctl.spec.kind import list_kinds, load_kind


def list_unseen(evidence: Evidence, checks: Iterable[Check]) -> tuple[str, ...]:
    """Return the checks of a bench that rest on a reading no recording of the product shows.

    A check that is judged for several machines has its name on each: ``K-034@poste2``.
    """
    unseen = _list_unseen(evidence)
    if not unseen:
        return ()
    names = (
        name_case(check.spec.id, machine, check.spec.list_judged(evidence.plan))
        for check in checks
        for machine in check.spec.machines(evidence.plan)
        if any((fact, machine) in unseen for fact in (*check.spec.needs, *check.spec.witnesses))
    )
    return tuple(dict.fromkeys(names))


def _list_unseen(evidence: Evidence) -> frozenset[tuple[type, str]]:
    """Return the facts of machines whose product was never seen to give them."""
    known = list_kinds()
    kinds = {
        name: node.kind
        for name, node in evidence.plan.nodes.items()
        if node.kind in known and load_kind(node.kind).is_unseen
    }
    return frozenset(
        (fact, machine)
        for fact, machine in evidence.facts
        if machine in kinds and name_of(fact) not in list_seen(kinds[machine])  # type: ignore[index]
    )
