"""Machines of an emulated cluster, as the contract of providers wants them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.plan.model import Plan
from labctl.providers.incus import clusters, layout, works
from labctl.providers.incus.provider import IncusProvider
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import instance
from tests.contract.provider_worlds import LONG_S, World, state_at
from tests.incus.cluster import ADDRESSES, Cluster, place, running
from tests.small_bench import outer_plan

ROUTER, INTERNET = NodeName("routeur"), NodeName("internet")


@contextmanager
def open_incus(folder: Path) -> Iterator[World]:
    """Give benches of a router and its upstream, one on each member."""
    provider = IncusProvider()
    with running(folder / "cluster") as cluster, state_at(folder):
        plan = partial(_place, cluster)
        yield World(
            "incus",
            provider,
            provider,
            plan,
            INTERNET,
            ROUTER,
            folder,
            partial(_run, provider),
            partial(_kill, plan(1)),
            "wan",  # the bridge of its cards that lead to routers
            _find_card(plan(1)),
            layout.list_instances,
        )


def _place(cluster: Cluster, bench: int) -> Plan:
    return place(outer_plan(bench), cluster, list(ADDRESSES)[bench - 1])


def _find_card(plan: Plan) -> str:
    """Return what the card of the router is called that its upstream is behind."""
    cables = ((link.a, link.b) for link in plan.links)
    return next(
        end.interface
        for ends in cables
        if {end.node for end in ends} == {ROUTER, INTERNET}
        for end in ends
        if end.node == ROUTER
    )


def _run(provider: IncusProvider, node: NodeName, script: str, bench: int) -> str:
    argv = provider.enter_argv(BenchId(bench), node, ("/bin/sh", "-c", script))
    return command.run(argv, Deadline.after(120)).stdout


def _kill(plan: Plan, node: NodeName) -> None:
    with clusters.open_cluster(clusters.of_plan(plan), Deadline.after(LONG_S)) as client:
        works.stop(Works(client, plan, layout.Tag(instance(), plan.bench), ""), node)
