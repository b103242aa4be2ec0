"""Secrets of a device's configuration: none is left, and what is none stays."""

import time

import pytest

from labctl.connect.cli.secrets import SecretMask

LINES = (
    "enable secret level 5 5 {}",
    "enable secret 9 {}",
    "enable password 7 {}",
    "enable password {} en clair",
    "username admin privilege 15 secret 9 {}",
    "username bob password 0 {}",
    "username bob common-criteria-policy P password 0 {}",
    " password 7 {}",
    " password {} en clair",
    "  key-string 7 {}",
    " key-string {} en clair",
    "tacacs-server key 7 {}",
    "tacacs-server host 10.0.0.1 key {}",
    "radius-server key 7 {}",
    "radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key 7 {}",
    " key 7 {}",
    " key {}",
    " pac key 7 {}",
    " server-private 10.0.0.1 timeout 3 key 7 {}",
    " client 10.0.0.1 server-key 7 {}",
    " bind authenticate root-dn cn=a,dc=b password {}",
    " ppp chap password 7 {}",
    " ppp pap sent-username U password 7 {}",
    "crypto isakmp key {} address 0.0.0.0",
    "crypto isakmp key 6 {} hostname foo",
    " pre-shared-key address 1.2.3.4 255.255.255.255 key {}",
    "  pre-shared-key local 6 {}",
    "  pre-shared-key {}",
    " authentication local pre-share key {}",
    " set session-key inbound ah 256 {}",
    " set session-key outbound esp 256 cipher {} authenticator {}",
    " ip nhrp authentication {}",
    " wpa-psk ascii 7 {}",
    " wpa-psk ascii {}",
    " security wpa psk set-key ascii 0 {}",
    " encryption vlan 1 key 1 size 128bit 7 {} transmit-key",
    "snmp-server community {} RO 10",
    "snmp-server host 10.0.0.1 {}",
    "snmp-server host 10.0.0.1 version 2c {}",
    "snmp-server host 10.0.0.1 vrf Mgmt informs version 3 priv {} udp-port 162 snmp",
    "snmp-server user bob grp v3 auth sha {} priv aes 128 {}",
    "snmp-server user bob grp v3 encrypted auth md5 {} priv des {} access 10",
    "snmp mib community-map {} engineid 00",
    "rmon event 1 log trap {} description FATAL",
    "ntp authentication-key 1 md5 {} 7",
    "ntp authentication-key 40 hmac-sha2-256 {} 7",
    " standby 1 authentication {}",
    " standby authentication {}",
    " standby 1 authentication text {}",
    " standby 1 authentication md5 key-string 7 {}",
    " standby authentication md5 key-string {} timeout 30",
    " vrrp 1 authentication text {}",
    " glbp 1 authentication md5 key-string 7 {}",
    " ip ospf authentication-key 7 {}",
    " ip ospf message-digest-key 1 md5 7 {}",
    " area 0 virtual-link 1.1.1.1 message-digest-key 1 md5 7 {}",
    " area 0 virtual-link 1.1.1.1 authentication-key {}",
    " ospfv3 authentication ipsec spi 500 md5 7 {}",
    " ipv6 ospf encryption ipsec spi 1001 esp aes-cbc 128 7 {} sha1 7 {}",
    " area 1 encryption ipsec spi 1001 esp null md5 {}",
    "  authentication mode hmac-sha-256 7 {}",
    " neighbor 10.0.0.1 password 7 {}",
    " isis password {} level-2",
    " area-password {}",
    "mpls ldp neighbor 10.0.0.1 password 7 {}",
    "mpls ldp password option 1 for ACL 7 {}",
    "mpls ldp password fallback 7 {}",
    "ip msdp password peer 1.1.1.1 7 {}",
    "ip ftp password 7 {}",
    "ip http client password 0 {}",
    "vtp password {}",
    "cts sxp default password 7 {}",
    " credentials username U password 7 {} realm R",
    "ap mgmtuser username U password 0 {} secret 0 {}",
    " path ftp://user:{}@10.0.0.1/x",
    ' action 1.0 cli command "enable secret 5 {}"',
    ' action 1.0 cli command "username x privilege 15 password 7 {}"',
)
HARMLESS = (
    "",
    "service password-encryption",
    "no service password-encryption",
    "password encryption aes",
    "security passwords min-length 8",
    "no enable password",
    "aaa authentication login default local",
    "key chain NOM",
    " standby 1 authentication md5 key-chain NOM",
    " ip rip authentication key-chain NOM",
    "crypto pki trustpoint TP-self-signed-1",
    " rsakeypair TP-self-signed-1",
    "ip ssh rsa keypair-name ssh-key",
    " description password dans une description",
    "snmp-server location Papeete",
    "snmp-server enable traps",
    "ntp authenticate",
    " login authentication default",
    " ip address 10.0.0.1 255.255.255.0",
)


@pytest.mark.parametrize("line", LINES)
def test_no_secret_is_left_and_nothing_else_is_lost(line: str) -> None:
    planted = [f"Planted{number}" for number in range(line.count("{}"))]

    found = SecretMask()(line.format(*planted))

    assert "Planted" not in found
    words = line.removesuffix(" en clair").split("{}")
    assert all(part in found for part in words)


@pytest.mark.parametrize("line", LINES)
def test_a_text_that_was_masked_is_not_masked_again(line: str) -> None:
    mask = SecretMask()
    once = mask(line.format(*["Planted"] * line.count("{}")))

    assert mask(once) == once


@pytest.mark.parametrize("line", HARMLESS)
def test_a_line_without_a_secret_is_left_alone(line: str) -> None:
    assert SecretMask()(line) == line


def test_secrets_are_equal_or_different_as_before() -> None:
    mask = SecretMask()

    running = mask("enable secret 9 one\nusername a secret 9 two\n")

    assert running == "enable secret 9 ***1\nusername a secret 9 ***2\n"
    assert mask("enable secret 9 one\nusername a secret 9 two\n") == running
    assert mask("enable secret 9 two\n") == "enable secret 9 ***2\n"
    assert mask("enable secret 9 three\n") == "enable secret 9 ***3\n"


@pytest.mark.parametrize(
    "piece", ["password ", "spi 1 esp md5 ", "key address key ", "://a:", "secret secret "]
)
def test_a_hostile_configuration_takes_no_time(piece: str) -> None:
    line = piece * (1000 // len(piece))
    before = time.process_time()

    SecretMask()(f"{line}\n" * 250 + piece * (1 << 16))

    assert time.process_time() - before < 10
