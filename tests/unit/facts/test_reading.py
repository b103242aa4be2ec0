"""Readers: generators that ask in one round, per kind of machine."""

from dataclasses import dataclass

import pytest

from checks.naming.facts.identity import Identity
from labctl.collect.facts import parse
from labctl.collect.needs import gather, list_wanted
from labctl.connect.base import Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.probe import NotUnderstood, Probe
from labctl.facts.reading import Reader, Reading, Wanted, as_reader, ask, attempt, fact
from labctl.facts.registry import UnknownFact, list_keys, load_key, name_key, want
from labctl.plan.model import Plan
from tests.fakes import answer
from tests.fakes import ask as question
from tests.plans import Desk, plan_of

PLAN = plan_of(1)
LATE = Unobserved(Reason.TIMEOUT, "trop tard")


@dataclass(frozen=True)
class Text:
    """A fact."""

    text: str


@fact(Text, kind="linux")
def from_linux(_plan: Plan, _at: NodeName) -> Reading[Text]:
    (said,) = yield from ask(question("/bin/a"))
    return Text(said.output.decode())


def from_two_rounds(_plan: Plan, _at: NodeName) -> Reading[Text]:
    yield from ask(question("/bin/a"))
    yield from ask(question("/bin/b"))
    return Text("")


def from_nothing(_plan: Plan, _at: NodeName) -> Reading[Text]:
    yield from ()
    return Text("known")


def wanted(start: object = from_linux) -> Wanted:
    return Wanted(Reader(Text, start), "poste")  # type: ignore[arg-type]


def test_a_reader_declares_its_fact_and_kind() -> None:
    declared = from_linux.labctl_reader  # type: ignore[attr-defined]
    assert (declared.fact, declared.kind) == (Text, "linux")


def test_a_reader_asks_then_concludes() -> None:
    assert wanted().ask(PLAN) == (question("/bin/a"),)
    assert wanted().conclude(PLAN, (answer(question("/bin/a"), b"fine"),)) == Text("fine")


def test_trouble_is_no_fact_and_names_the_machine() -> None:
    with pytest.raises(NotUnderstood, match="poste : trop tard") as caught:
        wanted().conclude(PLAN, (answer(question("/bin/a"), trouble=LATE),))
    assert caught.value.reason is Reason.TIMEOUT


def test_a_reader_may_take_trouble_for_what_it_observes() -> None:
    def read(_plan: Plan, _at: NodeName) -> Reading[Text]:
        (said,) = yield from attempt(question("/bin/a"))
        return Text(said.trouble.detail if said.trouble else "")

    found = wanted(read).conclude(PLAN, (answer(question("/bin/a"), trouble=LATE),))
    assert found == Text("trop tard")


def test_a_reader_that_asks_twice_is_a_defect_of_its_topic() -> None:
    found = parse(PLAN, wanted(from_two_rounds), [answer(question("/bin/a"), b"")])
    assert found == Unobserved(Reason.SPEC, "une lecture pose ses questions en une fois")


def test_a_reader_may_need_no_answer() -> None:
    assert wanted(from_nothing).ask(PLAN) == ()
    assert wanted(from_nothing).conclude(PLAN, ()) == Text("known")


def test_a_probe_is_a_reader_of_the_bench() -> None:
    reader = as_reader(Probe(Text, lambda _plan: (question("/bin/a"),), lambda *_said: Text("x")))
    assert (reader.kind, Wanted(reader).ask(PLAN)) == ("", (question("/bin/a"),))


def test_a_key_is_a_fact_and_a_machine() -> None:
    assert name_key((Identity, "poste")) == "naming.Identity@poste"
    assert load_key("naming.Identity@poste") == (Identity, "poste")
    with pytest.raises(UnknownFact):
        load_key("naming.Nothing@poste")


@pytest.mark.parametrize(
    ("kind", "transport"),
    [
        (Desk.LINUX, Transport.SSH),
        (Desk.SIMULATED, Transport.CIM),
        (Desk.WINDOWS, Transport.CIM),
    ],
)
def test_a_machine_is_asked_in_the_way_of_its_kind(kind: Desk, transport: Transport) -> None:
    plan = plan_of(1, kind)
    found = want(plan, (Identity, "poste"))
    assert found is not None
    assert {one.transport for one in found.ask(plan)} == {transport}
    assert {one.node for one in found.ask(plan)} == {"poste"}


def test_another_machine_of_a_face_is_asked_the_same_way() -> None:
    found = want(PLAN, (Identity, "nas"))
    assert found is not None
    assert {one.node for one in found.ask(PLAN)} == {"nas"}


def test_a_fact_that_nothing_reads_on_a_machine_is_not_verifiable() -> None:
    found, unreadable = list_wanted(PLAN, [(Identity, "commutateur"), (Identity, "poste")])
    assert [one.key for one in found] == [(Identity, "poste")]
    assert unreadable["naming.Identity@commutateur"].reason is Reason.SPEC
    needs = gather(PLAN, found, unreadable)
    assert set(needs.unaskable) == {"naming.Identity@commutateur"}


def test_the_keys_of_a_bench_hold_each_fact_of_each_machine_that_tells_it() -> None:
    keys = set(list_keys(PLAN))
    assert {(Identity, "poste"), (Identity, "nas")} <= keys
    assert not {(Identity, ""), (Identity, "commutateur")} & keys
