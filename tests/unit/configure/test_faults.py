"""Steps, on machines that note what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from labctl.configure.deeds import Cause, Deed, Done
from labctl.configure.faults import Ways, open_hands
from labctl.configure.files import NothingFound
from labctl.connect.base import Endpoint, Endpoints, Transport, Vantage
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.ids import NodeName
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


def deeds(*steps: Step) -> list[Deed]:
    return [Deed.take(step, "K-001.yml") for step in steps]


def do(room: Room, *steps: Step) -> None:
    with open_hands(endpoints(), SOON, room.ways) as hands:
        assert hands.do(deeds(*steps)) == (None,) * len(steps)


def try_all(room: Room, *steps: Step) -> tuple[str, ...]:
    with open_hands(endpoints(), SOON, room.ways) as hands:
        return hands.try_all(deeds(*steps))


def test_steps_are_taken_in_order_with_one_session_for_each_machine() -> None:
    room = Room()

    do(
        room,
        run("routeur", "a"),
        cli("commutateur", "x", "y"),
        run("routeur", "b", stdin="entrée"),
        Step(NodeName("dc"), (), (), "", 1, instruction="débrancher le câble"),
    )

    assert room.log == [
        "routeur ouvert",
        "routeur a",
        "commutateur ouvert",
        "commutateur# x / y",
        "routeur b < entrée",
        "routeur fin",
        "commutateur fin",
    ]


def test_the_first_step_that_fails_is_the_last_and_is_named() -> None:
    room = Room(exit_code=3)

    with pytest.raises(InfrastructureError, match=r"^K-001\.yml:7: routeur : code 3 : a : refus$"):
        do(room, run("routeur", "a", line=7), run("dc", "b"))

    assert "dc ouvert" not in room.log


def test_where_all_are_tried_every_step_that_failed_is_named() -> None:
    assert try_all(Room(exit_code=1), run("routeur", "a"), run("dc", "b")) == (
        "K-001.yml:1: routeur : code 1 : a : refus",
        "K-001.yml:1: dc : code 1 : b : refus",
    )


def test_a_broken_session_is_opened_again_for_the_next_step() -> None:
    room = Room()

    (trouble,) = try_all(room, cli("commutateur", "faux"), cli("commutateur", "juste"))

    assert "Invalid input" in trouble
    assert room.log.count("commutateur ouvert") == 2
    assert "commutateur# juste" in room.log


def test_a_machine_without_a_way_in_is_named() -> None:
    with pytest.raises(InfrastructureError, match="« nas »"):
        do(Room(), run("nas", "a"))


def test_no_document_is_handed_in_where_nothing_takes_it() -> None:
    with (
        open_hands(endpoints(), SOON, Room().ways) as hands,
        pytest.raises(InfrastructureError, match=r"^K-001\.yml:4: nas : aucun document"),
    ):
        hands.do([Deed.shelve(run("nas", line=4), "K-001.yml", {"devis.ods": b"PK"})])


@pytest.mark.parametrize(
    ("raised", "cause"),
    [
        (NothingFound("rien"), Cause.NOTHING_FOUND),
        (ConnectError("coupée"), Cause.NOT_CONNECTED),
        (None, Cause.OTHER),
    ],
)
def test_what_came_of_a_deed_keeps_why_it_failed(
    raised: InfrastructureError | None, cause: Cause
) -> None:
    failed = InfrastructureError("K-001.yml:1: nas : non", hint="reset")
    failed.__cause__ = raised

    done = Done.failed(failed)
    with pytest.raises(InfrastructureError, match="nas : non") as told:
        done.require()

    assert (done.cause, told.value.hint) == (cause, "reset")
    assert type(told.value.__cause__) is type(raised)
