"""The addressing plan, and the address on the sheet: what machines contradict, and what not."""

import re
from ipaddress import IPv4Network

import pytest

from checks.documents.addresses import find_mask
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import Papers
from checks.documents.labels import find_label
from labctl.core.expect import Undecided
from labctl.core.ids import NodeName
from tests.checking import PLAN
from tests.papers import in_force, papers_of, pdf_papers_of, read_papers, solution_texts
from tests.unit.checks.test_documents import ADDRESSES, SHEET, changed, judge, write_docx

MACHINES = {node.name: node for node in list_addressed(PLAN)}


def without(*names: str) -> InForce:
    """Return what is in force where some machines are silent."""
    return InForce({k: v for k, v in in_force(PLAN).addresses.items() if k not in names})


def noting(name: str, address: str) -> str:
    """Return the addressing plan of the solution with another address for a machine."""
    row = rf"^(\| {MACHINES[NodeName(name)].hostname} \| \w+ \|)[^|]*\|"
    text, times = re.subn(
        row, rf"\1 {address} |", solution_texts(PLAN)[ADDRESSES], flags=re.MULTILINE
    )
    assert times == 1
    return text


def noted(name: str, address: str) -> Papers:
    return papers_of({ADDRESSES: noting(name, address)})


@pytest.mark.parametrize(
    ("name", "address"), [("poste", "10.21.30.100"), ("imprimante", "10.21.30.16")]
)
def test_another_address_of_a_machine_that_is_silent_is_for_a_person(
    name: str, address: str
) -> None:
    assert "en service" in judge("K-070", noted(name, address))
    with pytest.raises(Undecided, match="ne dit pas son adresse : adresse de"):
        judge("K-070", noted(name, address), seen=without(name))


@pytest.mark.parametrize(
    ("name", "address"), [("poste", "DHCP"), ("imprimante", "10.21.30.15"), ("nas", "10.21.20.20")]
)
def test_what_is_asked_needs_no_machine_that_answers(name: str, address: str) -> None:
    assert judge("K-070", noted(name, address), seen=InForce({})) == ""


def test_a_silent_machine_hides_nothing_that_is_wrong_elsewhere() -> None:
    text = noting("poste", "10.21.30.100").replace("| 10.21.10.1 |", "| 10.21.10.9 |")
    said = judge("K-070", papers_of({ADDRESSES: text}), seen=without("poste"))
    assert said == "ADMIN : 10.21.10.0/27, passerelle 10.21.10.1, n'est pas noté"


def test_a_machine_without_an_address_in_the_plan_is_not_noted_silent_or_not() -> None:
    assert "noté rien" in judge("K-070", noted("imprimante", ""), seen=without("imprimante"))


def test_another_address_in_a_pdf_is_wrong_and_a_missing_one_may_be_lost() -> None:
    wrong = pdf_papers_of({ADDRESSES: noting("imprimante", "10.21.30.16")})
    assert "noté 10.21.30.16, en service 10.21.30.15" in judge("K-070", wrong)
    missing = pdf_papers_of({ADDRESSES: noting("imprimante", "")})
    with pytest.raises(Undecided, match="ne le dit pas à coup sûr : adresse de IMP-ARU-01 notée"):
        judge("K-070", missing)


def sheet_of(name: str, address: str, label: str = "") -> Papers:
    """Return a sheet about a machine, with the label of its cable, or another one."""
    text = solution_texts(PLAN)[SHEET]
    label = label or find_label(PLAN, NodeName(name))
    for field, value in (
        ("equipement", MACHINES[NodeName(name)].hostname),
        ("adresse ip", address),
        ("etiquette", label),
    ):
        text = re.sub(rf"^\| {field} \| .* \|$", f"| {field} | {value} |", text, flags=re.MULTILINE)
    return papers_of({SHEET: text})


def test_the_sheet_of_a_machine_that_is_silent_is_for_a_person_unless_it_says_what_is_asked() -> (
    None
):
    seen = without("imprimante")
    assert judge("K-018", sheet_of("imprimante", "10.21.30.15"), seen=seen) == ""
    with pytest.raises(Undecided, match="IMP-ARU-01 ne dit pas son adresse"):
        judge("K-018", sheet_of("imprimante", "10.21.30.16"), seen=seen)
    assert "IMP-ARU-01 a 10.21.30.15" in judge("K-018", sheet_of("imprimante", "10.21.30.16"))


@pytest.mark.parametrize("address", ["10.21.30.100", "DHCP"])
def test_the_sheet_of_a_machine_by_dhcp_that_is_silent_is_for_a_person(address: str) -> None:
    with pytest.raises(Undecided, match="MN-PC-01 ne dit pas son adresse"):
        judge("K-018", sheet_of("poste", address), seen=without("poste"))


def test_a_wrong_label_of_a_machine_that_is_silent_is_wrong() -> None:
    sheet = sheet_of("imprimante", "10.21.30.16", "ARU-B1-P1-99")
    said = judge("K-018", sheet, seen=without("imprimante"))
    assert said == "étiquette : « ARU-B1-P1-99 », celle de IMP-ARU-01 est ARU-B1-P1-07"


