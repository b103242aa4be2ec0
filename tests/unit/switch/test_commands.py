"""Configuration commands: what they make, what they refuse and how."""

import pytest
from labswitch import vlanset
from labswitch.commands.outcome import Scope
from labswitch.commands.table import CONFIG_SCOPE, apply
from labswitch.config import Config, Login, PortMode, factory
from labswitch.errors import AmbiguousError, CliError, IncompleteError, InvalidError
from labswitch.grammar import Mode
from labswitch.loading import load
from labswitch.names import port
from labswitch.passwords import is_secret
from labswitch.render import render

from tests.unit.switch.switches import EXAMPLE, PORTS, configured, typed

FACTORY = factory(PORTS)
INTERFACE = Scope(Mode.INTERFACE, interfaces=(port(5),))


def refused(line: str, config: Config = FACTORY, scope: Scope = CONFIG_SCOPE) -> CliError:
    with pytest.raises(CliError) as caught:
        apply(config, scope, line)
    return caught.value


def test_what_is_rendered_makes_the_same_configuration() -> None:
    loaded = load(render(EXAMPLE), FACTORY)

    assert loaded.refused == ()
    assert loaded.config == EXAMPLE


@pytest.mark.parametrize(
    "lines",
    [
        ("banner motd #", "", "Acces reserve", "", "#"),
        ("banner motd #", "Acces reserve", "#"),
        ("banner motd ^C", "^C"),
        ("banner login #Acces", "", "reserve#"),
        ("banner exec #", "#", "banner motd @", " @"),
        ("interface gi1/0/9", "sw acc vl 50", "sw mode trunk", "no vlan 50"),
        ("interface range gi1/0/9-10", "sw acc vl 50", "no vlan 50", "vlan 60"),
        ("vlan 50", "interface gi1/0/9", "sw acc vl 50"),
        ("line vty 0 4", "transport input none", "line con 0", "transport input telnet"),
    ],
)
def test_what_is_saved_starts_as_it_was(lines: tuple[str, ...]) -> None:
    config = typed(*lines)
    loaded = load(render(config), FACTORY)

    assert loaded.refused == ()
    assert loaded.config == config


def test_a_banner_that_begins_on_the_next_line_begins_with_an_empty_one() -> None:
    assert typed("banner motd #", "Acces reserve", "#").banners == {"motd": "\nAcces reserve\n"}


def test_a_start_makes_no_vlan_that_was_deleted() -> None:
    config = load("interface GigabitEthernet1/0/9\n switchport access vlan 50\n", FACTORY).config

    assert (config.ports[9].access_vlan, set(config.vlans)) == (50, {1})


