"""Checks of DHCP, of the Internet access, of names, of reservations and of the printer."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any

import pytest

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.offers import DhcpOffers
from checks.dhcp.facts.reservations import Reservations
from checks.dns.facts.names import Names
from checks.internet.facts.internet import Internet
from checks.internet.facts.outbound import Outbound
from checks.internet.facts.ssdp import UpnpSearch
from checks.internet.facts.wan import WanExposure
from checks.internet.facts.web_admin import WebAdmin
from checks.printing.demand import Printing
from checks.printing.facts.printer import PrinterState
from checks.printing.facts.published import PublishedPrinter, PublishedPrinters
from checks.routing.facts.reach import Attempt
from labctl.core.expect import Undecided
from labctl.core.ids import NodeName
from labctl.core.verdict import Mismatch, Reason
from labctl.facts.wire import Outcome
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but
from tests.plans import asking

OFFERS = fact_of(DhcpOffers).offers
INTERNET = fact_of(Internet)
WAN = fact_of(WanExposure)
WEB = fact_of(WebAdmin)
PRINTER = fact_of(PrinterState)
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


def visited(segment: str, **changed: Any) -> Internet:
    """Return the visits of the solved bench, that of one segment changed."""
    visit = replace(INTERNET.visits[segment], **changed)
    return replace(INTERNET, visits=INTERNET.visits | {segment: visit})


def answered(key: str, *values: str) -> Names:
    """Return the names of the solved bench, one answer changed."""
    return Names(fact_of(Names).answers | {key: values})


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


def test_a_page_that_its_server_did_not_give_proves_nothing() -> None:
    """A router that answers in the place of the Internet gives back the random word, too."""
    assert isinstance(refuse("K-091", visited("ADMIN", seen_source=None)), Undecided)


def unprobed(segment: str) -> tuple[DhcpOffers, Internet, Outbound, Neighbours]:
    """Return the facts of the solved bench, without what the probe of one segment says."""
    outbound, macs = fact_of(Outbound).reach, fact_of(Neighbours).macs
    attempts = tuple(one for one in outbound.attempts if one.origin != segment)
    return (
        DhcpOffers({name: found for name, found in OFFERS.items() if name != segment}),
        replace(
            INTERNET,
            visits={name: visit for name, visit in INTERNET.visits.items() if name != segment},
        ),
        Outbound(replace(outbound, attempts=attempts, healthy=outbound.healthy - {segment})),
        Neighbours({key: mac for key, mac in macs.items() if not key.startswith(f"{segment} ")}),
    )


@pytest.mark.parametrize(
    ("check", "segment"),
    [
        ("K-065", "BUREAUTIQUE"),
        ("K-066", "ADMIN"),
        ("K-091", "ADMIN"),
        ("K-092", "SERVEURS"),
        ("K-094", "SERVEURS"),
        ("K-098", "ADMIN"),
        ("K-099", "BUREAUTIQUE"),
    ],
)
def test_a_probe_that_says_nothing_is_no_fault_of_the_candidate(check: str, segment: str) -> None:
    problem = refuse(check, *unprobed(segment))

    assert isinstance(problem, Undecided)
    assert problem.detail == f"la sonde du réseau {segment} ne fonctionne pas"


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
    wanted = (segment, "canari", port)
    reach = fact_of(Outbound).reach
    attempts = tuple(
        Attempt(*wanted, outcome)
        if (attempt.origin, attempt.target, attempt.port) == wanted
        else attempt
        for attempt in reach.attempts
    )
    return Outbound(replace(reach, attempts=attempts))


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


def test_silent_printer_is_named() -> None:
    found = miss("K-028", PrinterState(answers=False, state=0, reasons=(), completed_jobs=()))
    assert "l'imprimante IMP-ARU-01 ne répond pas en IPP à 10.21.30.15" in found.message
    assert found.earned == 0


def test_stopped_printer_earns_nothing() -> None:
    found = miss("K-028", replace(PRINTER, state=5))
    assert found.message == "l'imprimante IMP-ARU-01 n'est pas prête (état 5)"
    assert found.earned == 0


def test_printer_with_an_alert() -> None:
    found = miss("K-028", replace(PRINTER, reasons=("media-empty",)))
    assert found.message == "alertes de IMP-ARU-01 : attendu rien, trouvé media-empty"


def test_no_test_page_earns_nothing() -> None:
    found = miss("K-028", replace(PRINTER, completed_jobs=()))
    assert found.message == "aucune page d'essai n'a été imprimée sur IMP-ARU-01"
    assert found.earned == 0


def test_a_page_that_nobody_asks_for_is_not_said_to_be_printed() -> None:
    asked = PLAN.demand(Printing).model_copy(update={"test_page": None})
    plan = replace(PLAN, demands={**PLAN.demands, "printing": asked.write()})
    found = run_check("K-028", plan, solved_but(replace(PRINTER, completed_jobs=())))
    assert found is not None
    assert "page d'essai" not in found.expected


def test_a_router_that_answers_upnp_earns_nothing() -> None:
    outcomes = fact_of(UpnpSearch).outcomes | {"INVITES": Outcome.OPEN}
    found = miss("K-097", UpnpSearch(outcomes))
    assert found.message == "le routeur répond à une recherche UPnP venue de INVITES"
    assert found.earned == 0


def published(name: str, server: str) -> PublishedPrinters:
    """Return the one printer that a directory lists."""
    return PublishedPrinters((PublishedPrinter(frozenset({name}), frozenset({server})),))


@pytest.mark.parametrize("server", ["imp-aru-01", "srv-aru-ad1.moana.test", "10.21.20.20"])
def test_a_printer_is_published_by_any_machine_of_the_subject(server: str) -> None:
    run_check("K-080", PLAN, solved_but(published("imp-aru-01", server)))


def test_no_published_printer_earns_nothing() -> None:
    found = miss("K-080", PublishedPrinters(()))
    assert found.message == "aucune imprimante n'est publiée dans l'annuaire"
    assert found.earned == 0


def test_a_published_printer_of_another_name_is_named() -> None:
    assert miss("K-080", published("copieur", "imp-aru-01")).message == (
        "l'annuaire publie copieur, et pas IMP-ARU-01"
    )


def test_a_printer_published_on_an_unknown_server_is_for_a_person() -> None:
    why = refuse("K-080", published("imp-aru-01", "ancien"))
    assert isinstance(why, Undecided)
    assert "publiée sur ancien" in str(why.detail)


def test_relay_that_does_not_know_the_domain() -> None:
    found = miss("K-106", answered("BUREAUTIQUE 10.21.255.1 moana.test A"))
    assert found.message == (
        "le DNS 10.21.255.1 ne donne pas 10.21.20.10 pour moana.test à BUREAUTIQUE"
    )


def test_server_that_does_not_answer() -> None:
    key = "BUREAUTIQUE 10.21.20.10 moana.test A"
    answers = {name: value for name, value in fact_of(Names).answers.items() if name != key}
    assert miss("K-106", Names(answers)).message == (
        "le DNS 10.21.20.10 ne répond pas à BUREAUTIQUE"
    )


def test_server_that_answers_anything_earns_nothing() -> None:
    found = miss("K-106", answered("BUREAUTIQUE 10.21.20.10 absent.moana.test A", "10.21.20.10"))
    assert found.message == "le DNS 10.21.20.10 répond à un nom qui n'existe pas"
    assert found.earned == 0


def test_directory_that_the_office_does_not_find() -> None:
    found = miss("K-106", answered("BUREAUTIQUE 10.21.20.10 _ldap._tcp.moana.test SRV"))
    assert found.message == (
        "BUREAUTIQUE ne trouve pas l'annuaire de moana.test dans le DNS 10.21.20.10"
    )


def test_guests_who_see_inner_names() -> None:
    key = "INVITES 198.51.100.53 _ldap._tcp.moana.test SRV"
    found = miss("K-106", answered(key, "0 100 389 srv-aru-ad1.moana.test."))
    assert found.message == "INVITES trouve l'annuaire interne moana.test dans son DNS"
