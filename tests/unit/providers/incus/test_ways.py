"""How a cluster is reached may change, and a bench is on one cluster at a time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId, NodeName
from labctl.core.progress import silent
from labctl.plan import document
from labctl.plan.model import Hosting, Plan
from labctl.providers.base import BenchCondition, Unseen
from labctl.providers.incus import clusters
from labctl.providers.incus.link import Identity
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench
from tests.incus_server import SERVER_USE, StandIn, issue, open_standin, serve_as
from tests.incus_world import World
from tests.small_bench import outer_plan

pytestmark = pytest.mark.usefixtures("light_code")
PROVIDER = IncusProvider()
BENCH, ROUTER = BenchId(1), NodeName("routeur")
NOBODY = "127.0.0.1:1"


@pytest.fixture
def world(standin: StandIn) -> World:
    standin.cluster = cluster = World({"n1": 8000})
    return cluster


@pytest.fixture(scope="module")
def stranger(folder: Path) -> Identity:
    """Give the certificate of another cluster."""
    return issue(folder, "stranger", SERVER_USE)


@contextmanager
def serving(shown: Identity, labctl: Identity, world: World) -> Iterator[StandIn]:
    with open_standin(shown, serve_as(shown, labctl)) as running:
        running.cluster = world
        yield running


def through(plan: Plan, standin: StandIn | None = None, **own: str) -> Plan:
    """Return a plan whose cluster is reached by another way."""
    server = standin.server if standin else None
    way = {"address": server.where, "fingerprint": server.fingerprint} if server else {}
    before = hosting(plan)
    return replace(plan, hosting=replace(before, own={**before.own, **way, **own}, patience=1.5))


def hosting(plan: Plan) -> Hosting:
    assert plan.hosting is not None
    return plan.hosting


def up(plan: Plan) -> tuple[NodeName, ...]:
    return PROVIDER.up(plan, silent, Deadline.after(60)).started


def down() -> bool:
    return PROVIDER.down(BENCH, Deadline.after(60))


def test_a_bench_goes_on_when_its_room_names_another_member_or_patience(
    plan: Plan, world: World, member: Identity, labctl: Identity
) -> None:
    up(plan)

    with serving(member, labctl, world) as other:
        moved = through(plan, other)

        assert up(moved) == ()
        assert PROVIDER.cut_power(moved, [ROUTER], silent, Deadline.after(60)) == ""
        assert PROVIDER.reset(moved, [ROUTER], silent, Deadline.after(60)).is_proved()


def test_a_bench_is_found_and_removed_by_the_way_that_its_room_named_last(
    plan: Plan, world: World, member: Identity, labctl: Identity
) -> None:
    with serving(member, labctl, world) as first:
        up(through(plan, first))
    with pytest.raises(ProviderError):
        PROVIDER.status(BENCH)

    up(plan)

    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    assert PROVIDER.list_benches() == (BENCH,)
    assert down()
    assert world.projects == {}
    assert clusters.list_known() == ()


def test_a_bench_whose_cluster_has_another_address_and_certificate_is_found_there(
    plan: Plan, world: World, member: Identity, stranger: Identity, labctl: Identity
) -> None:
    file = Bench(BENCH).folder / "plan.json"
    with serving(member, labctl, world) as first:
        up(through(plan, first))
    os.utime(file, (1, 1))

    with serving(stranger, labctl, world) as renewed:
        assert up(through(plan, renewed)) == ()

        assert PROVIDER.status(BENCH).condition is BenchCondition.READY
        assert file.stat().st_mtime == 1  # when it was built
        assert down()
    assert world.projects == {}
    with pytest.raises(Unseen) as refused:
        PROVIDER.list_benches()
    assert "si cette grappe n'existe plus, ôtez-la de " in refused.value.hint
    assert refused.value.hint.endswith("/clusters.json")


def test_a_bench_of_an_older_labctl_was_built_from_the_plan_and_its_way(
    plan: Plan, world: World
) -> None:
    up(plan)
    (project,) = world.projects.values()
    assert project["user.labctl.plan"] != document.digest(plan)
    project["user.labctl.plan"] = document.digest(plan)

    assert up(plan) == ()


@pytest.mark.usefixtures("world")
def test_a_bench_that_was_built_from_another_plan_is_left_alone(plan: Plan) -> None:
    up(plan)

    with pytest.raises(ProviderError, match="d’après un autre plan"):
        up(replace(plan, title="another"))


def test_a_bench_that_another_cluster_holds_is_not_built_a_second_time(
    plan: Plan, world: World, stranger: Identity, labctl: Identity
) -> None:
    there = World({"m1": 8000})
    up(plan)

    with serving(stranger, labctl, there) as other:
        for act in (up, lambda plan: PROVIDER.reset(plan, (), silent, Deadline.after(60))):
            with pytest.raises(ProviderError, match="déjà sur la grappe 127") as refused:
                act(through(plan, other))
            assert refused.value.hint == "labctl down 1"
        assert there.projects == {}

        assert down()
        assert world.projects == {}
        up(through(plan, other))
    assert len(there.projects) == 1


def test_a_bench_whose_cluster_is_gone_is_built_on_another_one_and_taken_down_there(
    plan: Plan, world: World, stranger: Identity, labctl: Identity, tmp_path: Path
) -> None:
    with serving(stranger, labctl, World({"m1": 8000})) as gone:
        up(through(plan, gone))
    with pytest.raises(ProviderError):
        down()
    assert (tmp_path / "benches/01/secrets").is_dir()

    up(plan)

    assert PROVIDER.status(BENCH).condition is BenchCondition.READY
    assert down()
    assert world.projects == {}
    assert not (tmp_path / "benches/01").exists()


def test_what_another_cluster_has_of_a_bench_goes_with_it_once_it_answers(
    plan: Plan, world: World, stranger: Identity, labctl: Identity
) -> None:
    there = World({"m1": 8000})
    with serving(stranger, labctl, there) as other:
        up(through(plan, other))
    up(plan)

    with serving(stranger, labctl, there) as again:
        clusters.remember(hosting(through(plan, again)), Deadline.after(5))
        assert up(plan) == ()
        assert down()

    assert (world.projects, there.projects) == ({}, {})


def test_a_cluster_that_is_off_keeps_no_bench_of_another_provider(plan: Plan) -> None:
    clusters.remember(hosting(through(plan, address=NOBODY)), Deadline.after(5))
    benches.write_plan(Bench(BENCH), outer_plan())

    assert not down()

    assert benches.read_plan(Bench(BENCH)) == outer_plan()


def test_a_cluster_that_is_off_is_told_with_the_benches_of_the_others(
    plan: Plan, world: World
) -> None:
    up(plan)
    clusters.remember(
        hosting(through(plan, address=NOBODY, fingerprint="0a" * 32)), Deadline.after(5)
    )

    with pytest.raises(Unseen, match="injoignable") as refused:
        PROVIDER.list_benches()

    assert refused.value.benches == (BENCH,)
    assert len(world.projects) == 1
    with pytest.raises(Unseen):
        PROVIDER.status(BenchId(2))


def test_what_a_cluster_has_of_a_bench_that_another_provider_built_is_removed(
    plan: Plan, world: World
) -> None:
    up(plan)
    benches.write_plan(Bench(BENCH), outer_plan())

    assert down()

    assert world.projects == {}
    assert benches.read_plan(Bench(BENCH)) == outer_plan()


def remember(plan: Plan, name: str, **own: str) -> None:
    named = replace(hosting(through(plan, None, **own)), name=name)
    clusters.remember(named, Deadline.after(5))


def test_a_cluster_is_reached_as_its_host_of_the_room_was_last(plan: Plan) -> None:
    """A room may name each member of a cluster: the way of one is not that of another."""
    remember(plan, "grappe", address="n1:8443")
    remember(plan, "autre", address="n2:8443")
    assert clusters.find_way(through(plan, address="n9:8443")).server.where == "n1:8443"

    remember(plan, "grappe", address="n3:8443", key="/new.key")

    way = clusters.find_way(through(plan, address="n1:8443", pool="rapide", member="n7"))
    assert (way.server.where, str(way.identity.key)) == ("n3:8443", "/new.key")
    assert (way.pool, way.wish) == ("rapide", "n7")


def test_a_way_of_nobody_s_is_that_of_the_plan(plan: Plan) -> None:
    remember(plan, "grappe", address="n1:8443", fingerprint="0a" * 32)

    assert clusters.find_way(plan) == clusters.of_plan(plan)


def test_a_cluster_with_a_new_certificate_is_the_one_of_before(plan: Plan) -> None:
    remember(plan, "grappe", fingerprint="0a" * 32)
    remember(plan, "grappe", fingerprint="0b" * 32)

    (known,) = clusters.list_known()

    assert known.server.fingerprint == "0b" * 32


def test_ways_that_an_older_labctl_wrote_are_one_cluster(plan: Plan, tmp_path: Path) -> None:
    older = [{**hosting(plan).own, "member": name} for name in ("", "n1")]
    (tmp_path / "clusters.json").write_text(json.dumps([*older, {"address": "n1:8443"}, 7]))
    assert clusters.list_known() == (clusters.of_plan(plan),)

    remember(plan, "grappe", address="n2:8443")

    assert [each.server.where for each in clusters.list_known()] == ["n2:8443"]
    assert len(json.loads((tmp_path / "clusters.json").read_text())) == 1
