"""Facts of the wire: what a probe found, told in the words of the plan."""

from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.device_admin.demand import Administration
from checks.dhcp.facts import neighbours as neighbours_probe
from checks.dhcp.facts.dnsmasq import parse_leases, parse_reservations
from checks.internet.facts import internet as internet_probe
from checks.internet.facts import wan as wan_probe
from checks.internet.facts import web_admin as web_admin_probe
from checks.routing.facts import reach_probe
from checks.routing.facts.reach import wanted_attempts
from labctl.connect.base import Answer, Question
from labctl.facts.probe import NotUnderstood
from labctl.facts.wire import Outcome
from tests.plans import asking, plan_of
from tests.unit.facts.answering import answer_to, silent, trials_of, tried

PLAN = plan_of(1)
OPEN: dict[str, object] = {"outcome": "open"}


def all_open(question: Question) -> Answer:
    link: dict[str, object] = {"up": True, "address": "10.0.0.1"}
    return tried(question, *(link if t["kind"] == "link" else OPEN for t in trials_of(question)))


def test_every_wanted_attempt_is_made_once() -> None:
    answers = tuple(all_open(question) for question in reach_probe.ask(PLAN))

    reach = reach_probe.parse(PLAN, answers)

    made = {(attempt.origin, attempt.target, attempt.port) for attempt in reach.attempts}
    assert made == set(wanted_attempts(PLAN))
    assert len(reach.attempts) == len(made)


def test_a_probe_that_says_nothing_is_not_healthy_and_tried_nothing() -> None:
    first, *others = reach_probe.ask(PLAN)

    reach = reach_probe.parse(PLAN, (silent(first), *map(all_open, others)))

    origins = {attempt.origin for attempt in reach.attempts}
    assert len(origins) == len(others)
    assert reach.healthy == origins


def test_a_probe_without_cable_is_not_healthy() -> None:
    questions = reach_probe.ask(PLAN)
    first = questions[0]
    down = tried(first, {"up": False, "address": ""}, *[OPEN] * (len(trials_of(first)) - 1))

    reach = reach_probe.parse(PLAN, (down, *map(all_open, questions[1:])))

    assert reach.attempts[0].origin not in reach.healthy


def test_a_probe_that_fails_to_try_is_not_understood() -> None:
    questions = reach_probe.ask(PLAN)
    link: dict[str, object] = {"up": True, "address": "10.0.0.1"}
    broken: dict[str, object] = {"outcome": "error", "detail": "EMFILE"}
    failed = tried(questions[0], link, *[broken] * (len(trials_of(questions[0])) - 1))

    with pytest.raises(NotUnderstood, match="EMFILE"):
        reach_probe.parse(PLAN, (failed, *map(all_open, questions[1:])))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("prohibited", Outcome.REFUSED), ("unroutable", Outcome.NO_ROUTE), ("silent", Outcome.SILENT)],
)
def test_outcomes_have_the_words_of_the_fact(outcome: str, expected: Outcome) -> None:
    questions = reach_probe.ask(PLAN)
    link: dict[str, object] = {"up": True, "address": "10.0.0.1"}
    count = len(trials_of(questions[0])) - 2
    same: dict[str, object] = {"outcome": outcome}
    answer = tried(questions[0], link, OPEN, *[same] * count)

    reach = reach_probe.parse(PLAN, (answer, *map(all_open, questions[1:])))

    assert reach.attempts[0].outcome is expected


def visit(question: Question, body: str = "labctl canari /abc\n") -> Answer:
    return tried(
        question,
        {"outcome": "open", "status": 200, "payload": body.encode().hex(), "nonce": "abc"},
    )


def internet(log: str, *, body: str = "labctl canari /abc\n", leases: str = "") -> Any:
    *visits, tail, leased = internet_probe.ask(PLAN)
    answers = [visit(question, body) for question in visits]
    return internet_probe.parse(
        PLAN, (*answers, answer_to(tail, log, 0), answer_to(leased, leases, 0))
    )


def test_the_log_says_whom_the_canary_saw() -> None:
    lease = f"1790000000 {wan_probe.router_mac(PLAN)} 203.0.113.150 routeur *\n"

    fact = internet('{"source": "203.0.113.150", "port": 80, "path": "/abc"}\n', leases=lease)

    assert fact.wan_address == IPv4Address("203.0.113.150")
    assert {v.seen_source for v in fact.visits.values()} == {fact.wan_address}
    assert all(v.fetched for v in fact.visits.values())


