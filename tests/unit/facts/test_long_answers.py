"""A megabyte of next to nothing is read in no time: each of these once took minutes or hours."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from checks.dhcp.facts import dnsmasq
from checks.joining.facts import linux_membership as membership_probe
from checks.routing.facts import read_layer3
from checks.shares.facts.testparm import parse_testparm
from checks.switching.facts import show
from labctl.connect.cim.script import read_errors
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to, said

MANY = 1 << 20
BLANK = "a" + " " * 4000 + "b\n"
ROUTE = "S*    0.0.0.0/0 [1/0] via 10.0.0.1\n"


def addressing(configuration: str) -> object:
    addressing_probe = probe_of("Addressing")
    *first, last = addressing_probe.ask(plan_of(1))
    link = '[{"flags": [], "addr_info": []}]'
    answers = [answer_to(question, "" if at else link, 0) for at, question in enumerate(first)]
    return addressing_probe.parse(plan_of(1), (*answers, answer_to(last, configuration, 0)))


TEXTS: dict[str, Callable[[], object]] = {
    "settings of a network": lambda: addressing("\n" * MANY),
    "settings of dnsmasq": lambda: dnsmasq.parse_reservations("\n" * MANY),
    "settings of Samba": lambda: parse_testparm("[global]\n" + BLANK * 256),
    "an account in Samba": lambda: membership_probe.parse_samba("[global]\n" + BLANK * 256, "x"),
    "a table of a switch": lambda: show.read_show(said((" " * 511 + "\n") * 4999)),
    "routes of a switch": lambda: read_layer3.parse_routes(
        said(ROUTE + ("a" * 511 + "\n") * 4998, "show ip route")
    ),
    "errors of a script": lambda: read_errors(b"#< CLIXML" + b'<S S="Error">' * (MANY // 13)),
}


@pytest.mark.parametrize("parse", TEXTS.values(), ids=TEXTS)
def test_next_to_nothing_takes_no_time(parse: Callable[[], object]) -> None:
    before = time.thread_time()
    with suppress(NotUnderstood):
        parse()

    assert time.thread_time() - before < 10.0
