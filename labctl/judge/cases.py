"""Checks on the machines that they are judged for, each a case with a name of its own.

Where a check is judged for one machine, or for the bench as a whole, its case is called as it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from labctl.core.check import CheckSpec, name_case
from labctl.core.ids import CheckId
from labctl.core.verdict import BenchVerdicts
from labctl.judge.selection import Selection
from labctl.plan.model import Plan
from labctl.spec.fault import Fault

Machines = Mapping[CheckId, tuple[str, ...]]
"""For each check, the machines that it is judged for; the bench as a whole has an empty name."""


def machines_of(selection: Selection, plan: Plan) -> dict[CheckId, tuple[str, ...]]:
    """Return where each check is judged on a bench, without those that the subject does not ask."""
    found = {check.spec.id: check.spec for check in selection.meant_for(plan).chosen}
    judged = {name: spec.machines(plan) for name, spec in found.items()}
    return {name: on for name, on in judged.items() if on != ("",) or found[name].each is None}


def list_specs(selection: Selection, plan: Plan) -> tuple[CheckSpec, ...]:
    """Return what a bench is judged by, a declaration for each case, which waits for cases."""
    machines = machines_of(selection, plan)
    specs = (check.spec for check in selection.chosen if check.spec.id in machines)
    return tuple(case for spec in specs for case in _split(spec, machines))


def name_cases(verdicts: BenchVerdicts) -> BenchVerdicts:
    """Return the verdicts of a bench, each under the name of its case."""
    several = Counter(verdict.check for verdict in verdicts.verdicts)
    named = (
        replace(one, check=name_case(one.check, one.machine, range(several[one.check])))
        for one in verdicts.verdicts
    )
    return replace(verdicts, verdicts=tuple(named))


def bind(fault: Fault, machines: Machines) -> tuple[Fault, ...]:
    """Return a fault for each case of its check; those that name ``${machine}`` change one machine.

    One that does not changes the check on all of its machines.
    """
    on = machines.get(fault.check, ())
    return tuple(_bind(fault, machine, machines) for machine in on)


def _bind(fault: Fault, machine: str, machines: Machines) -> Fault:
    on = machines[fault.check]
    case = name_case(fault.check, machine, on)
    bound = fault.on_machine(machine) if machine else fault
    others = () if bound is not fault else (name_case(fault.check, other, on) for other in on)
    also = {other: fault.label for other in others if other != case}
    for check, because in fault.also.items():
        also |= dict.fromkeys(list_names([check], machine, machines), because)
    return replace(bound, id=name_case(fault.id, machine, on), check=case, also=also)


def _split(spec: CheckSpec, machines: Machines) -> Iterator[CheckSpec]:
    for machine in machines[spec.id]:
        yield replace(
            spec,
            id=name_case(spec.id, machine, machines[spec.id]),
            after=tuple(list_names(spec.after, machine, machines)),
            partly_after=tuple(list_names(spec.partly_after, machine, machines)),
        )


def list_names(checks: Iterable[CheckId], machine: str, machines: Machines) -> Iterator[CheckId]:
    """Yield the cases of checks on a machine, on all of theirs where that one is none of them."""
    for check in checks:
        on: Sequence[str] = machines.get(check, ("",))
        for other in (machine,) if machine in on else on:
            yield name_case(check, other, on)
