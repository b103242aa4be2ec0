"""Visits: network first, console next, and nobody waits for a sick machine."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from labctl.collect.needs import Door
from labctl.collect.visit import ENOUGH_S, LANES, Visit, Visits
from labctl.connect.base import Answer, Endpoint, Question, Session, Transport, Vantage, Way
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, ConnectTimeout, Unreachable
from labctl.core.ids import NodeName
from labctl.core.secrets import Secret
from labctl.core.verdict import Reason, Unobserved
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

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(60))

    assert (got.output, got.way, network.tried) == (b"fine", Way.VANTAGE, ["network 198.18.0.20"])


def test_a_secret_is_told_where_it_is_read_and_shown_nowhere() -> None:
    network = Network()
    question = Question(
        NodeName("poste"),
        Transport.SSH,
        "/bin/a",
        {"argv": ("/bin/a", "${secret:wifi}"), "stdin": ("clé ${secret:wifi}", "x")},
    )
    told: list[Question] = []
    network.session = FakeSession(seen=told)

    one = Visit(endpoint("poste"), network.open, {"wifi": Secret("Nacre-fenua")})
    (got,) = one.ask([question], Deadline.after(60))

    (heard,) = told
    assert heard.body == {"argv": ("/bin/a", "${secret:wifi}"), "stdin": ("clé Nacre-fenua", "x")}
    assert got.question == question


def test_one_connection_serves_several_rounds() -> None:
    network = Network()
    one = visit(network)
    one.ask([ask("/bin/a")], Deadline.after(60))
    one.ask([ask("/bin/b")], Deadline.after(60))

    assert (len(network.tried), network.session.asked) == (1, ["/bin/a", "/bin/b"])


def test_a_broken_network_is_told_from_a_broken_machine() -> None:
    network = Network(network=Unreachable("pas de réponse"))

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(60))

    assert (got.output, got.way, got.trouble) == (b"fine", Way.CONSOLE, None)
    assert network.tried[1] == "console 127.0.0.1"


def test_a_dead_machine_says_so_for_both_ways() -> None:
    network = Network(network=Unreachable("muet"), console=Unreachable("éteint"))

    (got,) = visit(network).ask([ask("/bin/a")], Deadline.after(60))

    assert got.trouble is not None
    assert (got.trouble.reason, "muet" in got.trouble.detail, "éteint" in got.trouble.detail) == (
        Reason.UNREACHABLE,
        True,
        True,
    )


def test_a_refusal_is_not_taken_to_the_console() -> None:
    network = Network(network=AuthenticationRefused("non"))

    visit(network).ask([ask("/bin/a")], Deadline.after(60))

    assert network.tried == ["network 198.18.0.20"]


def test_a_machine_that_failed_once_is_not_tried_again() -> None:
    network = Network(network=ConnectError("cassé"))
    one = visit(network)
    one.ask([ask("/bin/a")], Deadline.after(60))

    (got,) = one.ask([ask("/bin/a")], Deadline.after(60))

    assert (len(network.tried), got.trouble and got.trouble.reason) == (1, Reason.PROTOCOL)


def test_a_machine_without_a_way_in_is_unreachable() -> None:
    (got,) = Visit(None, None).ask([ask("/bin/a")], Deadline.after(60))

    assert got.trouble is not None
    assert got.trouble.reason is Reason.UNREACHABLE


class Line:
    """Sessions of one machine, one after the other; each answers what it knows, the rest late."""

    def __init__(self, *knows: set[str]) -> None:
        self._knows = list(knows)
        self.asked: list[list[str]] = []

    def open(self, _target: Endpoint, _deadline: Deadline) -> Session:
        return self

    def ask(self, questions: Sequence[Question], _deadline: Deadline) -> tuple[Answer, ...]:
        self.asked.append([question.text for question in questions])
        known = self._knows.pop(0)
        late = Unobserved(Reason.TIMEOUT, "trop tard")
        return tuple(
            Answer(question, b"fine", 0, None, "", 0.1)
            if question.text in known
            else Answer(question, b"", None, late, "", 9.0)
            for question in questions
        )

    def close(self) -> None:
        """Nothing is open."""


def test_what_was_late_is_asked_once_more_on_a_new_connection() -> None:
    line = Line({"/bin/a"}, {"/bin/b"})

    first, second = Visit(endpoint("poste"), line.open).ask(
        [ask("/bin/a"), ask("/bin/b")], Deadline.after(ENOUGH_S + 5)
    )

    assert line.asked == [["/bin/a", "/bin/b"], ["/bin/b"]]
    assert (first.attempts, first.earlier) == (1, ())
    assert (second.output, second.attempts, second.trouble) == (b"fine", 2, None)
    (lost,) = second.earlier
    assert lost.trouble is not None
    assert lost.trouble.detail == "trop tard"


def test_a_machine_that_is_always_late_is_asked_twice_in_all_its_rounds() -> None:
    line = Line(set(), set(), set())
    one = Visit(endpoint("poste"), line.open)

    for _round in range(2):
        (got,) = one.ask([ask("/bin/a")], Deadline.after(ENOUGH_S + 5))
        assert got.trouble is not None
        assert got.trouble.reason is Reason.TIMEOUT

    assert len(line.asked) == 3


def test_there_is_no_second_try_without_time_for_it() -> None:
    line = Line(set())

    (got,) = Visit(endpoint("poste"), line.open).ask([ask("/bin/a")], Deadline.after(ENOUGH_S - 1))

    assert (got.attempts, len(line.asked)) == (1, 1)


def test_a_script_is_never_played_twice() -> None:
    line = Line(set())
    script = replace(ask("/bin/a"), body={"script": "Get-Date"})

    Visit(endpoint("poste"), line.open).ask([script], Deadline.after(ENOUGH_S + 5))

    assert len(line.asked) == 1


def test_a_trial_on_a_share_is_not_made_twice() -> None:
    """It writes: only reads are asked again."""
    line = Line(set())
    trial = replace(ask("/bin/a"), transport=Transport.SMB)

    Visit(endpoint("nas"), line.open).ask([trial], Deadline.after(ENOUGH_S + 5))

    assert len(line.asked) == 1


class Console:
    """Sessions of one machine that run commands: some are lost, and it may be late to open."""

    def __init__(self, *ways: ConnectError | str) -> None:
        self._ways = list(ways)
        self.opened = 0

    def open(self, _target: Endpoint, _deadline: Deadline) -> "Console":
        self.opened += 1
        way = self._ways[0]
        if isinstance(way, ConnectTimeout):
            del self._ways[0]
            raise way
        return self

    def run(self, argv: Sequence[str], _deadline: Deadline, *, stdin: str = "") -> Completed:
        way = self._ways.pop(0)
        if isinstance(way, ConnectError):
            raise way
        return Completed(tuple(argv), 0, way + stdin, "")

    def ask(self, questions: Sequence[Question], _deadline: Deadline) -> tuple[Answer, ...]:
        return tuple(Answer(question, b"", 0, None, "", 0.1) for question in questions)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    "ways",
    [
        (ConnectError("coupée"), "fine"),  # the connection is lost under the command
        (ConnectTimeout("trop tard"), "fine"),  # it could not be made in time
    ],
)
def test_a_command_that_reads_is_run_once_more(ways: tuple[ConnectError | str, ...]) -> None:
    console = Console(*ways)

    done = Visit(endpoint("dc"), console.open).run(("/bin/a",), Deadline.after(60))

    assert (done.stdout, console.opened) == ("fine", 2)


def test_a_command_is_not_run_for_ever() -> None:
    console = Console(ConnectError("coupée"), ConnectError("coupée"), "fine")

    with pytest.raises(ConnectError, match="coupée"):
        Visit(endpoint("dc"), console.open).run(("/bin/a",), Deadline.after(60))


def test_a_command_says_why_its_machine_was_not_reached() -> None:
    refused = Network(network=AuthenticationRefused("non"))

    with pytest.raises(ConnectError, match="non"):
        visit(refused).run(("/bin/a",), Deadline.after(60))


@pytest.mark.parametrize(
    ("trouble", "opened"), [(ConnectTimeout("trop tard"), 2), (AuthenticationRefused("non"), 1)]
)
def test_a_machine_that_was_late_may_be_there_now(trouble: ConnectError, opened: int) -> None:
    network = Network(network=trouble)
    one = visit(network)
    one.open(Deadline.after(60))
    network.ways = {}
    one.open_late(Deadline.after(60))

    assert (len(network.tried), one.session is not None) == (opened, opened == 2)


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


def test_nobody_waits_behind_what_is_asked_aside() -> None:
    """Each has a connection of its own, of as many as there are lanes."""
    aside = replace(ask("/bin/a"), aside=True)
    made: list[Door] = []

    def make(one: Door) -> Visit:
        made.append(one)
        return visit(Network())

    asked = [(0, ask("/bin/a")), *((1 + at, aside) for at in range(LANES + 1))]
    got = Visits(make).ask(asked, Deadline.after(60))

    assert [one.lane for one in made] == list(range(LANES + 1))
    assert {answer.output for answer in got.values()} == {b"fine"}


def _wait(release: threading.Event) -> None:
    release.wait(5)


def test_a_defect_costs_only_its_machine() -> None:
    broken = Network()
    broken.session.before = _fail
    visits = Visits({door("poste"): visit(Network()), door("nas"): visit(broken)}.__getitem__)

    got = visits.ask([(0, ask("/bin/a")), (1, ask("/bin/a", node="nas"))], Deadline.after(60))

    assert got[0].trouble is None
    assert got[1].trouble is not None
    assert got[1].trouble.reason is Reason.PROTOCOL


def _fail() -> None:
    raise ZeroDivisionError
