"""A configuration as devices print it: what is volatile is not compared, free text is not read."""

import pytest

from checks.device_admin.facts import parse_config
from checks.switching.facts.config_text import read_config
from labctl.facts.probe import NotUnderstood

BODY = """\
version 15.2
service compress-config
!
hostname SW-ARU-01
!
crypto pki trustpoint TP-self-signed-1692872229
 enrollment selfsigned
 rsakeypair TP-self-signed-1692872229
!
crypto pki certificate chain TP-self-signed-1692872229
%(certificate)s
!
interface GigabitEthernet0/5
 description ARU-B1-P1-05
!
interface Vlan10
 ip address 10.21.10.1 255.255.255.224
%(helper)s!
ip route 0.0.0.0 0.0.0.0 10.21.255.1
!
control-plane
!
%(banners)sline con 0
line vty 0 4
 transport input ssh
!
%(clock)send
"""
IN_FULL = """\
 certificate self-signed 01
  30820330 30820218 A0030201 02020101 300D0609 2A864886 F70D0101 05050030
  31312F30 2D060355 0C
  \tquit"""
IN_A_FILE = " certificate self-signed 01 nvram:IOS-Self-Sig#1.cer"
RUNNING_HEAD = """\
Building configuration...

Current configuration : 4327 bytes
!
! Last configuration change at 14:02:11 UTC Tue Jan 6 2026 by admin
! NVRAM config last updated at 14:02:20 UTC Tue Jan 6 2026 by admin
!
"""
STARTUP_HEADS = {
    "catalyst": "Using 4186 out of 524288 bytes\n!\n! Last configuration change at 14:01:00 UTC\n",
    "compressed": (
        "Using 2035 out of 65536 bytes, uncompressed size = 4186 bytes\n"
        "Uncompressed configuration from 2035 bytes to 4186 bytes\n!\n"
    ),
    "IOSvL2": "Uncompressed configuration from 2035 bytes to 4186 bytes\n!\n",
    "with the time of the prompt": (
        "Load for five secs: 1%/0%; one minute: 1%; five minutes: 1%\n"
        "No time source, 14:03:12.123 UTC Tue Jan 6 2026\n\nUsing 4186 out of 524288 bytes\n"
    ),
    "restarted": "Using 4186 bytes\n! No configuration change since last restart\n!\n",
}
HELPER = " ip helper-address 10.21.255.1\n"
FORGED = "interface Vlan20\n ip helper-address 10.21.255.1\nip routing\nntp server 10.9.9.9\n"
ABSENT = "startup-config is not present\n"
FORGEABLE_KINDS = ("motd", "login", "exec", "incoming", "prompt-timeout", "slip-ppp")


def config(
    *,
    certificate: str = IN_FULL,
    helper: str = HELPER,
    banners: str = "",
    clock: str = "ntp clock-period 17179938\nntp server 10.21.20.10\n",
) -> str:
    return BODY % {
        "certificate": certificate,
        "helper": helper,
        "banners": banners,
        "clock": clock,
    }


@pytest.mark.parametrize("head", STARTUP_HEADS.values(), ids=STARTUP_HEADS)
def test_what_a_device_prints_by_itself_is_not_a_change(head: str) -> None:
    later = "ntp clock-period 36029056\nntp server 10.21.20.10\n"
    saved = head + config(certificate=IN_A_FILE, clock=later)

    found = parse_config(RUNNING_HEAD + config(), saved)

    assert found.running == found.startup


@pytest.mark.parametrize(
    "changed",
    [
        {"helper": ""},
        {"certificate": " certificate self-signed 02 nvram:IOS-Self-Sig#2.cer"},
        {"certificate": f"{IN_A_FILE}\n certificate ca 01 nvram:CiscoLicensi#1CA.cer"},
        {"banners": "banner motd ^CAcces reserve^C\n"},
        {"clock": "ntp server 10.21.20.10\nntp server 10.21.20.11\n"},
    ],
    ids=["helper", "certificate", "another certificate", "banner", "server"],
)
def test_a_change_that_was_not_saved_is_one_all_the_same(changed: dict[str, str]) -> None:
    saved = STARTUP_HEADS["compressed"] + config(**{"certificate": IN_A_FILE} | changed)

    found = parse_config(RUNNING_HEAD + config(), saved)

    assert found.running != found.startup