def test_a_page_without_the_random_word_was_not_fetched() -> None:
    fact = internet("", body="<html>Portail</html>")

    assert not any(visited.fetched for visited in fact.visits.values())


def test_the_log_is_read_after_the_visits() -> None:
    *visits, tail, _leases = internet_probe.ask(PLAN)

    assert tail.phase > max(question.phase for question in visits)


def scanned(mac: str, tcp: dict[str, str], udp: dict[str, str] | None = None) -> dict[str, object]:
    return {"hosts": {"203.0.113.150": {"mac": mac, "tcp": tcp, "udp": udp or {}}}}


def test_the_router_is_known_on_the_wan_by_its_mac() -> None:
    scan, leases = wan_probe.ask(PLAN)
    found = scanned(wan_probe.router_mac(PLAN), {"22": "silent", "80": "open"}, {"53": "open"})

    wan = wan_probe.parse(PLAN, (tried(scan, found), answer_to(leases, "", 0)))

    assert wan.reachable
    assert (sorted(wan.open_tcp), sorted(wan.open_udp), wan.scanned) == ([80], [53], 3)


def test_every_address_of_the_router_counts() -> None:
    """A second one, all closed, must not hide the first: 203.0.113.15 is before 203.0.113.150."""
    scan, leases = wan_probe.ask(PLAN)
    mac = wan_probe.router_mac(PLAN)
    first = scanned(mac, {"22": "open", "80": "open"}, {"53": "open"})
    closed = {"mac": mac, "tcp": {"22": "silent", "80": "silent"}, "udp": {"53": "silent"}}
    first["hosts"] |= {"203.0.113.15": closed}  # type: ignore[operator]
    lease = f"1790000000 {mac} 203.0.113.150 routeur *\n"

    wan = wan_probe.parse(PLAN, (tried(scan, first), answer_to(leases, lease, 0)))
    *inner, again = web_admin_probe.ask(PLAN)
    answers = [tried(question, OPEN | {"status": 0}, OPEN) for question in inner]
    web = web_admin_probe.parse(PLAN, (*answers, tried(again, first)))

    assert (wan.wan_address, wan.reachable) == (IPv4Address("203.0.113.150"), True)
    assert (sorted(wan.open_tcp), sorted(wan.open_udp)) == ([22, 80], [53])
    assert web.http["WAN"] is Outcome.OPEN


def test_more_addresses_than_are_tried_is_not_known() -> None:
    scan, leases = wan_probe.ask(PLAN)
    found = scanned(wan_probe.router_mac(PLAN), {"80": "silent"}) | {"left_out": 3}

    with pytest.raises(NotUnderstood, match="3"):
        wan_probe.parse(PLAN, (tried(scan, found), answer_to(leases, "", 0)))


def test_somebody_else_on_the_wan_is_not_the_router() -> None:
    scan, leases = wan_probe.ask(PLAN)

    wan = wan_probe.parse(
        PLAN, (tried(scan, scanned("02:00:00:00:00:99", {"80": "open"})), answer_to(leases, "", 0))
    )

    assert (wan.reachable, wan.open_tcp, wan.wan_address) == (False, frozenset(), None)


def test_the_admin_page_is_seen_from_every_segment_and_the_wan() -> None:
    *inner, wan = web_admin_probe.ask(PLAN)
    moved: dict[str, object] = {
        "outcome": "open", "status": 301, "headers": {"location": "https://10.21.255.1/"},
    }  # fmt: skip
    answers = [tried(question, moved, {"outcome": "silent"}) for question in inner]
    found = scanned(wan_probe.router_mac(PLAN), {"80": "refused", "443": "open"})

    web = web_admin_probe.parse(PLAN, (*answers, tried(wan, found)))

    assert (web.http["WAN"], web.https["WAN"]) == (Outcome.REFUSED, Outcome.OPEN)
    assert (web.http["ADMIN"], web.https["ADMIN"]) == (Outcome.OPEN, Outcome.SILENT)
    assert web.http_redirects_to_https["ADMIN"]