@pytest.mark.parametrize(
    "lines",
    [
        ("vlan 10", "name A", "exit", "no vlan 10"),
        ("hostname A", "no hostname"),
        ("interface gi1/0/5", "description x y", "no description"),
        ("interface gi1/0/5", "shutdown", "no shutdown"),
        ("interface gi1/0/5", "speed 100", "no speed"),
        ("interface gi1/0/5", "duplex half", "duplex auto"),
        ("interface gi1/0/5", "switchport mode trunk", "no switchport mode"),
        ("interface gi1/0/5", "switchport trunk native vlan 9", "no switchport trunk native vlan"),
        ("interface gi1/0/5", "sw tr allowed vlan 9", "no switchport trunk allowed vlan"),
        ("interface gi1/0/5", "sw nonegotiate", "shut", "default interface gi1/0/5"),
        ("interface vlan 7", "no interface vlan 7"),
        ("interface vlan 1", "ip address 10.0.0.1 255.0.0.0", "no ip address"),
        ("interface vlan 1", "ip helper-address 10.9.9.9", "no ip helper-address 10.9.9.9"),
        ("interface vlan 1", "ip access-group A in", "no ip access-group A in"),
        ("ip routing", "no ip routing"),
        ("ip route 10.0.0.0 255.0.0.0 10.1.1.1", "no ip route 10.0.0.0 255.0.0.0 10.1.1.1"),
        ("ip route 10.0.0.0 255.0.0.0 Null0", "no ip route 10.0.0.0 255.0.0.0"),
        ("ip access-list extended A", "permit ip any any", "no ip access-list extended A"),
        ("access-list 10 permit any", "no access-list 10"),
        ("banner motd #x#", "no banner motd"),
        ("username a secret b", "no username a"),
        ("enable secret b", "no enable secret"),
        ("ntp server 10.0.0.1", "no ntp server 10.0.0.1"),
        ("lldp run", "no lldp run"),
        ("ip ssh version 2", "no ip ssh version"),
        ("ip domain-name a.test", "no ip domain-name"),
        ("no ip domain-lookup", "ip domain lookup"),
        ("spanning-tree mode rapid-pvst", "no spanning-tree mode"),
        ("service password-encryption", "no service password-encryption"),
        ("line vty 0 4", "transport input ssh", "no transport input"),
        ("line vty 0 15", "login local", "no login local"),
        ("line vty 0 4", "access-class 10 in", "no access-class 10 in"),
        ("line con 0", "exec-timeout 0 0", "no exec-timeout"),
        ("interface gi1/0/5", "spanning-tree portfast", "no spanning-tree portfast"),
    ],
)
def test_no_takes_back_what_a_command_did(lines: tuple[str, ...]) -> None:
    assert render(configured(*lines)) == render(FACTORY)


def test_an_access_vlan_that_does_not_exist_is_created() -> None:
    outcome = apply(FACTORY, INTERFACE, "switchport access vlan 30")

    assert outcome.message == "% Access VLAN does not exist. Creating vlan 30"
    assert outcome.config.vlans[30] == "VLAN0030"


def test_a_range_changes_all_its_ports() -> None:
    config = configured("int range gi1/0/3 - 4 , gi1/0/6", "sw mode acc", "sw acc vl 999", "shut")

    changed = {n for n, p in config.ports.items() if p.shutdown and p.access_vlan == 999}
    assert changed == {3, 4, 6}
    assert config.ports[3].mode is PortMode.ACCESS


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("switchport trunk allowed vlan 10,20-22", {10, 20, 21, 22}),
        ("switchport trunk allowed vlan add 40", {10, 40}),
        ("switchport trunk allowed vlan remove 10", set()),
        ("switchport trunk allowed vlan none", set()),
        ("switchport trunk allowed vlan all", vlanset.ALL),
        ("switchport trunk allowed vlan except 10", vlanset.ALL - {10}),
    ],
)
def test_allowed_vlans(line: str, expected: set[int]) -> None:
    config = configured("interface gi1/0/5", "switchport trunk allowed vlan 10", line)

    assert config.ports[5].allowed == expected


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("foo", 0),
        ("  foo", 2),
        ("vlan 4095", 5),
        ("vlan abc", 5),
        ("interface gi1/0/13", 10),
        ("interface gi2/0/1", 10),
        ("ip route 10.0.0.0 255.0.0.0 300.1.1.1", 28),
        ("access-list 100 permit tcp any foo", 31),
        ("access-list 100 permit tcp any any eq 70000", 38),
        ("hostname bad_name!", 9),
        ("snmp-server community public", 12),
    ],
)
def test_a_wrong_word_is_pointed_at(line: str, offset: int) -> None:
    refusal = refused(line)

    assert isinstance(refusal, InvalidError)
    assert refusal.offset == offset


@pytest.mark.parametrize(
    "line", ["vlan", "ip route 10.0.0.0 255.0.0.0", "interface", "banner motd", "no ip route"]
)
def test_a_missing_word_is_told(line: str) -> None:
    assert isinstance(refused(line), IncompleteError)


def test_an_ambiguous_word_is_told() -> None:
    refusal = refused("i")

    assert isinstance(refusal, AmbiguousError)
    assert str(refusal) == '% Ambiguous command:  "i"'