@pytest.mark.parametrize("kind", FORGEABLE_KINDS)
@pytest.mark.parametrize("mark", ["^C", "\x03", "#", "@"])
@pytest.mark.parametrize("first", ["", "\n", "Bonjour\n"])
def test_the_text_of_a_banner_configures_nothing(kind: str, mark: str, first: str) -> None:
    banner = f"banner {kind} {mark}{first}{FORGED}end\n{mark}\n"

    found = parse_config(config(helper="", banners=banner), ABSENT)

    assert found.relays == {}
    assert found.ntp == {"10.21.20.10"}
    assert not {"interface Vlan20", "ip routing"} & set(found.running)


@pytest.mark.parametrize(
    "text",
    [
        f"macro name x\n{FORGED}@\n",
        f"macro auto execute X {{\n{FORGED}}}\n",
        f"menu x title ^C\n{FORGED}^C\n",
        f"busy-message hote ^C\n{FORGED}^C\n",
        f"aaa authentication banner ^C\n{FORGED}^C\n",
        f"aaa authentication fail-message ^C\n{FORGED}^C\n",
        f"ip admission auth-proxy-banner http ^C\n{FORGED}^C\n",
        f"parameter-map type webauth global\n banner text ^C\n{FORGED}^C\n",
        f"crypto isakmp client configuration group x\n banner ^C\n{FORGED}^C\n",
    ],
)
def test_a_text_of_several_lines_configures_nothing(text: str) -> None:
    found = parse_config(config(helper="", banners=text), ABSENT)

    assert found.relays == {}
    assert found.ntp == {"10.21.20.10"}


def test_the_messages_of_a_line_configure_nothing() -> None:
    saved = config(helper="").replace(
        "line con 0\n",
        f"line con 0\n vacant-message ^C\n{FORGED}^C\n refuse-message ^C\n{FORGED}^C\n",
    )

    assert parse_config(saved, ABSENT).relays == {}


@pytest.mark.parametrize(
    "line",
    [
        "alias exec x interface Vlan20",
        "snmp-server contact interface Vlan20",
        "menu x text 1 interface Vlan20",
        'event manager applet x\n action 1.0 cli command "interface Vlan20"\n'
        ' action 2.0 cli command "ip helper-address 10.21.255.1"',
        "kron policy-list x\n cli interface Vlan20\n cli ip helper-address 10.21.255.1",
    ],
)
def test_a_command_that_is_only_quoted_configures_nothing(line: str) -> None:
    assert parse_config(config(helper="", banners=f"{line}\n"), ABSENT).relays == {}


SECOND_DELIMITERS = {
    "the text goes on": f"banner exec ^C^C\n{FORGED}^C\n",
    "on the line of the delimiter": "banner exec ^Ca ^C b^C\n",
    "another banner takes the last": f"banner exec ^C^C\n{FORGED}banner login ^C^C\n",
    "an indented one takes the last": f"banner exec ^C^C\n{FORGED}menu x title ^C^C\n",
    "the interface a second time": "banner exec ^C^C\ninterface Vlan10\n" + HELPER + "menu x "
    "title ^C^C\n",
    "the line a second time": "banner exec ^C^C\nline vty 0 4\n transport input ssh\nmenu x "
    "title ^C^C\n",
    "the same banner twice": "banner motd ^C^C\nbanner motd ^CAcces reserve^C\n",
    "another name": "banner motd ^C^C\nhostname X\nmenu x title ^C^C\n",
    "a macro goes on": f"macro name x\n@\n{FORGED}@\n",
    "a macro of the shell goes on": "macro auto execute X {\n}\n}\n",
}


@pytest.mark.parametrize("text", SECOND_DELIMITERS.values(), ids=SECOND_DELIMITERS)
def test_a_text_that_holds_its_own_delimiter_is_not_read(text: str) -> None:
    with pytest.raises(NotUnderstood, match="délimiteur"):
        parse_config(config(helper="", banners=text), ABSENT)


@pytest.mark.parametrize(
    "text", ["banner exec ^C\nbonjour\n", "macro name x\nshutdown\n", "menu x title ^C\n"]
)
def test_a_text_without_end_is_a_configuration_that_was_cut(text: str) -> None:
    with pytest.raises(NotUnderstood, match="coupée"):
        parse_config(config(banners=text), ABSENT)


def test_several_banners_are_each_one_value() -> None:
    banners = "banner exec ^C\nIOSv is strictly limited\n\n^C\nbanner motd ^CAcces reserve^C\n"

    found = read_config(config(banners=banners))

    assert found.banners == {"exec": "\nIOSv is strictly limited\n\n", "motd": "Acces reserve"}


def test_a_line_of_a_text_that_resembles_a_volatile_one_is_kept() -> None:
    banners = "banner motd ^C\n! Using 12 bytes\n^C\n"

    assert read_config(config(banners=banners)).banners["motd"] == "\n! Using 12 bytes\n"
