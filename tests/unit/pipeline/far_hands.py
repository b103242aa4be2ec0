"""A bench that is made of files, its deeds done by a labctl beside it: all goes over as JSON."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from labctl.configure.deeds import Hands
from labctl.configure.faults import OwnHands, Ways, open_hands
from labctl.connect.base import Endpoint, Endpoints, Shell, Transport, Vantage
from labctl.core.deadline import Deadline
from labctl.core.progress import Report, silent
from labctl.pipeline import taking
from labctl.pipeline.acts import result_type
from labctl.pipeline.incidents.held import Bench
from labctl.pipeline.order import Order
from labctl.plan.model import Plan
from tests.unit.pipeline.file_bench import NAS, PLAN, Machine, bench_of


@dataclass(frozen=True)
class Road:
    """How the bench is reached; ``orders`` are those that were given on it."""

    machine: Machine
    orders: list[Order]

    def serve_argv(self, plan: Plan) -> tuple[str, ...]:
        del plan
        return ("beside",)

    def endpoints(self, plan: Plan) -> Endpoints:
        del plan
        endpoint = Endpoint(NAS, Transport.SSH, "", 22, "", "", "", Vantage(), Vantage())
        return Endpoints(1, "namespace", (endpoint,), {})

    def ask(self, argv: Sequence[str], order: Order, report: Report) -> Any:
        """Have the labctl beside do what is ordered, both ways as JSON."""
        assert argv == ("beside",)
        self.orders.append(order)
        there = replace(order, options=json.loads(json.dumps(order.options)))
        kind: TypeAdapter[Any] = TypeAdapter(result_type(order.act))
        said = json.dumps(kind.dump_python(taking.take_on(there, report), mode="json"))
        return kind.validate_python(json.loads(said))

    @contextmanager
    def open(self, endpoints: Endpoints, limit: Deadline, ways: Ways) -> Iterator[OwnHands]:
        def shell(_endpoint: Endpoint, _deadline: Deadline) -> Shell:
            return self.machine

        with open_hands(endpoints, limit, replace(ways, shell=shell)) as hands:
            yield hands


def lead_to(machine: Machine, patch: pytest.MonkeyPatch) -> Road:
    """Return the way to a machine that this labctl does not reach."""
    road = Road(machine, [])
    patch.setattr(taking, "load_observer", lambda _provider: road)
    patch.setattr(taking, "ask_beside", road.ask)
    patch.setattr(taking, "open_hands", road.open)
    return road


def far_bench(machine: Machine, **more: object) -> Bench:
    """Return the bench of a machine on such a road."""

    def hands() -> AbstractContextManager[Hands]:
        return taking.lend_hands(PLAN, Deadline.after(60), silent)

    return replace(bench_of(machine, **more), hands=hands)
