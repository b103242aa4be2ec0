"""Checks of the workstation."""

from dataclasses import replace
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface

import pytest

from checks.addressing.facts.addressing import Addressing
from checks.desk.facts.home_page import HomePage
from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.reservations import Reservations
from checks.directory.facts.objects import Computers
from checks.installation.facts.linux import LinuxSystem
from checks.joining.facts.membership import Membership, SecureChannel
from checks.naming.facts.identity import Identity
from labctl.core.expect import NotAsked, Undecided
from labctl.core.ids import NodeName
from tests.checking import PLAN, fact_of, miss, run_check, solved_but
from tests.facts import solved_facts
from tests.plans import asking

IDENTITY = fact_of(Identity)
SYSTEM = fact_of(LinuxSystem)
ADDRESSING = fact_of(Addressing)
MEMBERSHIP = fact_of(Membership)
HOME_PAGE = fact_of(HomePage)


def test_name_in_force_is_compared() -> None:
    found = miss("K-007", replace(IDENTITY, running_name="poste"))
    assert found.message == "le poste s'appelle « poste » au lieu de « MN-PC-01 »"
    assert found.earned == Decimal("0.5")


def test_name_after_a_restart_is_compared() -> None:
    found = miss("K-007", replace(IDENTITY, static_name="poste"))
    assert found.message == (
        "au prochain démarrage, le poste s'appellera « poste » au lieu de « MN-PC-01 »"
    )


@pytest.mark.parametrize("name", ["mn-pc-01", "MN-PC-01.moana.test", "Mn-Pc-01.MOANA.test"])
def test_case_and_domain_of_a_name_do_not_matter(name: str) -> None:
    renamed = replace(IDENTITY, running_name=name, static_name=name)
    run_check("K-007", PLAN, solved_facts(PLAN) | {Identity: renamed})


def test_name_of_another_domain_is_another_name() -> None:
    found = miss("K-007", replace(IDENTITY, running_name="MN-PC-01.fare.test"))
    assert "« MN-PC-01.fare.test »" in found.message


def test_time_zone_is_named() -> None:
    found = miss("K-012", replace(SYSTEM, timezone="Etc/UTC"))
    assert found.message == "fuseau horaire : attendu Pacific/Tahiti, trouvé Etc/UTC"
    assert (found.expected, found.found) == ("Pacific/Tahiti", "Etc/UTC")


def test_data_folder_is_named() -> None:
    found = miss("K-012", replace(SYSTEM, has_data_dir=False))
    assert found.message == "le dossier de données /donnees n'existe pas"
    assert found.earned == Decimal("0.5")


def test_another_system_earns_nothing() -> None:
    found = miss("K-012", replace(SYSTEM, os_id="alpine"))
    assert found.message == "système : attendu debian, trouvé alpine"
    assert found.earned == 0


def test_card_without_address() -> None:
    found = miss("K-034", replace(ADDRESSING, addresses=()))
    assert found.message == "la carte eth0 du poste n'a pas d'adresse"
    assert found.earned == 0


def test_no_address_is_asked_of_a_segment_that_gives_none() -> None:
    asked = PLAN.demand(Dhcp)
    here = PLAN.nodes[NodeName("poste")].interfaces[0].segment
    others = tuple(scope for scope in asked.scopes if scope.segment != here)
    plan = asking(PLAN, asked.model_copy(update={"scopes": others}))
    bare = {Addressing: replace(ADDRESSING, addresses=())}

    with pytest.raises(NotAsked):
        run_check("K-034", plan, solved_facts(PLAN) | bare)


def test_card_that_is_down() -> None:
    assert miss("K-034", replace(ADDRESSING, is_up=False)).message == (
        "la carte eth0 du poste est éteinte"
    )


def test_right_subnet_with_a_wrong_mask_earns_a_part() -> None:
    wide = (IPv4Interface("10.21.30.103/16"),)
    found = miss("K-034", replace(ADDRESSING, addresses=wide))
    assert found.message == "masque du poste : attendu 255.255.255.0, trouvé 255.255.0.0"
    assert found.earned == Decimal("0.8")


def test_address_out_of_the_range() -> None:
    by_hand = (IPv4Interface("10.21.30.20/24"),)
    leased = replace(fact_of(Reservations), leases={})
    found = miss("K-034", replace(ADDRESSING, addresses=by_hand), leased)
    assert found.message == (
        "l'adresse 10.21.30.20 n'est pas dans l'étendue 10.21.30.100 à 10.21.30.179"
    )


def test_reserved_address_is_not_the_workstations() -> None:
    printer = (IPv4Interface("10.21.30.15/24"),)
    assert (
        "n'est pas dans l'étendue" in miss("K-034", replace(ADDRESSING, addresses=printer)).message
    )


def test_static_address_earns_nothing() -> None:
    found = miss("K-034", replace(ADDRESSING, is_dhcp=False))
    assert found.message == "l'adresse 10.21.30.103 du poste est fixe, elle doit venir du DHCP"
    assert found.earned == 0


def test_address_that_the_router_never_gave() -> None:
    """A client in the configuration and an address typed by hand: the router is the witness."""
    leases = {"02:00:00:00:00:99": IPv4Address("10.21.30.150")}
    found = miss("K-034", replace(fact_of(Reservations), leases=leases))
    assert found.message == (
        "le routeur n'a donné aucun bail pour 10.21.30.103 : adresse mise à la main ?"
    )


