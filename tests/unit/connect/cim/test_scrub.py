"""No name of anybody in a recording, and answers that still say the same."""

import pytest

from labctl.connect.cim.scrub import Scrub

SYSTEM = {"class": "Win32_ComputerSystem"}
ACCOUNTS = {"class": "Win32_UserAccount"}
SID = "S-1-5-21-3623811015-3361044348-30300820"


def scrub_after(body: dict[str, str], *instances: dict[str, object]) -> Scrub:
    """Return what was learnt of one answer."""
    scrub = Scrub()
    scrub.learn(body, {"instances": list(instances)})
    return scrub


def test_a_computer_has_one_name_in_every_answer_and_every_case() -> None:
    scrub = scrub_after(SYSTEM, {"Name": "PC-COMPTA", "Domain": "lycee.test"})

    assert scrub.clean(["PC-COMPTA", r"\\pc-compta\c$", "DC=lycee,DC=test", r"LYCEE\x"]) == [
        "MACHINE1",
        r"\\machine1\c$",
        "DC=domaine1,DC=test",
        r"DOMAINE1\x",
    ]


def test_a_name_inside_another_word_is_not_its_name() -> None:
    scrub = scrub_after(ACCOUNTS, {"Name": "martin", "SID": f"{SID}-1001"})

    assert scrub.clean("martinique, c.martin") == "martinique, c.compte1"


@pytest.mark.parametrize("rid", ["500", "501", "512"])
def test_a_well_known_account_keeps_its_name(rid: str) -> None:
    scrub = scrub_after(ACCOUNTS, {"Name": "Rebaptise", "SID": f"{SID}-{rid}"})

    assert scrub.clean("Rebaptise") == "Rebaptise"


def test_a_sid_keeps_its_relative_identifier_and_its_authority_is_replaced_everywhere() -> None:
    scrub = Scrub()

    found = scrub.clean({f"{SID}-1105\\Network": f"{SID}-512"})

    assert found == {"S-1-5-21-1-1-1-1105\\Network": "S-1-5-21-1-1-1-512"}


def test_a_well_known_sid_stays() -> None:
    assert Scrub().clean("S-1-5-32-544") == "S-1-5-32-544"


def test_the_owner_of_a_profile_is_an_account() -> None:
    scrub = scrub_after({}, {"Name": r"c:\users\jdupont\documents\a.txt"})

    assert scrub.clean(r"C:\Users\JDupont\x") == r"C:\Users\Compte1\x"


def test_keys_and_serials_are_replaced_and_equal_ones_stay_equal() -> None:
    recovery, product = "-".join(["123456"] * 8), "VK7JG-NPHTM-C97JM-9MPGT-3V66T"

    found = Scrub().clean({"SerialNumber": "ABC123", "A": recovery, "B": recovery, "C": product})

    assert found["SerialNumber"] == "SERIE-1"
    assert found["A"] == found["B"] == "000000-000000-000000-000000-000000-000000-000000-000001"
    assert found["C"].startswith("XXXXX-")


def test_an_address_of_a_maker_is_replaced_and_one_that_somebody_chose_stays() -> None:
    found = Scrub().clean(["D4-3D-7E-12-34-56", "d4:3d:7e:12:34:56", "02:4C:01:62:72:00"])

    assert found == ["00-00-5E-00-53-01", "00:00:5e:00:53:01", "02:4C:01:62:72:00"]


def test_a_public_address_is_replaced_and_a_version_that_looks_like_one_stays() -> None:
    found = Scrub().clean({"IPAddress": ["8.8.8.8", "10.0.0.1"], "Version": "8.8.8.8"})

    assert found == {"IPAddress": ["203.0.113.1", "10.0.0.1"], "Version": "8.8.8.8"}


def test_an_account_that_the_subject_invented_stays() -> None:
    scrub = Scrub(asked=r"path='\users\htehei\'")
    scrub.learn(ACCOUNTS, {"instances": [{"Name": "htehei"}, {"Name": "jdupont"}]})

    assert scrub.clean("htehei jdupont") == "htehei compte1"


def test_a_name_that_is_left_is_found() -> None:
    scrub = scrub_after(SYSTEM, {"Name": "PC-COMPTA"})

    assert scrub.find_left('{"x": "PC-Compta"}') == ("pc-compta",)
    assert scrub.counts == {"machine": 1}
