"""Which incidents of a bench hide each other: they are not drawn together (pure).

What files declare decides. Two of them are apart where one says so; where both change a check, or
a file of a machine; where one changes a check that the other waits for, on whatever way; where
users complain of the same thing; and where one breaks what others stand on, on the machine from
which the symptom of the other is looked at.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId, NodeName
from labctl.judge.catalogue import Check, dependants
from labctl.plan.model import Plan
from labctl.spec.incident import Incident

_ASKED = re.compile(r"\$\{plan\.(?:demands\.)?([a-z_]+)")
_NOBODY = ("nodes", "segments", "domain", "people", "desks")
"""Parts of a plan that many a symptom names and no incident is about."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """What an incident touches, and what its own symptom and cause stand on."""

    changes: frozenset[str]
    breaks: frozenset[str]
    needs: frozenset[str]
    files: frozenset[tuple[str, str]]
    about: frozenset[str]
    stood_on: frozenset[NodeName]
    seen_from: frozenset[NodeName]
    excludes: frozenset[str]


def list_masked(
    written: Mapping[str, Incident],
    there: Mapping[str, Incident],
    checks: Sequence[Check],
    plan: Plan,
) -> dict[str, frozenset[str]]:
    """Return the incidents that each must not be on the bench with.

    ``written`` are the incidents as their files say, ``there`` with the values of the bench.
    """
    topics = {str(check.spec.id): check.topic for check in checks}
    specs = {check.spec.id: check.spec for check in checks}
    reaches = {
        name: _find_reach(written[name], one, specs, topics, plan) for name, one in there.items()
    }
    found: dict[str, set[str]] = {name: set() for name in there}
    for one, other in combinations(there, 2):
        if other in reaches[one].excludes or one in reaches[other].excludes:
            is_apart = True
        else:
            is_apart = _hide(reaches[one], reaches[other]) or _hide(reaches[other], reaches[one])
        if is_apart:
            found[one].add(other)
            found[other].add(one)
    return {name: frozenset(others) for name, others in found.items()}


def _hide(one: _Reach, other: _Reach) -> bool:
    """Tell whether the first, while it is there, may hide the second or be taken for it."""
    return bool(
        one.changes & other.changes
        or one.breaks & other.needs
        or one.files & other.files
        or one.about & other.about
        or one.stood_on & other.seen_from
    )


def _find_reach(
    written: Incident,
    there: Incident,
    specs: Mapping[CheckId, CheckSpec],
    topics: Mapping[str, str],
    plan: Plan,
) -> _Reach:
    watched = {str(one.check) for one in there.watches if one.check}
    changes = frozenset(map(str, there.changes))
    waiting = {check: dependants(specs.values(), check) for check in changes}
    return _Reach(
        changes=changes,
        breaks=changes.union(*(map(str, found) for found in waiting.values())),
        needs=frozenset(map(str, there.needs)) | watched,
        files=frozenset(_list_files(there)),
        about=frozenset(_list_subjects(written, topics)),
        stood_on=list_stood_on(there, specs.values(), plan),
        seen_from=list_seen_from(there),
        excludes=frozenset(there.excludes),
    )


def list_stood_on(
    there: Incident, catalogue: Iterable[CheckSpec], plan: Plan
) -> frozenset[NodeName]:
    """Return the machines on which an incident breaks what further checks stand on."""
    specs = {spec.id: spec for spec in catalogue}
    return frozenset(
        machine
        for check in map(CheckId, there.changes)
        if check in specs and dependants(specs.values(), check)
        for machine in specs[check].list_judged(plan)
    )


def list_seen_from(there: Incident) -> frozenset[NodeName]:
    """Return the machines from which the symptom of an incident is looked at."""
    return frozenset(one.node for one in there.symptom if one.node)


def _list_files(there: Incident) -> Iterable[tuple[str, str]]:
    yield from ((step.node, step.edit.file) for step in there.inject if step.edit is not None)
    yield from ((kept.node, kept.file) for kept in there.keeps)


def _list_subjects(written: Incident, topics: Mapping[str, str]) -> Iterable[str]:
    """Yield the topics that a symptom asks something of, whatever machine it is looked at from."""
    for watch in written.symptom:
        if watch.check:
            yield topics.get(str(watch.check), "")
        for text in (*watch.argv, watch.cli):
            yield from (name for name in _ASKED.findall(text) if name not in _NOBODY)