def test_router_that_was_not_read_is_no_witness() -> None:
    run_check("K-034", PLAN, solved_facts(PLAN) | {Reservations: None})


def test_wrong_gateway() -> None:
    gateway = IPv4Address("10.21.30.254")
    found = miss("K-034", replace(ADDRESSING, gateway=gateway))
    assert found.message == "passerelle du poste : attendu 10.21.30.1, trouvé 10.21.30.254"


def test_second_dns_server_is_wrong() -> None:
    """A domain member that asks a public resolver fails now and then."""
    dns = (IPv4Address("10.21.20.10"), IPv4Address("198.51.100.53"))
    found = miss("K-034", replace(ADDRESSING, dns=dns))
    assert found.message == "DNS du poste : attendu 10.21.20.10, trouvé 10.21.20.10, 198.51.100.53"


def test_second_address_is_wrong() -> None:
    both = (*ADDRESSING.addresses, IPv4Interface("10.21.20.77/26"))
    found = miss("K-034", replace(ADDRESSING, addresses=both))
    assert found.message == "autres adresses sur eth0 : attendu rien, trouvé 10.21.20.77/26"


def test_workstation_out_of_any_domain() -> None:
    alone = Membership("", "WORKGROUP", "")
    found = miss("K-037", alone)
    assert found.message == "le poste n'est membre d'aucun domaine"
    assert found.earned == 0


def test_workstation_of_another_domain_earns_nothing() -> None:
    found = miss("K-037", replace(MEMBERSHIP, realm="FARE.TEST"))
    assert found.message == "domaine du poste : attendu moana.test, trouvé fare.test"
    assert found.earned == 0


def test_wrong_netbios_name_earns_a_part() -> None:
    found = miss("K-037", replace(MEMBERSHIP, workgroup="WORKGROUP"))
    assert found.message == "nom NetBIOS du domaine : attendu moana, trouvé workgroup"
    assert found.earned == Decimal("0.75")


def test_a_short_name_that_nobody_tells_is_for_a_person_to_look_at() -> None:
    """A join by adcli keeps none: it is asked of the domain, which may not answer."""
    unsaid = replace(MEMBERSHIP, workgroup="")
    with pytest.raises(Undecided, match="nom NetBIOS"):
        run_check("K-037", PLAN, solved_facts(PLAN) | {Membership: unsaid})


def test_a_short_name_that_nobody_tells_hides_no_other_fault() -> None:
    found = miss("K-037", replace(MEMBERSHIP, workgroup="", account="POSTE$"))
    assert found.message == "compte d'ordinateur : attendu mn-pc-01$, trouvé poste$"


def test_account_of_another_name() -> None:
    found = miss("K-037", replace(MEMBERSHIP, account="POSTE$"))
    assert found.message == "compte d'ordinateur : attendu mn-pc-01$, trouvé poste$"


def test_configuration_alone_is_no_membership() -> None:
    """smb.conf says « member », the directory has never heard of it."""
    found = miss("K-037", Computers({"NAS-ARU-01": "CN=NAS-ARU-01,CN=Computers,DC=moana,DC=test"}))
    assert found.message == "l'annuaire ne connaît pas l'ordinateur MN-PC-01"
    assert found.earned == 0


def test_broken_secure_channel_says_what_the_tool_said() -> None:
    broken = SecureChannel(works=False, detail="Client credentials revoked")
    found = miss("K-079", broken)
    assert found.message == ("le contrôleur de domaine refuse le compte d'ordinateur MN-PC-01")
    assert found.found == "Client credentials revoked"


def test_network_not_recognised_as_the_domains_earns_a_part() -> None:
    """Only a Windows says so."""
    found = miss("K-037", replace(MEMBERSHIP, recognised=False))
    assert found.message == "réseau reconnu comme celui du domaine : attendu oui, trouvé non"
    assert found.earned == Decimal("0.75")


def test_a_linux_has_no_profile_of_its_network() -> None:
    run_check(
        "K-037", PLAN, solved_facts(PLAN) | {Membership: replace(MEMBERSHIP, recognised=None)}
    )


def test_a_home_page_that_does_not_open_earns_nothing() -> None:
    found = miss("K-126", replace(HOME_PAGE, status=0, address=""))
    assert found.message == "https://intranet.moana.test/ ne s'ouvre pas du poste (état HTTP 0)"
    assert found.earned == 0


def test_a_home_page_with_a_warning_is_named() -> None:
    found = miss("K-126", replace(HOME_PAGE, status=0, is_distrusted=True, trusts_authority=False))
    assert "s'ouvre avec un avertissement" in found.message


def test_a_certificate_that_is_trusted_by_itself_is_no_trust_in_the_authority() -> None:
    found = miss("K-126", replace(HOME_PAGE, trusts_authority=False))
    assert "l'autorité interne n'est pas de confiance" in found.message
    assert found.earned == 0


def test_a_page_under_another_authority_does_not_conform() -> None:
    assert "n'a pas signé" in miss("K-126", replace(HOME_PAGE, is_genuine=False)).message


def test_a_page_that_another_machine_serves_does_not_conform() -> None:
    assert "127.0.0.1" in miss("K-126", replace(HOME_PAGE, address="127.0.0.1")).message


def test_a_real_windows_does_not_say_which_address_answered() -> None:
    run_check("K-126", PLAN, solved_but(replace(HOME_PAGE, address="")))
