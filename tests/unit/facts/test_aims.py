"""Things of a machine that a look is at: how each is asked, and what an answer holds."""

import json
from typing import Any

import pytest

from labctl.connect.base import Answer, Question, Transport
from labctl.core.ids import NodeName
from labctl.core.verdict import Reason, Unobserved
from labctl.facts.watched import Seen, look
from labctl.plan.incident import fit_watches
from labctl.spec.loader import parse
from labctl.spec.watch import Watch, WatchBlock, read_watches
from tests.plans import Desk, plan_of

PLAN = plan_of(1, Desk.SIMULATED)
FROM = "BUREAUTIQUE"


def make(**said: object) -> Watch:
    """Return a look as a file says it."""
    said = {word.rstrip("_"): value for word, value in said.items()}
    block = WatchBlock.model_validate({"on": "nas", **said})
    return read_watches(parse("x.yml", b"a: 1"), ("looks",), (block,))[0]


def ask(watch: Watch) -> Question:
    found, wrong = fit_watches("x.yml", [watch], PLAN)
    assert wrong == ()
    (question,) = next(look(PLAN, found))
    return question


def hear(watch: Watch, output: object, code: int | None = 0) -> Seen:
    """Return what an answer shows; one that is no text is JSON."""
    found, _wrong = fit_watches("x.yml", [watch], PLAN)
    reading = look(PLAN, found)
    (question,) = next(reading)
    raw = output.encode() if isinstance(output, str) else json.dumps(output).encode()
    try:
        reading.send((Answer(question, raw, code, None, "", 0.1),))
    except StopIteration as stop:
        (seen,) = stop.value
        assert isinstance(seen, Seen)
        return seen
    raise AssertionError("it asks twice")


def wire(**result: object) -> dict[str, object]:
    return {"results": [result]}


CASES = [
    (make(file="/etc/hosts"), "127.0.0.1 nas\n", 0, True),
    (make(file="/etc/hosts"), "", 1, False),
    (make(file="/etc/hosts", healthy={"output": "nas$"}), "127.0.0.1 nas\r\n", 0, True),
    (make(file="/etc/hosts", healthy={"without": "nas"}), "", 1, False),
    (make(file="/etc/hosts", healthy={"exit": 1}), "", 1, True),
    (make(service="smbd"), "smbd is running.", 0, True),
    (make(service="smbd"), "smbd is not running ... failed!", 3, False),
    (make(package="samba"), "installed 2:4.22", 0, True),
    (make(package="samba", healthy={"output": r"4\.22"}), "installed 2:4.22", 0, True),
    (make(package="samba"), "config-files 2:4.22", 0, False),
    (make(package="samba"), "", 1, False),
    (make(port=445, from_=FROM), wire(outcome="open"), 0, True),
    (make(port=445, from_=FROM), wire(outcome="silent"), 0, False),
    (make(port=23, from_=FROM, healthy={"exit": 1}), wire(outcome="refused"), 0, True),
    (make(http="http://nas/", from_=FROM), wire(outcome="open", status=200), 0, True),
    (make(http="http://nas/", from_=FROM), wire(outcome="open", status=404), 0, False),
    (make(http="http://nas/", from_=FROM), wire(outcome="open", status=0), 0, False),
    (make(http="http://nas/", from_=FROM), wire(outcome="refused"), 0, False),
    (
        make(http="http://nas/", from_=FROM, healthy={"output": "Bonjour"}),
        wire(outcome="open", status=200, payload=b"<p>Bonjour".hex()),
        0,
        True,
    ),
    (
        make(on="poste", service="Spooler"),
        {"instances": [{"Name": "Spooler", "State": "Running"}]},
        0,
        True,
    ),
    (make(on="poste", service="Spooler"), {"instances": [{"State": "Stopped"}]}, 0, False),
    (
        make(on="dc", ldap="department", filter="(cn=x)", base="DC=x", healthy={"output": "^A$"}),
        {"entries": [{"dn": "x", "attributes": {"Department": ["A", "B"]}}]},
        0,
        True,
    ),
    (make(on="dc", ldap="mail", filter="(cn=x)", base="DC=x"), {"entries": []}, 32, False),
]


@pytest.mark.parametrize(("watch", "output", "code", "answer"), CASES)
def test_a_thing_is_as_it_must_be_or_not(
    watch: Watch, output: object, code: int, *, answer: bool
) -> None:
    found = hear(watch, output, code)
    assert (found.is_healthy, found.trouble) == (answer, None)


@pytest.mark.parametrize(
    ("watch", "output"),
    [
        (make(port=445, from_=FROM), "null"),
        (make(port=445, from_=FROM), wire(outcome="error")),
        (make(port=445, from_=FROM), wire(outcome=["open"])),
        (make(http="http://nas/", from_=FROM), wire(outcome="open", status=200, payload="zz")),
        (make(on="poste", service="Spooler"), {"absent": "Invalid class"}),
        (make(on="poste", service="Spooler"), "[" * 100_000),
        (make(on="dc", ldap="mail", filter="(cn=x)", base="DC=x"), {"entries": [{}]}),
        (make(on="dc", ldap="mail", filter="(cn=x)", base="DC=x"), {"entries": "x"}),
    ],
)
def test_an_answer_that_says_nothing_clear_shows_nothing(watch: Watch, output: object) -> None:
    found = hear(watch, output)
    assert found.is_healthy is None
    assert isinstance(found.trouble, Unobserved)
    assert found.trouble.reason is Reason.PROTOCOL


def test_a_port_is_tried_from_where_users_are() -> None:
    question = ask(make(port=445, from_=FROM))
    host = str(PLAN.address_of(NodeName("nas")))
    assert (question.node, question.transport) == ("sonde_bureautique", Transport.WIRE)
    assert question.body == {"trials": ({"kind": "tcp", "host": host, "port": 445},)}


def test_a_page_is_asked_of_the_machine_under_its_name() -> None:
    question = ask(make(http="https://intranet.test:8443/a?b=c", from_=FROM))
    trials: Any = question.body["trials"]
    trial = trials[0]
    assert (trial["name"], trial["port"], trial["path"], trial["tls"]) == (
        *("intranet.test", 8443, "/a?b=c"),
        True,
    )


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        (make(on="commutateur", package="a"), "« package » ne se demande pas à « commutateur »"),
        (make(on="commutateur", ldap="a", filter="b", base="c"), "« ldap » ne se demande pas"),
        (make(port=445, from_="NULLE"), "labctl n'a pas de sonde dans le segment « NULLE »"),
        (make(on="poste", port=445, from_=FROM), "« poste » n'a pas d'adresse fixe"),
        (make(port="${plan.town}", from_=FROM), "n'est pas un port"),
        (make(on="nass", file="/a"), "le banc n'a pas de machine « nass »"),
        (make(file="/etc/${plan.nulle}"), "« nulle » inconnu"),
    ],
)
def test_what_cannot_be_looked_at_on_a_bench_is_said(watch: Watch, said: str) -> None:
    found, (wrong,) = fit_watches("x.yml", [watch], PLAN)
    assert found == ()
    assert said in wrong.message


def test_no_thing_is_named_in_a_way_that_a_machine_would_obey() -> None:
    for said in ({"service": "a'; rm"}, {"package": "-x"}, {"file": "etc"}):
        with pytest.raises(ValueError, match="pattern"):
            make(**said)
