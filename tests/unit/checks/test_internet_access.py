"""Checks of the Internet access: who goes out, by which ports, and what is open from outside."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.internet.facts.internet import Internet
from checks.internet.facts.outbound import Outbound
from checks.internet.facts.ssdp import UpnpSearch
from checks.internet.facts.wan import WanExposure
from checks.internet.facts.web_admin import WebAdmin
from labctl.core.expect import Undecided
from labctl.facts.wire import Outcome
from tests.checking import PLAN, change_attempt, fact_of, miss, refuse, run_check, solved_but

INTERNET = fact_of(Internet)
WAN = fact_of(WanExposure)
WEB = fact_of(WebAdmin)


def visited(segment: str, **changed: Any) -> Internet:
    """Return the visits of the solved bench, that of one segment changed."""
    visit = replace(INTERNET.visits[segment], **changed)
    return replace(INTERNET, visits=INTERNET.visits | {segment: visit})


def test_a_page_that_its_server_did_not_give_proves_nothing() -> None:
    """A router that answers in the place of the Internet gives back the random word, too."""
    assert isinstance(refuse("K-091", visited("ADMIN", seen_source=None)), Undecided)


def test_network_without_internet_is_named() -> None:
    found = miss("K-091", visited("ADMIN", fetched=False))
    assert found.message == "ADMIN n'accède pas à Internet (page web témoin)"
    assert found.earned == Decimal("0.75")


def test_private_address_seen_from_the_internet() -> None:
    found = miss("K-092", visited("SERVEURS", seen_source=IPv4Address("10.21.20.62")))
    assert found.message == (
        "adresse de SERVEURS vue d'Internet : attendu 203.0.113.100, trouvé 10.21.20.62"
    )


def test_visit_that_nobody_noted_proves_nothing() -> None:
    assert isinstance(refuse("K-092", visited("SERVEURS", seen_source=None)), Undecided)


def test_open_ports_on_the_internet_side_are_listed() -> None:
    found = miss("K-093", replace(WAN, open_tcp=frozenset({443, 22}), open_udp=frozenset({53})))
    assert found.message == "ouvert depuis Internet : 22/tcp, 443/tcp, 53/udp"
    assert found.earned == 0


def test_router_without_a_public_address_is_not_closed() -> None:
    found = miss("K-093", replace(WAN, wan_address=None))
    assert found.message == "le routeur n'a pas reçu d'adresse du côté d'Internet"


def test_router_mute_on_the_internet_side_is_not_closed() -> None:
    assert miss("K-093", replace(WAN, reachable=False)).message == (
        "le routeur ne répond pas du côté d'Internet (203.0.113.100)"
    )


def test_no_port_tried_proves_nothing() -> None:
    assert isinstance(refuse("K-093", replace(WAN, scanned=0)), Undecided)


def with_outbound(segment: str, port: int, outcome: Outcome) -> Outbound:
    """Return what leaves the solved bench, one port towards the Internet changed."""
    return Outbound(change_attempt(fact_of(Outbound).reach, (segment, "canari", port), outcome))


def test_port_let_out_by_mistake_is_named() -> None:
    found = miss("K-094", with_outbound("BUREAUTIQUE", 25, Outcome.OPEN))
    assert found.message == "ports sortants de BUREAUTIQUE ouverts à tort : 25"
    assert found.earned == Decimal(2) / 3


def test_port_closed_by_mistake_is_named() -> None:
    found = miss("K-094", with_outbound("BUREAUTIQUE", 993, Outcome.REFUSED))
    assert found.message == "ports sortants de BUREAUTIQUE bloqués à tort : 993"


def test_admin_page_open_to_the_office() -> None:
    https = WEB.https | {"BUREAUTIQUE": Outcome.OPEN}
    found = miss("K-095", replace(WEB, https=https))
    assert found.message == "l'administration du routeur est ouverte depuis BUREAUTIQUE (HTTPS)"


def test_admin_page_forbidden_by_the_server_itself_is_for_a_person_to_look_at() -> None:
    """The port is open, what was asked there is refused: other pages may not be."""
    web = replace(WEB, https=WEB.https | {"INVITES": Outcome.OPEN}, refusing=frozenset({"INVITES"}))
    with pytest.raises(Undecided, match="refusée \\(403\\) à INVITES"):
        run_check("K-095", PLAN, solved_but(web))


def test_admin_page_forbidden_here_hides_no_open_one_there() -> None:
    https = WEB.https | {"INVITES": Outcome.OPEN, "BUREAUTIQUE": Outcome.OPEN}
    found = miss("K-095", replace(WEB, https=https, refusing=frozenset({"INVITES"})))
    assert found.message == "l'administration du routeur est ouverte depuis BUREAUTIQUE (HTTPS)"


def test_admin_page_in_clear() -> None:
    found = miss("K-095", replace(WEB, http=WEB.http | {"ADMIN": Outcome.OPEN}))
    assert found.message == (
        "l'administration du routeur répond en HTTP, sans chiffrement, depuis ADMIN"
    )


def test_admin_page_closed_to_everybody_earns_nothing() -> None:
    found = miss("K-095", replace(WEB, https=WEB.https | {"ADMIN": Outcome.SILENT}))
    assert found.message == "l'administration du routeur ne répond pas en HTTPS depuis ADMIN"
    assert found.earned == 0


def test_a_router_that_answers_upnp_earns_nothing() -> None:
    outcomes = fact_of(UpnpSearch).outcomes | {"INVITES": Outcome.OPEN}
    found = miss("K-097", UpnpSearch(outcomes))
    assert found.message == "le routeur répond à une recherche UPnP venue de INVITES"
    assert found.earned == 0
