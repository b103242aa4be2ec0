"""Steps of a fault, on machines that note what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from labctl.configure.faults import Ways, inject, revert
from labctl.connect.base import Endpoint, Endpoints, Transport, Vantage
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.ids import CheckId, NodeName
from labctl.spec.fault import Fault
from labctl.spec.step import Step

SOON = Deadline.after(60)


@dataclass
class Machine:
    """A machine that answers every command with one exit code."""

    log: list[str]
    name: str
    exit_code: int = 0

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:  # noqa: ARG002
        self.log.append(f"{self.name} {' '.join(argv)}{f' < {stdin}' if stdin else ''}")
        return Completed(tuple(argv), self.exit_code, "", "refus" if self.exit_code else "")

    def type_configuration(self, lines: Sequence[str], deadline: Deadline) -> str:  # noqa: ARG002
        self.log.append(f"{self.name}# {' / '.join(lines)}")
        if "faux" in lines:
            raise ConnectError("% Invalid input")
        return ""

    def close(self) -> None:
        self.log.append(f"{self.name} fin")


@dataclass
class Room:
    """Opens machines and notes it."""

    log: list[str] = field(default_factory=list)
    exit_code: int = 0

    def open(self, endpoint: Endpoint, deadline: Deadline) -> Machine:  # noqa: ARG002
        self.log.append(f"{endpoint.node} ouvert")
        return Machine(self.log, endpoint.node, self.exit_code)

    @property
    def ways(self) -> Ways:
        return Ways(shell=self.open, device=self.open)


def endpoint(node: str, transport: Transport) -> Endpoint:
    return Endpoint(NodeName(node), transport, "", 22, "", "", "", Vantage(), Vantage())


def endpoints() -> Endpoints:
    ways = (
        endpoint("routeur", Transport.SSH),
        endpoint("dc", Transport.SSH),
        endpoint("commutateur", Transport.CLI),
    )
    return Endpoints(1, "namespace", ways, {})


def run(node: str, *argv: str, stdin: str = "", line: int = 1) -> Step:
    return Step(NodeName(node), (), argv, stdin, line)


def cli(node: str, *lines: str) -> Step:
    return Step(NodeName(node), lines, (), "", 1)


def fault(*steps: Step) -> Fault:
    return Fault("K-001", CheckId("K-001"), "panne", steps, steps, {}, 0, "K-001.yml")


def test_steps_are_taken_in_order_with_one_session_for_each_machine() -> None:
    room = Room()
    steps = (run("routeur", "a"), cli("commutateur", "x", "y"), run("routeur", "b", stdin="entrée"))

    inject([fault(*steps)], endpoints(), SOON, room.ways)

    assert room.log == [
        "routeur ouvert",
        "routeur a",
        "commutateur ouvert",
        "commutateur# x / y",
        "routeur b < entrée",
        "routeur fin",
        "commutateur fin",
    ]


def test_injecting_stops_at_the_first_step_that_fails_and_names_it() -> None:
    room = Room(exit_code=3)
    steps = (run("routeur", "a", line=7), run("dc", "b"))

    with pytest.raises(InfrastructureError, match=r"^K-001\.yml:7: routeur : code 3 : a : refus$"):
        inject([fault(*steps)], endpoints(), SOON, room.ways)

    assert "dc ouvert" not in room.log


def test_repairing_goes_on_and_names_every_step_that_failed() -> None:
    room = Room(exit_code=1)

    with pytest.raises(InfrastructureError) as raised:
        revert([fault(run("routeur", "a"), run("dc", "b"))], endpoints(), SOON, room.ways)

    assert raised.value.message.splitlines() == [
        "K-001.yml:1: routeur : code 1 : a : refus",
        "K-001.yml:1: dc : code 1 : b : refus",
    ]


def test_a_broken_session_is_opened_again_for_the_next_step() -> None:
    room = Room()

    with pytest.raises(InfrastructureError, match="Invalid input"):
        revert(
            [fault(cli("commutateur", "faux"), cli("commutateur", "juste"))],
            endpoints(),
            SOON,
            room.ways,
        )

    assert room.log.count("commutateur ouvert") == 2
    assert "commutateur# juste" in room.log


def test_a_machine_without_a_way_in_is_named() -> None:
    with pytest.raises(InfrastructureError, match="« nas »"):
        inject([fault(run("nas", "a"))], endpoints(), SOON, Room().ways)


def test_what_was_broken_last_is_repaired_first() -> None:
    room = Room()
    faults = [fault(run("routeur", "a")), fault(run("routeur", "b")), fault(run("dc", "c"))]

    inject(faults, endpoints(), SOON, room.ways)
    revert(faults, endpoints(), SOON, room.ways)

    done = [line for line in room.log if not line.endswith(("ouvert", "fin"))]
    assert done == ["routeur a", "routeur b", "dc c", "dc c", "routeur b", "routeur a"]
    assert room.log.count("routeur ouvert") == 2
