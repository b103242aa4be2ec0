"""What the switch routes, relays and filters: its interfaces, routes, and what visitors reach."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface

from checks.device_admin.facts import SwitchConfig
from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.routing.facts.reach import Reach
from labctl.core.expect import Undecided
from labctl.facts.wire import Outcome
from tests.checking import fact_of, miss, refuse, with_outcome

CONFIG = fact_of(SwitchConfig)
REACH = fact_of(Reach)


def test_wrong_mask_of_an_interface() -> None:
    addresses = fact_of(SwitchAddresses)
    svis = addresses.svis | {20: IPv4Interface("10.21.20.1/24")}
    found = miss("K-059", replace(addresses, svis=svis))
    assert found.message == (
        "interface Vlan20 (SERVEURS) : attendu 10.21.20.1/26, trouvé 10.21.20.1/24"
    )


def test_address_that_looks_like_another() -> None:
    addresses = fact_of(SwitchAddresses)
    svis = addresses.svis | {10: IPv4Interface("10.21.10.11/27")}
    assert miss("K-059", replace(addresses, svis=svis)).found == "10.21.10.11/27"


def test_an_address_that_dhcp_gave_is_shown_as_such() -> None:
    addresses = fact_of(SwitchAddresses)
    svis = {vid: address for vid, address in addresses.svis.items() if vid != 20}
    given = replace(addresses, svis=svis, dynamic={20: IPv4Address("10.21.20.77")})
    assert miss("K-059", given).message == (
        "interface Vlan20 (SERVEURS) : attendu 10.21.20.1/26, trouvé 10.21.20.77 par DHCP"
    )


def test_the_right_address_that_dhcp_gave_is_for_a_person_to_judge() -> None:
    addresses = fact_of(SwitchAddresses)
    svis = {vid: address for vid, address in addresses.svis.items() if vid != 20}
    given = replace(addresses, svis=svis, dynamic={20: IPv4Address("10.21.20.1")})
    problem = refuse("K-059", given)
    assert isinstance(problem, Undecided)
    assert problem.detail == "Vlan20 a reçu 10.21.20.1 par DHCP : son masque n'est pas connu"


def test_stopped_routing_earns_nothing() -> None:
    found = miss("K-061", replace(fact_of(SwitchRoutes), routing=False))
    assert found.message == "le routage est arrêté sur le commutateur (ip routing)"
    assert found.earned == 0


def test_missing_default_route() -> None:
    found = miss("K-061", replace(fact_of(SwitchRoutes), default_via=None))
    assert found.message == "route par défaut du commutateur : attendu 10.21.255.1, trouvé rien"
    assert found.earned == Decimal(12) / 13


def test_a_second_default_route_at_equal_cost_is_shown() -> None:
    """The lowest address is the right one: the other is not hidden behind it."""
    more = frozenset({IPv4Address("10.21.255.9")})
    found = miss("K-061", replace(fact_of(SwitchRoutes), others_via=more))
    assert found.message == (
        "route par défaut du commutateur : attendu 10.21.255.1, trouvé 10.21.255.1, 10.21.255.9"
    )


def test_networks_that_do_not_reach_each_other_are_named() -> None:
    silent = with_outcome("BUREAUTIQUE", "sonde:SERVEURS", 0, Outcome.SILENT)
    assert miss("K-061", silent).message == "BUREAUTIQUE n'atteint pas SERVEURS"


def test_interface_that_is_down() -> None:
    addresses = fact_of(SwitchAddresses)
    found = miss("K-061", replace(addresses, up=addresses.up - {40}))
    assert found.message == "l'interface Vlan40 (INVITES) du commutateur est arrêtée"


def test_sick_probe_proves_nothing() -> None:
    sick = replace(REACH, healthy=REACH.healthy - {"SERVEURS"})
    problem = refuse("K-061", sick)
    assert isinstance(problem, Undecided)
    assert problem.detail == "la sonde du réseau SERVEURS ne fonctionne pas"


def test_missing_relay_is_named() -> None:
    relays = {vid: via for vid, via in CONFIG.relays.items() if vid != 30}
    found = miss("K-064", replace(CONFIG, relays=relays))
    assert found.message == "relais DHCP de Vlan30 (BUREAUTIQUE) : attendu 10.21.255.1, trouvé rien"
    assert found.earned == Decimal(2) / 3


def test_relay_to_another_server() -> None:
    relays = CONFIG.relays | {30: frozenset({IPv4Address("10.21.20.10")})}
    assert miss("K-064", replace(CONFIG, relays=relays)).found == "10.21.20.10"


def test_guests_who_reach_the_nas() -> None:
    hole = with_outcome("INVITES", "nas", 445, Outcome.OPEN)
    found = miss("K-067", hole)
    assert found.message == "les visiteurs (INVITES) atteignent nas, port 445"
    assert found.earned == 0


def test_guests_who_reach_an_inner_network() -> None:
    hole = with_outcome("INVITES", "sonde:ADMIN", 0, Outcome.OPEN)
    assert miss("K-067", hole).message == "les visiteurs (INVITES) atteignent le réseau ADMIN"


def test_guests_who_reach_the_switch() -> None:
    hole = with_outcome("INVITES", "passerelle:ADMIN", 22, Outcome.OPEN)
    assert miss("K-067", hole).message == (
        "les visiteurs (INVITES) atteignent la passerelle ADMIN, port 22"
    )


def test_guests_cut_from_everything_are_not_contained() -> None:
    """A pulled cable would pass for a perfect filter."""
    cut = with_outcome("INVITES", "canari", 80, Outcome.SILENT)
    assert miss("K-067", cut).message == "les visiteurs (INVITES) n'atteignent pas Internet"


def test_guest_probe_that_is_sick_proves_nothing() -> None:
    assert isinstance(refuse("K-067", replace(REACH, healthy=frozenset())), Undecided)
