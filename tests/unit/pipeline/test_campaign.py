"""What a proof does next: whatever a bench comes to, only what it had not proved is done again."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import pytest

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Verdict
from labctl.judge.prove import list_doubts
from labctl.pipeline.campaign import MOST_FAILURES, Campaign, Ready, Task, Tried
from labctl.pipeline.outcome import Outcome
from labctl.spec.fault import Fault

NAMES = tuple(f"K-{number}" for number in range(901, 917))
CATALOGUE = tuple(CheckSpec(CheckId(name), (), (), name) for name in NAMES)
LATE: Outcome[Tried] = Outcome(None, "pas fini avant l'échéance", "", 5)
PREPARE = Task(prepares=True)


def fault(name: str, *, alone: str = "") -> Fault:
    return Fault(name, CheckId(name), name, (), (), {}, 0.0, f"{name}.yml", alone)


def seen(broken: Collection[str] = ()) -> BenchVerdicts:
    """Return what a look shows when these checks do not conform."""
    made = tuple(
        CheckVerdict(name, "6.1", "", 1, Verdict.NON_CONFORM if name in broken else Verdict.CONFORM)
        for name in NAMES
    )
    return BenchVerdicts(1, "A", "c", "namespace", "", "", "", made)


def campaign_of(*faults: Fault, benches: Iterable[int] = (1,)) -> Campaign:
    catalogues = dict.fromkeys(benches, CATALOGUE)
    return Campaign(catalogues, faults or [fault(name) for name in NAMES])


def make_ready(campaign: Campaign, bench: int = 1, sick: Collection[str] = ()) -> None:
    assert campaign.take(bench) == PREPARE
    campaign.keep_ready(bench, Outcome(Ready(seen(NAMES), seen(sick))))


def show(campaign: Campaign, task: Task, broken: Collection[str], bench: int = 1) -> None:
    """Note what a group showed, its repair included when it must be looked at."""
    reverted = seen() if len(task.names) == 1 or set(broken) != set(task.names) else None
    campaign.keep_tried(bench, task, Outcome(Tried(seen(broken), reverted)))


def run(campaign: Campaign, bench: int = 1) -> list[Task]:
    """Have a bench show all that is declared until nothing is left; return its turns."""
    turns = []
    while (task := campaign.take(bench)) is not None:
        turns.append(task)
        if task.prepares:
            campaign.keep_ready(bench, Outcome(Ready(seen(NAMES), seen())))
        else:
            show(campaign, task, task.names, bench)
    return turns


def taken(campaign: Campaign, bench: int = 1) -> Task:
    task = campaign.take(bench)
    assert task is not None
    return task


def test_a_bench_is_made_ready_then_tries_every_group_and_is_seen_repaired_at_last() -> None:
    campaign = campaign_of()
    groups = campaign.groups()

    turns = run(campaign)

    assert len(groups) < len(NAMES)
    assert [task.names for task in turns[: len(groups) + 1]] == [(), *groups]
    assert campaign.list_done() == set(NAMES)
    assert {trial.check for trial in campaign.trials} == set(NAMES)
    assert [list_doubts(CATALOGUE, trial) for trial in campaign.trials] == [()] * len(
        campaign.trials
    )


def test_each_is_at_last_seen_without_what_any_other_may_change() -> None:
    campaign = campaign_of()
    run(campaign)
    company = {
        name: [set(trial.company) for trial in campaign.trials if trial.check == name]
        for name in NAMES
    }
    assert {name: set.intersection(*companies) for name, companies in company.items()} == (
        {key: set() for key in NAMES}
    )


def test_a_group_counts_once_its_repair_was_seen() -> None:
    campaign = campaign_of()
    make_ready(campaign)
    group = taken(campaign)
    show(campaign, group, group.names)
    assert campaign.trials == []
    assert campaign.list_done() == frozenset()
    turns = run(campaign)
    assert campaign.list_done() == set(NAMES)
    assert Task(group.names) not in turns


def test_a_group_that_is_not_as_declared_is_tried_one_by_one() -> None:
    campaign = campaign_of()
    make_ready(campaign)
    group = taken(campaign)

    show(campaign, group, group.names[1:])

    assert campaign.groups()[: len(group.names)] == tuple((name,) for name in group.names)
    assert campaign.trials == []


def test_what_is_seen_alone_decides() -> None:
    campaign = campaign_of(fault("K-901"))
    make_ready(campaign)
    task = taken(campaign)

    show(campaign, task, ("K-901", "K-903"))

    (trial,) = campaign.trials
    assert not trial.company
    assert list_doubts(CATALOGUE, trial) == ("son sabotage change aussi K-903 (non conforme) : ",)
    assert campaign.list_done() == {"K-901"}


def test_a_bench_that_a_repair_does_not_heal_is_made_ready_again() -> None:
    campaign = campaign_of(fault("K-901"), fault("K-902", alone="touche à tout"))
    make_ready(campaign)
    task = taken(campaign)

    campaign.keep_tried(1, task, Outcome(Tried(seen(task.names), seen(("K-904",)))))

    assert campaign.take(1) == PREPARE


def test_a_group_whose_checks_do_not_come_back_is_tried_one_by_one_on_a_bench_as_new() -> None:
    campaign = campaign_of()
    make_ready(campaign)
    first = taken(campaign)
    show(campaign, first, first.names)
    second = taken(campaign)
    still = next(name for name in first.names if name not in second.names)

    show(campaign, second, (*second.names, still))

    assert {(name,) for name in first.names} <= set(campaign.groups())
    assert campaign.take(1) == PREPARE


def test_a_turn_that_is_lost_names_its_checks_and_costs_only_what_was_not_proved() -> None:
    campaign = campaign_of(
        *(fault(name, alone="seul" if name == NAMES[0] else "") for name in NAMES)
    )
    make_ready(campaign)
    alone = taken(campaign)
    show(campaign, alone, alone.names)
    group = taken(campaign)

    campaign.keep_tried(1, group, LATE)
    turns = run(campaign)

    (lost,) = campaign.interruptions
    assert lost.message == f"{', '.join(group.names)} : pas fini avant l'échéance"
    assert turns[0] == PREPARE
    assert ("K-901",) not in [task.names for task in turns]
    assert campaign.list_done() == set(NAMES)
    assert campaign.lost == {}


def test_one_under_which_benches_fail_is_given_up_and_the_others_go_on() -> None:
    campaign = campaign_of(fault("K-901"), fault("K-902", alone="seul"))
    make_ready(campaign)
    while "K-901" not in campaign.lost:
        task = taken(campaign)
        if task.prepares:
            campaign.keep_ready(1, Outcome(Ready(None, seen())))
        elif "K-901" in task.names:
            campaign.keep_tried(1, task, LATE)
        else:
            show(campaign, task, task.names)
    run(campaign)

    assert campaign.lost == {"K-901": "K-901 : pas fini avant l'échéance"}
    assert {trial.check for trial in campaign.trials} == {"K-902"}


def test_the_work_of_a_bench_that_fails_again_and_again_goes_to_another() -> None:
    campaign = campaign_of(benches=(1, 2))
    for _time in range(MOST_FAILURES):
        assert campaign.take(1) == PREPARE
        campaign.keep_ready(1, Outcome(None, "refus", "", 5))

    assert campaign.take(1) is None
    run(campaign, 2)

    assert {bench: outcome.message for bench, outcome in campaign.failed.items()} == {1: "refus"}
    assert campaign.list_done() == set(NAMES)


def test_what_is_left_when_no_bench_is_left_says_why() -> None:
    campaign = campaign_of()
    for _time in range(MOST_FAILURES):
        campaign.take(1)
        campaign.keep_ready(1, Outcome(None, "refus", "", 5))

    campaign.give_up_rest()

    assert campaign.lost == dict.fromkeys(NAMES, "refus")
    assert list(campaign.baselines()) == []


def test_a_check_that_the_solution_does_not_reach_does_not_count_against_the_others() -> None:
    campaign = campaign_of(*(fault(name) for name in NAMES[1:]))
    make_ready(campaign, sick=NAMES[:1])
    task, waiting = taken(campaign), campaign.groups()

    assert campaign.sick(1) == NAMES[:1]
    campaign.keep_tried(1, task, Outcome(Tried(seen((*task.names, NAMES[0])), None)))

    assert campaign.groups() == waiting


@pytest.mark.parametrize(("bench", "name"), [(1, "K-901"), (2, "K-902")])
def test_a_sabotage_goes_where_its_check_means_something(bench: int, name: str) -> None:
    catalogues = {1: CATALOGUE[:1], 2: CATALOGUE[1:2]}
    campaign = Campaign(catalogues, [fault("K-901"), fault("K-902")])

    assert campaign.can(bench, (name,))
    assert not campaign.can(3 - bench, (name,))


def test_what_no_bench_asks_is_neither_tried_nor_a_row() -> None:
    campaign = campaign_of(benches=(1, 2))
    solved = seen()
    without = tuple(
        replace(one, verdict=Verdict.NOT_APPLICABLE) if one.check == NAMES[0] else one
        for one in solved.verdicts
    )
    for bench in (1, 2):
        assert NAMES[0] in {name for group in campaign.groups() for name in group}
        assert campaign.take(bench) == PREPARE
        ready = Ready(seen(NAMES), replace(solved, verdicts=without))
        campaign.keep_ready(bench, Outcome(ready))
    assert {name for group in campaign.groups() for name in group} == set(NAMES[1:])
    assert [[spec.id for spec in rows] for rows, _before, _after in campaign.baselines()] == [
        list(NAMES[1:])
    ] * 2
