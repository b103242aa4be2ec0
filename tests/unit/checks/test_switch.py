"""The ports of the switch: their networks, links and labels, and the workstation seen on one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from checks.switching.demand import PortMode, Switching
from checks.switching.facts.counters import Links
from checks.switching.facts.tables import MacEntry, MacTable, Ports, Vlans
from labctl.core.expect import Undecided
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but

PORTS = fact_of(Ports)
LINKS = fact_of(Links)
SERVERS, POSTE, AP, SPARE = (f"GigabitEthernet1/0/{number}" for number in (2, 5, 9, 12))


def with_port(name: str, **changed: Any) -> Ports:
    """Return the ports of the solved switch, one of them changed."""
    return Ports(PORTS.ports | {name: replace(PORTS.ports[name], **changed)})


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
