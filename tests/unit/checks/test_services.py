"""Checks of names and of the printer, and what a probe that says nothing is worth."""

from dataclasses import replace

import pytest

from checks.dhcp.facts.neighbours import Neighbours
from checks.dhcp.facts.offers import DhcpOffers
from checks.dns.facts.names import Names
from checks.internet.facts.internet import Internet
from checks.internet.facts.outbound import Outbound
from checks.printing.demand import Printing
from checks.printing.facts.printer import PrinterState
from checks.printing.facts.published import PublishedPrinter, PublishedPrinters
from labctl.core.expect import Undecided
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but

OFFERS = fact_of(DhcpOffers).offers
INTERNET = fact_of(Internet)
PRINTER = fact_of(PrinterState)


def answered(key: str, *values: str) -> Names:
    """Return the names of the solved bench, one answer changed."""
    return Names(fact_of(Names).answers | {key: values})


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