def test_in_a_sub_mode_the_error_is_that_of_the_sub_mode() -> None:
    refusal = refused("switchport mode routed", scope=INTERFACE)

    assert isinstance(refusal, InvalidError)
    assert refusal.offset == len("switchport mode ")


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ((), "no vlan 1", "%Default VLAN 1 may not be deleted."),
        ((), "no interface vlan 1", "% Interface Vlan1 cannot be deleted"),
        ((), "vlan 1002", "% VLAN 1002 is reserved and cannot be configured."),
        ((), "username root secret x", "% Username root cannot be used on this switch"),
        (("interface vlan 1", "ip address 10.0.0.1 255.0.0.0"),
         "ip route 10.9.0.0 255.255.0.0 10.0.0.1",
         "%Invalid next hop address (it's this router)"),
        ((), "ip route 10.0.0.1 255.0.0.0 10.1.1.1", "%Inconsistent address and mask"),
        ((), "no ip route 10.0.0.0 255.0.0.0", "%No matching route to delete"),
        ((), "ip http server", "Command rejected: this function is not supported on this switch."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(lines: tuple[str, ...], line: str, said: str) -> None:
    assert str(refused(line, configured(*lines))) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("10.0.0.0 255.255.255.0", "Bad mask /24 for address 10.0.0.0"),
        ("10.0.0.255 255.255.255.0", "Bad mask /24 for address 10.0.0.255"),
        ("10.0.0.1 255.0.255.0", "Bad mask 0xFF00FF00 for address 10.0.0.1"),
        ("224.0.0.1 255.255.255.0", "% Not a valid host address - 224.0.0.1"),
        ("10.21.10.9 255.255.255.248", "% 10.21.10.8 overlaps with Vlan10"),
    ],
)
def test_a_wrong_address_is_refused(address: str, said: str) -> None:
    created = apply(EXAMPLE, CONFIG_SCOPE, "interface vlan 30")
    assert created.scope is not None

    assert str(refused(f"ip address {address}", created.config, created.scope)) == said


def test_a_secret_is_hashed_and_giving_it_again_changes_nothing() -> None:
    once = configured("username admin privilege 15 secret Azerty123!")
    twice = apply(once, CONFIG_SCOPE, "username admin privilege 15 secret Azerty123!").config

    assert is_secret("Azerty123!", once.users["admin"].secret)
    assert not is_secret("azerty123!", once.users["admin"].secret)
    assert twice == once
    assert "Azerty" not in render(once)


def test_a_banner_never_holds_the_delimiter_that_is_printed() -> None:
    config = configured("banner exec #^^C^CC", "interface Vlan10", "^^CC#")

    assert render(config).count("^C") == 2


def test_a_banner_of_several_lines_keeps_them() -> None:
    config = configured("banner motd #Acces reserve", "et surveille#")

    assert config.banners["motd"] == "Acces reserve\net surveille"
    assert load(render(config), FACTORY).config == config


def test_lines_render_as_the_device_groups_them() -> None:
    config = configured("line vty 0 4", "login local", "transport input ssh")

    assert render(config).endswith(
        "line con 0\nline vty 0 4\n login local\n transport input ssh\nline vty 5 15\n login\n"
        " transport input none\n!\nend\n"
    )
    assert config.vty[4].login is Login.LOCAL


def test_entries_of_a_list_have_numbers_and_can_be_removed() -> None:
    config = configured(
        "ip access-list extended A", "permit tcp any host 10.0.0.1 eq 80 443",
        "15 deny udp any range 100 200 any", "5 permit icmp any any echo",
        "permit tcp any any established log", "no 15", "no permit icmp any any echo",
    )  # fmt: skip

    assert "\n".join(render(config).split("\n!\n")).count("permit tcp") == 2
    assert [entry.sequence for entry in config.acls["A"].entries] == [10, 20]


def test_a_list_of_the_other_kind_keeps_its_name() -> None:
    config = configured("ip access-list extended A", "permit ip any any")

    assert "already exists" in str(refused("ip access-list standard A", config))
    assert str(refused("ip access-list standard 100")) == "% Invalid access list name."
