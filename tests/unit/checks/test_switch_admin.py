"""How the switch is administered: SSH, banner, clock, SNMP, and what is saved."""

from dataclasses import replace

import pytest

from checks.device_admin.facts import SwitchConfig, parse_config
from labctl.core.expect import Undecided
from labctl.facts.wire import Outcome
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but, with_outcome

CONFIG = fact_of(SwitchConfig)


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