@pytest.mark.parametrize(
    ("clear", "sealed", "refuses"),
    [
        ({"outcome": "refused"}, OPEN | {"status": 403}, True),
        (OPEN | {"status": 403}, OPEN | {"status": 403}, True),
        (OPEN | {"status": 403}, {"outcome": "silent"}, True),
        (OPEN | {"status": 401}, OPEN | {"status": 403}, False),
        ({"outcome": "refused"}, OPEN | {"status": 0}, False),
        ({"outcome": "refused"}, {"outcome": "silent"}, False),
    ],
)
def test_a_page_that_is_forbidden_on_every_port_is_told_from_one_that_is_given(
    clear: dict[str, object], sealed: dict[str, object], refuses: bool
) -> None:
    *inner, wan = web_admin_probe.ask(PLAN)
    answers = [tried(question, clear, sealed) for question in inner]
    found = scanned(wan_probe.router_mac(PLAN), {"443": "open"})

    web = web_admin_probe.parse(PLAN, (*answers, tried(wan, found)))

    assert ("BUREAUTIQUE" in web.refusing) is refuses
    assert "WAN" not in web.refusing


def test_two_machines_with_one_address_are_both_named() -> None:
    questions = neighbours_probe.ask(PLAN)
    answers = tuple(
        tried(q, {"macs": {host: ["02:aa", "02:bb"] for host in trials_of(q)[0]["hosts"]}})
        for q in questions
    )

    fact = neighbours_probe.parse(PLAN, answers)

    assert set(fact.macs.values()) == {"02:aa, 02:bb"}
    assert neighbours_probe.is_settled(PLAN, fact)


def test_a_late_machine_is_waited_for_only_where_the_gateway_answers() -> None:
    questions = neighbours_probe.ask(PLAN)
    nobody = neighbours_probe.parse(PLAN, tuple(tried(q, {"macs": {}}) for q in questions))
    gateways = neighbours_probe.parse(
        PLAN,
        tuple(tried(q, {"macs": {trials_of(q)[0]["hosts"][0]: ["02:aa"]}}) for q in questions),
    )

    assert neighbours_probe.is_settled(PLAN, nobody)
    assert not neighbours_probe.is_settled(PLAN, gateways)


def test_reservations_are_read_in_every_form_dnsmasq_takes() -> None:
    text = """\
    # dhcp-host=02:00:00:00:00:01,10.0.0.1
    dhcp-host=02:00:00:00:00:0A,10.0.0.2,imprimante,infinite
    dhcp-host = set:ap, 2:0:0:0:0:b, 10.0.0.3
    dhcp-host=nom,10.0.0.4
    dhcp-host=02:00:00:00:00:0d,ignore
    """

    assert parse_reservations(text) == {
        "02:00:00:00:00:0a": IPv4Address("10.0.0.2"),
        "02:00:00:00:00:0b": IPv4Address("10.0.0.3"),
    }


def test_leases_are_read_by_mac() -> None:
    text = "1790000000 02:00:00:00:00:0A 10.0.0.2 imp 01:02\nduid 00:01\n"

    assert parse_leases(text) == {"02:00:00:00:00:0a": IPv4Address("10.0.0.2")}


@pytest.mark.parametrize(
    ("expiries", "address"),
    [((200, 100), "10.0.0.1"), ((100, 200), "10.0.0.2"), ((0, 200), "10.0.0.1")],
)
def test_of_two_leases_of_one_machine_the_last_given_counts(
    expiries: tuple[int, int], address: str
) -> None:
    """Another DHCP client, with another identifier, is given another address."""
    first, second = expiries
    text = f"{first} 02:0a:00:00:00:0a 10.0.0.1 r *\n{second} 02:0a:00:00:00:0a 10.0.0.2 r 01:02\n"

    assert parse_leases(text) == {"02:0a:00:00:00:0a": IPv4Address(address)}


def test_a_page_that_no_subject_asks_for_is_looked_for_from_nowhere() -> None:
    asked = PLAN.demand(Administration).model_copy(update={"page": None})
    plan = asking(PLAN, asked)
    (scan,) = web_admin_probe.ask(plan)
    assert scan == web_admin_probe.ask(PLAN)[-1]
