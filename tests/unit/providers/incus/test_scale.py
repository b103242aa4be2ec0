"""A hundred benches on five members, in memory: one more asks no more than the first."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import partial

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.plan.model import Plan
from labctl.providers.base import BenchCondition
from labctl.providers.incus import layout
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces.bench import instance
from tests.incus_server import Answer, StandIn, sync
from tests.incus_world import World

pytestmark = pytest.mark.usefixtures("light_code")
BENCHES = 100
MEMBER = f"{layout.TAG}member"
MEMBERS = [f"n{number}" for number in range(1, 6)]
PROVIDER = IncusProvider()


@pytest.fixture
def world(standin: StandIn) -> World:
    """Give five members with room for a fifth of the benches each, and some more."""
    cluster = World(dict.fromkeys(MEMBERS, 64_000))
    standin.cluster = cluster
    return cluster


def up(plan: Plan) -> None:
    PROVIDER.up(plan, silent, Deadline.after(60))


def down(plan: Plan) -> None:
    PROVIDER.down(plan.bench, Deadline.after(60))


def count(world: World, act: Callable[[], object]) -> int:
    """Return how many requests an act makes."""
    before = world.asked
    act()
    return world.asked - before


def crowd(world: World, plan: Plan) -> None:
    """Make the objects of the other benches as those of the first, spread over the members."""
    own = Tag(instance(), plan.bench)
    first, networks = dict(world.projects[own.project]), layout.list_networks(plan, own)
    machines = [
        each for (project, _name), each in world.instances.items() if project == own.project
    ]
    for number in range(2, BENCHES + 1):
        tag, member = Tag(own.instance, BenchId(number)), MEMBERS[number % len(MEMBERS)]
        world.projects[tag.project] = {**first, **tag.config(member=member)}
        for old, new in zip(networks, layout.list_networks(plan, tag), strict=True):
            copied = {**world.networks[old]["config"], **tag.config()}
            world.networks[new] = {**world.networks[old], "name": new, "config": copied}
        for machine in machines:
            made = deepcopy(machine)
            one = layout.read_tag(made.document["config"])
            assert one is not None
            made.document["config"] |= replace(one, bench=number).config()
            made.document |= {"project": tag.project, "location": member}
            world.instances[tag.project, made.document["name"]] = made


def test_one_more_bench_asks_as_much_as_the_first_alone(plan: Plan, world: World) -> None:
    alone = [count(world, partial(act, plan)) for act in (up, status, down)]
    up(plan)
    crowd(world, plan)
    down(plan)

    assert len(world.projects) == BENCHES - 1
    assert [count(world, partial(act, plan)) for act in (up, status, down)] == alone
    assert len(world.projects) == BENCHES - 1


def status(plan: Plan) -> None:
    assert PROVIDER.status(plan.bench).condition is BenchCondition.READY


def test_benches_are_listed_in_two_questions_whatever_their_number(
    plan: Plan, world: World
) -> None:
    up(plan)
    alone = count(world, PROVIDER.list_benches)
    crowd(world, plan)

    assert count(world, PROVIDER.list_benches) == alone
    assert PROVIDER.list_benches() == tuple(map(BenchId, range(1, BENCHES + 1)))


class Busy(World):
    """A cluster whose members use half of what their benches were promised."""

    def _resources(
        self, _method: str, _path: object, query: Mapping[str, str], _body: object
    ) -> Answer:
        there = (each for each in self.projects.values() if each[MEMBER] == query["target"])
        used = sum(layout.read_need(each).memory_mib for each in there) // 2
        memory = self.members[query["target"]] << 20
        return sync({"memory": {"total": memory, "used": used << 20}, "cpu": {"total": 64}})


@pytest.fixture
def busy(standin: StandIn) -> Busy:
    standin.cluster = cluster = Busy({"n1": 64_000})
    return cluster


def promise(busy: Busy, plan: Plan, phase: str) -> None:
    """Make the projects of six benches, and leave room for what a seventh needs."""
    up(plan)
    own = Tag(instance(), plan.bench)
    first = {**busy.projects[own.project], f"{layout.TAG}phase": phase}
    for number in range(2, 8):
        tag = Tag(own.instance, BenchId(number))
        busy.projects[tag.project] = {**first, **tag.config(member="n1")}
    down(plan)
    busy.members = {"n1": 256 + 7 * layout.read_need(first).memory_mib}  # 256 are the member's own


@pytest.mark.parametrize("phase", ["ready", "restarting", "resetting"])
def test_what_benches_that_were_built_use_is_not_counted_a_second_time(
    plan: Plan, busy: Busy, phase: str
) -> None:
    promise(busy, plan, phase)

    up(plan)

    assert len(busy.projects) == 7


def test_a_bench_that_is_being_built_will_use_what_it_was_promised(plan: Plan, busy: Busy) -> None:
    promise(busy, plan, "building")

    with pytest.raises(ProviderError, match="banc 1 : il faut"):
        up(plan)


def test_a_bench_goes_where_the_fewest_are_and_none_beyond_what_is_promised(
    plan: Plan, world: World
) -> None:
    up(plan)
    crowd(world, plan)
    down(plan)
    up(plan)
    where = [one.document["location"] for one in world.instances.values()]
    each = len(where) // len(MEMBERS)
    assert {name: where.count(name) for name in MEMBERS} == dict.fromkeys(MEMBERS, each)

    down(plan)
    world.members = dict.fromkeys(MEMBERS, 3_000)  # less than what is promised there
    with pytest.raises(ProviderError, match="banc 1 : il faut"):
        up(plan)
    assert len(world.projects) == BENCHES - 1