def test_a_sheet_without_an_address_is_wrong_silent_machine_or_not() -> None:
    papers = changed(SHEET, r"^\| adresse ip \| .* \|$", "| adresse ip | ... |")
    assert "adresse : «  »" in judge("K-018", papers, seen=InForce({}))


NETWORKS = [one for one in PLAN.segments.values() if one.network]
ADDRESSED = [
    [node.hostname, ", ".join(str(c.address.ip) for c in node.interfaces if c.address) or "DHCP"]
    for node in MACHINES.values()
]


def write_plan(form: str) -> Papers:
    """Return a plan of Word whose networks are written in some form, a cell for each part of it."""
    rows = [
        form.format(
            name=one.name,
            vlan=one.vid or "-",
            cidr=one.network,
            address=one.network.network_address,
            mask=one.network.netmask,
            length=one.network.prefixlen,
            gateway=one.gateway or one.network.network_address,
        ).split("|")
        for one in NETWORKS
        if one.network
    ]
    return read_papers({ADDRESSES: write_docx(rows, ADDRESSED)})


@pytest.mark.parametrize(
    "form",
    [
        "{name}|{vlan}|{cidr}|{gateway}",
        "{name}|{vlan}|{cidr};|{gateway}",
        "{name}|{vlan}|{address}/{mask}|{gateway}",
        "{name}|{vlan}|{address} ({mask})|{gateway}",
        "{name}|{vlan}|{address}, {mask}|{gateway}",
        "{name}|{vlan}|{address} / {length}|{gateway}",
        "{name}|{vlan}|{address}|{length}|{gateway}",
        "{name}|{vlan}|{address}|/{length}|{gateway}",
        "{name}|{vlan}|{address}|{gateway}|{mask}",
        "{name}|{vlan}|{gateway}/{length}",
        "{name}|VLAN{vlan}|{cidr}|{gateway}",
        "{name}|VLAN-{vlan}|{cidr}|{gateway}",
        "{name}|VLAN {vlan} :|{cidr}|{gateway}",
        "{name} (VLAN {vlan})|{cidr}|{gateway}",
        "VLAN {vlan} – {name}|{cidr}|{gateway}",
        "{name}|{vlan}|{cidr}|{gateway}|DNS 10.21.20.10, pas de route vers 10.21.99.0/24",
    ],
)
def test_a_network_is_noted_in_several_ways(form: str) -> None:
    assert judge("K-070", write_plan(form)) == ""


@pytest.mark.parametrize(
    "form",
    [
        "{name}|{vlan}|10.99.10.0/{length}|{gateway}",
        "{name}|{vlan}|10.99.10.0 / {length}|{gateway}",
        "{name}|{vlan}|10.99.10.0|{mask}|{gateway}",
        "{name}|{vlan}|10.99.10.0|{gateway}|{mask}",
        "{name}|{vlan}|10.99.10.32|{mask}|{gateway}",
        "{name}|{vlan}|10.99.10.0/{length}|{gateway}/{length}",
        "{name}|{vlan}|{address}/16|{gateway}",
        "{name}|{vlan}|{address}|{gateway}",
        "{name}|99{vlan}|{cidr}|{gateway}",
        "{name}|{vlan}|{cidr}|10.21.9.1",
    ],
)
def test_another_network_mask_number_or_gateway_is_wrong(form: str) -> None:
    assert "ADMIN : 10.21.10.0/27, passerelle 10.21.10.1" in judge("K-070", write_plan(form))


@pytest.mark.parametrize("form", ["{name}.{domain}", "{name} (serveur)", "{name}"])
def test_a_machine_is_named_by_its_full_name_too(form: str) -> None:
    text = solution_texts(PLAN)[ADDRESSES]
    for node in MACHINES.values():
        full = form.format(name=node.hostname.lower(), domain=PLAN.domain)
        text = text.replace(f"| {node.hostname} |", f"| {full} |")
    assert judge("K-070", papers_of({ADDRESSES: text})) == ""


@pytest.mark.parametrize("form", ["{name}.autre.lan", "{name}0", "ancien {name}"])
def test_another_name_is_another_machine(form: str) -> None:
    full = form.format(name="NAS-ARU-01")
    text = solution_texts(PLAN)[ADDRESSES].replace("| NAS-ARU-01 |", f"| {full} |")
    assert judge("K-070", papers_of({ADDRESSES: text})).startswith("NAS-ARU-01 : noté rien")


def test_the_number_of_a_network_is_not_its_mask() -> None:
    network = IPv4Network("10.21.27.0/27")
    assert not find_mask(["SALLE", "27", "10.21.27.0"], network, 27)
    assert find_mask(["SALLE", "27", "10.21.27.0", "27"], network, 27)


def test_another_network_in_a_pdf_is_wrong() -> None:
    text = solution_texts(PLAN)[ADDRESSES].replace("10.21.10.0/27", "10.99.10.0/27")
    assert "ADMIN : 10.21.10.0/27" in judge("K-070", pdf_papers_of({ADDRESSES: text}))
