"""Visits: network first, console next, and nobody waits for a sick machine."""

import threading

from labctl.collect.needs import Door
from labctl.collect.visit import Visit, Visits
from labctl.connect.base import Endpoint, Session, Transport, Vantage, Way
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, Unreachable
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason
from tests.fakes import FakeSession, ask, endpoint

INSIDE = Vantage(77, 1)


class Network:
    """Which ways work: an opener that refuses the others."""

    def __init__(self, **ways: ConnectError | None) -> None:
        self.ways = ways
        self.tried: list[str] = []
        self.session = FakeSession({"/bin/a": b"fine"})

    def open(self, target: Endpoint, _deadline: Deadline) -> Session:
        way = "console" if target.vantage == INSIDE else "network"
        self.tried.append(f"{way} {target.address}")
        error = self.ways.get(way)
        if error is not None:
            raise error
        return self.session


def visit(network: Network) -> Visit:
    return Visit(endpoint("poste", console=INSIDE), network.open)


def test_a_healthy_machine_answers_over_the_network() -> None:
    network = Network()

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(5))

    assert (got.output, got.way, network.tried) == (b"fine", Way.VANTAGE, ["network 198.18.0.20"])


def test_one_connection_serves_several_rounds() -> None:
    network = Network()
    one = visit(network)
    one.ask([ask("/bin/a")], Deadline.after(5))
    one.ask([ask("/bin/b")], Deadline.after(5))

    assert (len(network.tried), network.session.asked) == (1, ["/bin/a", "/bin/b"])


def test_a_broken_network_is_told_from_a_broken_machine() -> None:
    network = Network(network=Unreachable("pas de réponse"))

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(5))

    assert (got.output, got.way, got.trouble) == (b"fine", Way.CONSOLE, None)
    assert network.tried[1] == "console 127.0.0.1"


def test_a_dead_machine_says_so_for_both_ways() -> None:
    network = Network(network=Unreachable("muet"), console=Unreachable("éteint"))

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(5))

    assert got.trouble is not None
    assert (got.trouble.reason, "muet" in got.trouble.detail, "éteint" in got.trouble.detail) == (
        Reason.UNREACHABLE,
        True,
        True,
    )


def test_a_refusal_is_not_taken_to_the_console() -> None:
    network = Network(network=AuthenticationRefused("non"))

    visit(network).ask([ask("/bin/a")], Deadline.after(5))

    assert network.tried == ["network 198.18.0.20"]


def test_a_machine_that_failed_once_is_not_tried_again() -> None:
    network = Network(network=ConnectError("cassé"))
    one = visit(network)
    one.ask([ask("/bin/a")], Deadline.after(5))

    (got,) = one.ask([ask("/bin/a")], Deadline.after(5))

    assert (len(network.tried), got.trouble and got.trouble.reason) == (1, Reason.PROTOCOL)


def test_a_machine_without_a_way_in_is_unreachable() -> None:
    (got,) = Visit(None, None).ask([ask("/bin/a")], Deadline.after(5))

    assert got.trouble is not None
    assert got.trouble.reason is Reason.UNREACHABLE


def door(node: str) -> Door:
    return Door(NodeName(node), Transport.SSH)


def test_a_sick_machine_costs_only_itself() -> None:
    release = threading.Event()
    sick = Network()
    sick.session.before = lambda: _wait(release)
    visits = Visits({door("poste"): visit(Network()), door("nas"): visit(sick)}.__getitem__)

    got = visits.ask([(7, ask("/bin/a")), (9, ask("/bin/a", node="nas"))], Deadline.after(0.1))
    release.set()

    assert got[7].output == b"fine"
    assert got[9].trouble is not None
    assert got[9].trouble.reason is Reason.TIMEOUT


def _wait(release: threading.Event) -> None:
    release.wait(5)


def test_a_defect_costs_only_its_machine() -> None:
    broken = Network()
    broken.session.before = _fail
    visits = Visits({door("poste"): visit(Network()), door("nas"): visit(broken)}.__getitem__)

    got = visits.ask([(0, ask("/bin/a")), (1, ask("/bin/a", node="nas"))], Deadline.after(5))

    assert got[0].trouble is None
    assert got[1].trouble is not None
    assert got[1].trouble.reason is Reason.PROTOCOL


def _fail() -> None:
    raise ZeroDivisionError
