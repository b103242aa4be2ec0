"""Checks of the switch."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

import pytest

from checks.device_admin.facts import SwitchConfig, parse_config
from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.routing.facts.reach import Attempt, Reach
from checks.switching.demand import PortMode, Switching
from checks.switching.facts.counters import Links
from checks.switching.facts.tables import MacEntry, MacTable, Ports, Vlans
from labctl.core.expect import Undecided
from labctl.facts.wire import Outcome
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but

PORTS = fact_of(Ports)
LINKS = fact_of(Links)
CONFIG = fact_of(SwitchConfig)
REACH = fact_of(Reach)
SERVERS, POSTE, AP, SPARE = (f"GigabitEthernet1/0/{number}" for number in (2, 5, 9, 12))


def with_port(name: str, **changed: Any) -> Ports:
    """Return the ports of the solved switch, one of them changed."""
    return Ports(PORTS.ports | {name: replace(PORTS.ports[name], **changed)})


def with_outcome(origin: str, target: str, port: int, outcome: Outcome) -> Reach:
    """Return the reach of the solved bench, one attempt changed."""
    wanted = (origin, target, port)
    return replace(
        REACH,
        attempts=tuple(
            Attempt(*wanted, outcome)
            if (attempt.origin, attempt.target, attempt.port) == wanted
            else attempt
            for attempt in REACH.attempts
        ),
    )


def test_vlan_of_another_name_is_named() -> None:
    names = fact_of(Vlans).names | {40: "VISITEURS"}
    found = miss("K-057", Vlans(names))
    assert found.message == "VLAN 40 : attendu INVITES, trouvé VISITEURS"
    assert found.earned == Decimal(5) / 6


def test_missing_vlan_is_named() -> None:
    names = {vid: name for vid, name in fact_of(Vlans).names.items() if vid != 255}
    assert miss("K-057", Vlans(names)).message == "VLAN 255 : attendu TRANSIT, trouvé rien"


def test_two_names_exchanged_are_two_mistakes() -> None:
    names = fact_of(Vlans).names | {10: "SERVEURS", 20: "ADMIN"}
    assert miss("K-057", Vlans(names)).message == (
        "VLAN 10 : attendu ADMIN, trouvé SERVEURS ; VLAN 20 : attendu SERVEURS, trouvé ADMIN"
    )


def test_port_in_another_vlan() -> None:
    found = miss("K-058", with_port(POSTE, access_vid=20))
    assert found.message == "port 5 (poste) : attendu accès, VLAN 30, trouvé accès, VLAN 20"
    assert found.earned == Decimal("0.8")


def test_trunk_with_a_vlan_too_many() -> None:
    found = miss("K-058", with_port(AP, trunk_vids=frozenset({10, 20, 30, 40})))
    assert found.message == (
        "port 9 (point_acces) : attendu agrégé, natif 10, VLAN 10, 30, 40, "
        "trouvé agrégé, natif 10, VLAN 10, 20, 30, 40"
    )


def test_a_native_vlan_that_carries_nothing_may_be_admitted() -> None:
    ports = with_port(SERVERS, trunk_vids=frozenset({10, 20, 999}))

    assert run_check("K-058", PLAN, solved_but(ports)) is not None


def test_a_native_vlan_that_carries_nothing_admits_no_other() -> None:
    found = miss("K-058", with_port(SERVERS, trunk_vids=frozenset({10, 20, 30, 999})))
    assert found.found == "agrégé, natif 999, VLAN 10, 20, 30, 999"


def test_a_native_vlan_that_carries_nothing_stands_for_no_other() -> None:
    found = miss("K-058", with_port(SERVERS, trunk_vids=frozenset({10, 999})))
    assert found.found == "agrégé, natif 999, VLAN 10, 999"


def test_a_native_vlan_that_carries_something_is_admitted() -> None:
    found = miss("K-058", with_port(AP, trunk_vids=frozenset({30, 40})))
    assert found.found == "agrégé, natif 10, VLAN 30, 40"


def test_a_native_vlan_where_machines_are_is_admitted_only_where_it_is_asked() -> None:
    node = PLAN.nodes[PLAN.demand(Switching).on]
    ports = tuple(
        replace(port, untagged="BUREAUTIQUE") if port.name == SERVERS else port
        for port in node.ports
    )
    plan = replace(PLAN, nodes={**PLAN.nodes, node.name: replace(node, ports=ports)})
    asked = with_port(SERVERS, native_vid=30)

    assert run_check("K-058", plan, solved_but(asked)) is not None
    leaking = with_port(SERVERS, native_vid=30, trunk_vids=frozenset({10, 20, 30}))
    assert miss("K-058", leaking, plan=plan).found == "agrégé, natif 30, VLAN 10, 20, 30"


def test_the_trunk_of_the_servers_that_nobody_restricted() -> None:
    found = miss("K-058", with_port(SERVERS, trunk_vids=frozenset(range(1, 4095))))
    assert found.found == "agrégé, natif 999, VLAN tous"


def test_trunk_that_nobody_restricted() -> None:
    found = miss("K-058", with_port(AP, trunk_vids=frozenset(range(1, 4095))))
    assert found.message.endswith("trouvé agrégé, natif 10, VLAN tous")


def test_trunk_with_another_native_vlan() -> None:
    assert miss("K-058", with_port(AP, native_vid=1)).found == ("agrégé, natif 1, VLAN 10, 30, 40")


def test_needed_port_that_is_shut_down() -> None:
    assert miss("K-058", with_port(POSTE, enabled=False)).found == "accès, VLAN 30 (désactivé)"


def test_switch_without_the_port() -> None:
    ports = Ports({name: port for name, port in PORTS.ports.items() if name != POSTE})
    assert miss("K-058", ports).found == "rien"


def renamed(old: str, new: str) -> Ports:
    """Return the ports of the solved switch under the names of another product."""
    return Ports({name.replace(old, new): port for name, port in PORTS.ports.items()})


def test_ports_of_a_real_switch_are_those_of_the_plan() -> None:
    real = renamed("GigabitEthernet1/0/", "FastEthernet0/")
    mac = fact_of(MacTable).entries[0].mac
    seen = MacTable((MacEntry(mac, 30, "FastEthernet0/5"),))

    for check_id in ("K-035", "K-058", "K-060", "K-069"):
        assert run_check(check_id, PLAN, solved_but(real, seen)) is not None


def test_another_port_of_a_real_switch_is_named_as_it_names_it() -> None:
    real = renamed("GigabitEthernet1/0/", "FastEthernet0/")
    mac = fact_of(MacTable).entries[0].mac
    found = miss("K-035", real, MacTable((MacEntry(mac, 30, "FastEthernet0/6"),)))
    assert found.expected == "port FastEthernet0/5, VLAN 30"
    assert found.found == "port FastEthernet0/6, VLAN 30"


def test_a_port_that_was_made_a_routed_one_is_missing() -> None:
    left = {name: port for name, port in PORTS.ports.items() if name != POSTE}
    assert miss("K-058", Ports(left, frozenset({POSTE}))).found == "rien"


def test_ports_that_are_numbered_otherwise_are_for_a_person_to_judge() -> None:
    from_zero = {f"GigabitEthernet0/{number}": PORTS.ports[POSTE] for number in range(4)}
    assert isinstance(refuse("K-058", Ports(from_zero)), Undecided)


def linked(**changed: Any) -> Links:
    """Return the links of the solved switch, that of the workstation changed."""
    return Links(LINKS.ports | {POSTE: replace(LINKS.ports[POSTE], **changed)})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"up": False}, "GigabitEthernet1/0/5 : aucune liaison"),
        ({"duplex": "half"}, "duplex de GigabitEthernet1/0/5 : attendu full, trouvé half"),
        ({"packets": 20_000, "errors": 21}, "21 trames fausses sur 20000 reçues"),
    ],
)
def test_a_link_that_does_not_work_is_named(changed: dict[str, Any], said: str) -> None:
    assert said in miss("K-068", linked(**changed)).message


@pytest.mark.parametrize("errors", [10, 20])
def test_a_few_wrong_frames_are_no_bad_link(errors: int) -> None:
    run_check("K-068", PLAN, solved_but(linked(packets=20_000, errors=errors)))


def test_a_link_whose_duplex_is_not_told_is_for_a_person() -> None:
    assert isinstance(refuse("K-068", linked(duplex="auto")), Undecided)


def test_links_of_a_real_switch_are_those_of_the_plan() -> None:
    real = {
        name.replace("Gigabit", "Fast").replace("1/0/", "0/"): one
        for name, one in LINKS.ports.items()
    }
    run_check("K-068", PLAN, solved_but(Links(real)))


def test_active_unused_port_is_named() -> None:
    found = miss("K-060", with_port(SPARE, enabled=True))
    assert found.message == "ports inutilisés encore actifs : 12"
    assert found.earned == Decimal(6) / 7


def test_unused_port_left_in_vlan_1() -> None:
    found = miss("K-060", with_port(SPARE, access_vid=1))
    assert found.message == "ports inutilisés hors du VLAN 999 : 12"


def test_unused_port_as_a_trunk_is_not_parked() -> None:
    assert "12" in miss("K-060", with_port(SPARE, mode=PortMode.TRUNK)).message


def test_wrong_label_is_named() -> None:
    found = miss("K-069", with_port(POSTE, description="PC Hina"))
    assert found.message == "description du port 5 : attendu ARU-B1-P1-05, trouvé PC Hina"
    assert found.earned == Decimal("0.8")


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


def test_ssh_that_does_not_answer_earns_nothing() -> None:
    found = miss("K-062", with_outcome("ADMIN", "commutateur", 22, Outcome.REFUSED))
    assert found.message == "le commutateur ne répond pas en SSH depuis ADMIN"
    assert found.earned == 0


def test_ssh_open_to_everybody() -> None:
    found = miss("K-062", with_outcome("BUREAUTIQUE", "commutateur", 22, Outcome.OPEN))
    assert found.message == "le commutateur répond en SSH depuis BUREAUTIQUE"


def test_telnet_that_answers() -> None:
    found = miss("K-062", with_outcome("ADMIN", "commutateur", 23, Outcome.OPEN))
    assert found.message == "le commutateur répond en telnet depuis ADMIN"


def test_telnet_in_the_configuration_alone() -> None:
    both = replace(CONFIG, vty_transports=frozenset({"ssh", "telnet"}))
    assert miss("K-062", both).message == (
        "accès distants permis (transport input) : attendu ssh, trouvé ssh, telnet"
    )


def test_a_switch_that_lets_nobody_in_by_the_network() -> None:
    closed = replace(CONFIG, vty_transports=frozenset())
    assert miss("K-062", closed).message == (
        "accès distants permis (transport input) : attendu ssh, trouvé rien"
    )


def test_missing_banner() -> None:
    assert miss("K-062", replace(CONFIG, banner="")).message == (
        "bannière du commutateur : attendu Acces reserve SARL Moana Nautic, trouvé rien"
    )


@pytest.mark.parametrize("kind", ["motd", "login", "exec"])
def test_the_banner_may_be_of_any_kind_that_is_displayed(kind: str) -> None:
    asked = CONFIG.banner
    others = [one for one in ("motd", "login", "exec") if one != kind]
    lines = [f"banner {one} ^CSW-ARU-01, baie principale ({one})^C" for one in others]
    running = "\n".join(("hostname S", *lines, f"banner {kind} ^C\n{asked}\n^C", "end", ""))
    read = parse_config(running, running)
    config = replace(CONFIG, banner=read.banner, banners=read.banners)

    assert run_check("K-062", PLAN, solved_but(config)) is not None


def test_banners_that_say_something_else() -> None:
    config = replace(CONFIG, banner="SW-ARU-01", banners=frozenset({"SW-ARU-01", "Bonjour"}))
    assert miss("K-062", config).message == (
        "bannière du commutateur : attendu Acces reserve SARL Moana Nautic, trouvé SW-ARU-01"
    )


def with_clock(*servers: str) -> SwitchConfig:
    """Return the configuration of the solved switch, with other servers of its clock."""
    return replace(CONFIG, ntp=frozenset(servers))


def test_a_clock_that_nobody_sets() -> None:
    found = miss("K-062", with_clock())
    assert found.message == "le commutateur doit prendre l'heure de 10.21.20.10, trouvé : rien"
    assert 0 < found.earned < 1


def test_a_clock_that_another_server_sets() -> None:
    found = miss("K-062", with_clock("192.0.2.1"))
    assert found.message == "le commutateur doit prendre l'heure de 10.21.20.10, trouvé : 192.0.2.1"


@pytest.mark.parametrize(
    "servers",
    [
        ("10.21.20.10", "192.0.2.1"),
        ("SRV-ARU-AD1.moana.test",),
        ("srv-aru-ad1",),
        ("moana.test",),
    ],
)
def test_other_ways_of_setting_the_clock(servers: tuple[str, ...]) -> None:
    assert run_check("K-062", PLAN, solved_but(with_clock(*servers))) is not None


@pytest.mark.parametrize(
    "line",
    [
        "ntp server 10.21.20.10 version 3 prefer",
        "ntp server vrf Mgmt-vrf 10.21.20.10",
        "ntp server ip 10.21.20.10",
        "sntp server 10.21.20.10",
    ],
)
def test_the_server_of_a_clock_is_read(line: str) -> None:
    assert parse_config(f"hostname S\n{line}\nend", "startup-config is not present").ntp == {
        "10.21.20.10"
    }


def test_a_clock_set_by_a_name_that_nobody_knows_is_for_a_person() -> None:
    problem = refuse("K-062", with_clock("heure.exemple"))
    assert isinstance(problem, Undecided)
    assert problem.detail == (
        "le commutateur prend l'heure de « heure.exemple » : ce nom n'est pas connu du banc"
    )
    hidden = replace(with_clock("heure.exemple"), banner="")
    assert miss("K-062", hidden).message.startswith("bannière du commutateur")


@pytest.mark.parametrize(
    ("line", "is_clear"),
    [
        ("snmp-server community <masked> RO", True),
        ("snmp-server group LECTURE v2c", True),
        ("snmp-server group LECTURE v3 priv", False),
        ("snmp-server user u g v1", True),
        ("snmp-server user u g v3 auth sha <masked>", False),
        ("snmp-server host 10.21.10.9 <masked>", True),
        ("snmp-server host 10.21.10.9 version 2c <masked>", True),
        ("snmp-server host 10.21.10.9 version 3 priv u", False),
        ("snmp-server location baie 1", False),
        ("no snmp-server", False),
    ],
)
def test_snmp_in_clear_is_named(line: str, is_clear: bool) -> None:
    changed = replace(CONFIG, running=(*CONFIG.running, line))
    if is_clear:
        said = "le commutateur parle SNMP en version 1 ou 2, en clair"
        assert miss("K-062", changed).message == said
    else:
        assert run_check("K-062", PLAN, solved_but(changed)) is not None


def test_switch_that_never_saved() -> None:
    found = miss("K-063", replace(CONFIG, startup=None))
    assert found.message == "aucune configuration n'est enregistrée sur le commutateur"


def test_unsaved_line_is_shown() -> None:
    changed = replace(CONFIG, running=(*CONFIG.running, "ntp server 192.0.2.1"))
    found = miss("K-063", changed)
    assert found.message == (
        "des modifications du commutateur ne sont pas enregistrées : ntp server 192.0.2.1"
    )
    assert found.found == "1 ligne(s) non enregistrée(s), 0 ligne(s) périmée(s)"


def test_removed_line_is_shown() -> None:
    changed = replace(CONFIG, running=CONFIG.running[:1])
    assert miss("K-063", changed).message.endswith(": « ip routing » supprimée")


def test_many_unsaved_lines_are_cut() -> None:
    more = tuple(f"vlan {vid}" for vid in range(2, 9))
    changed = replace(CONFIG, running=(*CONFIG.running, *more))
    assert miss("K-063", changed).message.endswith(": vlan 2, vlan 3, vlan 4 …")


def test_an_unsaved_banner_is_shown_on_one_line() -> None:
    changed = replace(CONFIG, running=(*CONFIG.running, "banner motd ^C\nAcces\nreserve\n^C"))
    assert miss("K-063", changed).message.endswith(": banner motd ^C Acces reserve ^C")


def test_lines_in_another_order_are_not_saved() -> None:
    changed = replace(CONFIG, running=CONFIG.running[::-1])
    assert miss("K-063", changed).message.endswith(": ordre des lignes")


def test_workstation_on_another_port_is_located() -> None:
    mac = fact_of(MacTable).entries[0].mac
    found = miss("K-035", MacTable((MacEntry(mac, 30, "GigabitEthernet1/0/3"),)))
    assert found.message == (
        f"le commutateur voit le poste ({mac}) ailleurs : port GigabitEthernet1/0/3, VLAN 30"
    )
    assert found.earned == 0


def test_a_workstation_whose_address_was_written_is_for_a_person_to_judge() -> None:
    table = fact_of(MacTable)
    mac = table.entries[0].mac
    problem = refuse("K-035", MacTable((), frozenset({mac})))
    assert isinstance(problem, Undecided)
    assert mac in problem.detail
    assert run_check("K-035", PLAN, solved_but(replace(table, written=frozenset({mac}))))


def test_workstation_in_another_vlan_earns_nothing() -> None:
    """Its cable was there before the candidate: the right port is nobody's merit."""
    mac = fact_of(MacTable).entries[0].mac
    found = miss("K-035", MacTable((MacEntry(mac, 1, POSTE),)))
    assert found.found == "port GigabitEthernet1/0/5, VLAN 1"
    assert found.earned == 0


def test_workstation_that_the_switch_does_not_see() -> None:
    other = MacTable((MacEntry("02:00:5e:00:53:35", 30, POSTE),))
    found = miss("K-035", other)
    assert found.message.startswith("le commutateur ne voit pas la carte 02:")
    assert found.found == "aucune entrée"
