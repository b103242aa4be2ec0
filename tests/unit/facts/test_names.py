"""Answers of DNS servers, read from their bytes."""

import dns.message
import dns.rcode
import dns.rrset
import pytest

from checks.dns.facts import names_probe
from checks.dns.facts.names import Names, wanted_names
from checks.dns.messages import parse_response
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of

PLAN = plan_of(1)


def respond(
    query: dns.message.Message, *records: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR
) -> bytes:
    response = dns.message.make_response(query)
    response.set_rcode(rcode)
    if records:
        name, kind = query.question[0].name, query.question[0].rdtype
        response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
    return response.to_wire()


QUERY = dns.message.make_query("_ldap._tcp.moana.test", "SRV")


def test_dns_values_no_such_name_and_no_answer_are_told_apart() -> None:
    values = parse_response(respond(QUERY, "0 100 389 srv.moana.test."), QUERY)

    assert values == ("0 100 389 srv.moana.test.",)
    assert parse_response(respond(QUERY, rcode=dns.rcode.NXDOMAIN), QUERY) == ()
    assert parse_response(respond(QUERY), QUERY) == ()
    assert parse_response(respond(QUERY, rcode=dns.rcode.REFUSED), QUERY) is None


@pytest.mark.parametrize(
    ("records", "values"),
    [
        (("autre.test. A 10.0.0.1",), ()),
        (("www.moana.test. CNAME nas.moana.test.", "nas.moana.test. A 10.0.0.2"), ("10.0.0.2",)),
        (("www.moana.test. CNAME nas.moana.test.", "dc.moana.test. A 10.0.0.3"), ()),
        (("www.moana.test. A 10.0.0.4", "autre.test. A 10.0.0.5"), ("10.0.0.4",)),
        (("WWW.Moana.TEST. A 10.0.0.6",), ("10.0.0.6",)),
    ],
)
def test_only_the_name_that_was_asked_has_values(
    records: tuple[str, ...], values: tuple[str, ...]
) -> None:
    query = dns.message.make_query("www.moana.test", "A")
    response = dns.message.make_response(query)
    for record in records:
        name, kind, value = record.split()
        response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))

    assert parse_response(response.to_wire(), query) == values


def test_a_loop_of_aliases_is_not_understood() -> None:
    query = dns.message.make_query("a.test", "A")
    response = dns.message.make_response(query)
    for name, alias in (("a.test.", "b.test."), ("b.test.", "a.test.")):
        response.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", alias))

    with pytest.raises(NotUnderstood):
        parse_response(response.to_wire(), query)


def test_an_answer_to_another_question_answers_nothing() -> None:
    other = dns.message.make_query("autre.test", "A")

    assert parse_response(respond(other, "10.0.0.1"), QUERY) is None


def test_bytes_that_are_no_dns_are_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        parse_response(b"\x00\x01HTTP", QUERY)


def test_dns_questions_are_the_same_for_the_same_plan() -> None:
    assert names_probe.ask(PLAN) == names_probe.ask(PLAN)


def test_names_answered_in_part_are_asked_again() -> None:
    wanted = wanted_names(PLAN)
    every: dict[str, tuple[str, ...]] = {
        f"{origin} {server} {name} {kind}": ("x",) for origin, server, name, kind in wanted
    }
    part = dict(list(every.items())[:-1])

    settled = [names_probe.is_settled(PLAN, Names(found)) for found in ({}, part, every)]

    assert settled == [True, False, True]
