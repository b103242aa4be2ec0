"""Who answers DHCP, and what is offered: ranges, masks, options, leases."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.offers import DhcpOffers
from checks.dhcp.facts.reservations import Reservations
from labctl.core.expect import Undecided
from labctl.core.ids import NodeName
from labctl.core.verdict import Mismatch, Reason
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but
from tests.plans import asking

OFFERS = fact_of(DhcpOffers).offers
RESERVED = fact_of(Reservations)
AP_MAC, PRINTER_MAC = "02:00:00:01:00:09", "02:00:00:00:00:15"


def offered(segment: str, **changed: Any) -> DhcpOffers:
    """Return the offers of the solved bench, that of one segment changed."""
    return DhcpOffers(OFFERS | {segment: (replace(OFFERS[segment][0], **changed),)})


def silent(*segments: str, listens: bool | None, waited: tuple[str, ...] = ()) -> DhcpOffers:
    """Return the offers of a bench whose router listens or not, with silence in some segments."""
    return DhcpOffers(
        OFFERS | dict.fromkeys(segments, ()),
        frozenset(waited),
        {NodeName("routeur"): listens, NodeName("nas"): False},
    )


def doubt(check: str, found: DhcpOffers, leases: dict[str, IPv4Address] | None = None) -> Undecided:
    """Return why a check cannot tell."""
    router = replace(RESERVED, leases=leases or {})
    why = refuse(check, found, router)
    assert isinstance(why, Undecided)
    return why


def test_nobody_answers_dhcp() -> None:
    found = miss("K-065", silent(*OFFERS, listens=False))
    assert found.message == "BUREAUTIQUE : aucun serveur DHCP ne répond"
    assert found.earned == 0


def test_a_silence_that_was_not_waited_for_proves_nothing() -> None:
    found = doubt("K-065", silent("BUREAUTIQUE", listens=True))
    assert found.reason is Reason.TIMEOUT
    assert "trop courte" in found.detail


def test_it_is_not_known_who_listens() -> None:
    assert "trop courte" in doubt("K-065", silent(*OFFERS, listens=None)).detail
    assert "trop courte" in doubt("K-065", DhcpOffers(dict.fromkeys(OFFERS, ()))).detail


def test_a_server_that_listens_and_answers_nowhere_is_a_doubt() -> None:
    found = doubt("K-066", silent(*OFFERS, listens=True, waited=tuple(OFFERS)))
    assert found.detail == (
        "ADMIN : aucune offre DHCP en 28 s, mais quelque chose écoute sur le port UDP 67 (routeur)"
    )


def test_a_lease_in_a_silent_network_is_a_doubt() -> None:
    leases = {"02:00:00:00:00:0c": IPv4Address("10.21.30.103")}

    found = doubt("K-065", silent("BUREAUTIQUE", listens=True, waited=("BUREAUTIQUE",)), leases)

    assert found.detail == (
        "BUREAUTIQUE : aucune offre DHCP en 28 s, mais un bail y est en cours (10.21.30.103)"
    )


def test_a_server_that_answers_elsewhere_was_told_to_be_silent_here() -> None:
    facts = (
        silent("BUREAUTIQUE", listens=True, waited=("BUREAUTIQUE",)),
        replace(RESERVED, leases={"02:00:00:00:00:0c": IPv4Address("10.21.10.103")}),
    )

    assert miss("K-065", *facts).message == "BUREAUTIQUE : aucun serveur DHCP ne répond"


def test_nobody_knows_the_leases_of_another_server() -> None:
    facts = solved_but(silent("BUREAUTIQUE", listens=True, waited=("BUREAUTIQUE",)))

    with pytest.raises(Mismatch, match="aucun serveur DHCP ne répond"):
        run_check("K-065", PLAN, facts | {Reservations: None})


def test_two_servers_are_one_too_many() -> None:
    rogue = replace(OFFERS["BUREAUTIQUE"][0], server=IPv4Address("10.21.30.66"))
    both = DhcpOffers(OFFERS | {"BUREAUTIQUE": (*OFFERS["BUREAUTIQUE"], rogue)})
    assert miss("K-065", both).message == (
        "BUREAUTIQUE : plusieurs serveurs DHCP répondent (10.21.255.1, 10.21.30.66)"
    )


def test_address_offered_out_of_the_range() -> None:
    found = miss("K-065", offered("BUREAUTIQUE", address=IPv4Address("10.21.30.180")))
    assert found.message == (
        "BUREAUTIQUE : l'adresse offerte 10.21.30.180 n'est pas dans 10.21.30.100 à 10.21.30.179"
    )


def test_an_address_of_either_range_of_a_segment_is_offered() -> None:
    asked = PLAN.demand(Dhcp)
    ends = (IPv4Address("10.21.30.20"), IPv4Address("10.21.30.29"))
    more = asked.scope_of("BUREAUTIQUE").model_copy(update={"range": ends})
    both = asked.model_copy(update={"scopes": (more, *asked.scopes)})
    facts = solved_but(offered("BUREAUTIQUE", address=IPv4Address("10.21.30.21")))

    assert run_check("K-065", asking(PLAN, both), facts)


def test_ends_of_the_range_belong_to_it() -> None:
    found = miss("K-065", offered("BUREAUTIQUE", address=IPv4Address("10.21.30.179"), domain=""))
    assert found.message == "BUREAUTIQUE, domaine : attendu moana.test, trouvé rien"


def test_wrong_mask_in_an_offer_earns_the_rest() -> None:
    found = miss("K-065", offered("BUREAUTIQUE", mask="255.255.0.0"))
    assert found.message == "BUREAUTIQUE, masque : attendu 255.255.255.0, trouvé 255.255.0.0"
    assert found.earned == Decimal(7) / 8


def test_missing_time_server_is_named() -> None:
    found = miss("K-065", offered("BUREAUTIQUE", ntp=()))
    assert found.message == "BUREAUTIQUE, serveur de temps : attendu 10.21.20.10, trouvé rien"


def test_wrong_lease_is_named() -> None:
    found = miss("K-065", offered("BUREAUTIQUE", lease_s=3600))
    assert found.message == "BUREAUTIQUE, bail en secondes : attendu 28800, trouvé 3600"


def test_missing_gateway_in_an_offer() -> None:
    found = miss("K-066", offered("ADMIN", router=None))
    assert found.message == "ADMIN, passerelle : attendu 10.21.10.1, trouvé rien"


def test_guests_given_the_inner_dns() -> None:
    found = miss("K-066", offered("INVITES", dns=(IPv4Address("10.21.20.10"),)))
    assert found.message == "INVITES : le DNS doit être public, offert : 10.21.20.10"


def test_guests_given_no_dns() -> None:
    assert miss("K-066", offered("INVITES", dns=())).message == (
        "INVITES : le DNS doit être public, offert : rien"
    )


def test_a_reservation_by_a_name_that_the_router_does_not_tell_is_for_a_person() -> None:
    named = replace(RESERVED, fixed={**RESERVED.fixed, PRINTER_MAC: None})
    problem = refuse("K-099", named)

    assert isinstance(problem, Undecided)
    assert problem.detail == (
        f"IMP-ARU-01 ({PRINTER_MAC}) : réservation par un nom"
        " dont le routeur ne donne pas l'adresse"
    )
    assert run_check("K-098", PLAN, solved_but(named)) is not None


def test_reservation_on_a_wrong_mac_names_both() -> None:
    fixed = {
        "02:00:5e:00:53:98": IPv4Address("10.21.10.5"),
        PRINTER_MAC: RESERVED.fixed[PRINTER_MAC],
    }
    found = miss("K-098", replace(RESERVED, fixed=fixed))
    assert found.message == (
        f"10.21.10.5 est réservée à 02:00:5e:00:53:98 au lieu de {AP_MAC} (AP-ARU-01)"
    )
    assert found.earned == Decimal("0.5")


def test_missing_reservation_is_named() -> None:
    fixed = {AP_MAC: RESERVED.fixed[AP_MAC]}
    found = miss("K-099", replace(RESERVED, fixed=fixed))
    assert found.message == f"aucune réservation DHCP pour IMP-ARU-01 ({PRINTER_MAC})"


def test_reservation_of_another_address() -> None:
    fixed = RESERVED.fixed | {AP_MAC: IPv4Address("10.21.10.6")}
    assert miss("K-098", replace(RESERVED, fixed=fixed)).message == (
        f"réservation de AP-ARU-01 ({AP_MAC}) : attendu 10.21.10.5, trouvé 10.21.10.6"
    )


def test_reservation_that_the_machine_does_not_hold() -> None:
    macs = fact_of(Neighbours).macs | {"ADMIN 10.21.10.5": ""}
    found = miss("K-098", Neighbours(macs))
    assert found.message == "AP-ARU-01 ne répond pas à 10.21.10.5"


def test_address_that_a_silent_probe_did_not_seek() -> None:
    macs = dict(fact_of(Neighbours).macs)
    del macs["ADMIN 10.21.10.5"]
    with pytest.raises(Undecided, match="la sonde du réseau ADMIN ne fonctionne pas"):
        run_check("K-098", PLAN, solved_but(Neighbours(macs)))


def test_address_held_by_another_machine() -> None:
    macs = fact_of(Neighbours).macs | {"ADMIN 10.21.10.5": "02:00:5e:00:53:66"}
    assert miss("K-098", Neighbours(macs)).message == (
        f"carte qui répond à 10.21.10.5 : attendu {AP_MAC}, trouvé 02:00:5e:00:53:66"
    )
