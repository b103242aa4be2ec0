"""Reservations and leases, whichever DHCP server gives them."""

import json
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from checks.dhcp.facts import dnsmasq, isc_dhcpd, kea
from checks.dhcp.facts import reservations as router_probe
from checks.dhcp.facts.hardware import parse_mac
from checks.dhcp.programs import on_router
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
MAC, OTHER = "02:00:00:01:00:09", "02:00:00:00:00:15"
ADDRESS, SECOND = IPv4Address("10.21.10.5"), IPv4Address("10.21.30.15")
KEA = """
{
  // the router of the client
  "Dhcp4": {
    "interfaces-config": { "interfaces": [ "lan0" ] }, # all of them
    /* two networks,
       one of them shared */
    "shared-networks": [ { "name": "http://x#y", "subnet4": [ { "subnet": "10.21.10.0/27",
      "reservations": [ { "hw-address": "02:00:00:01:00:09", "ip-address": "10.21.10.5" }, ]
      } ] } ],
    "subnet4": [ { "subnet": "10.21.30.0/24",
      "reservations": [ { "client-id": "01:02:00:00:00:00:15", "ip-address": "10.21.30.15" },
                        { "hw-address": "02:00:00:00:00:99", "hostname": "sans-adresse" } ] } ],
    "reservations": [ { "hw-address": "02:00:00:00:00:77", "ip-address": "10.21.30.77" } ],
  },
}
"""
KEA_LEASES = """\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
10.21.30.100,02:00:00:00:00:01,01:02,3600,1795814514,1,0,0,poste,0,
10.21.30.101,02:00:00:00:00:02,,3600,1795814514,1,0,0,,0,
10.21.30.101,02:00:00:00:00:03,,3600,1795814514,1,0,0,,0,
10.21.30.102,02:00:00:00:00:04,,3600,1795814514,1,0,0,,2,
10.21.30.103,02:00:00:00:00:05,,0,1795814514,1,0,0,,0,
"""
ISC = """
# host commentaire { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.1; }
subnet 10.21.10.0 netmask 255.255.255.224 { range 10.21.10.8 10.21.10.13; }
group { option domain-name "host piege { hardware ethernet 02:00:00:00:00:02; }";
  host AP-ARU-01 { option host-name "ap"; hardware ethernet 02:00:00:01:00:09;
    if known { option log-servers 10.0.0.9; } fixed-address 10.21.10.5; }
}
host imprimante{hardware ethernet 2:0:0:0:0:15;fixed-address 10.21.30.15;}
host sans-adresse { hardware ethernet 02:00:00:00:00:03; }
host nom { hardware ethernet 02:00:00:00:00:04; fixed-address ap.moana.test; }
host ote { hardware ethernet 02:00:00:00:00:05; fixed-address 10.0.0.5; deleted; }
"""
ISC_LEASES = """
lease 10.21.30.100 {
  starts 5 2026/11/27 12:00:00; ends 5 2026/11/27 20:00:00;
  binding state active; next binding state free;
  hardware ethernet 02:00:00:00:00:01; uid "\\001\\002{"; client-hostname "poste";
}
lease 10.21.30.101 { binding state active; hardware ethernet 02:00:00:00:00:02; }
lease 10.21.30.101 { binding state free; hardware ethernet 02:00:00:00:00:02; }
"""


def reservations(*servers: dict[str, str], **document: object) -> Any:
    (question,) = router_probe.ask(PLAN)
    told = {"listening": True, "servers": list(servers), **document}
    return router_probe.parse(PLAN, (answer_to(question, told, 0),))


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        (MAC, MAC),
        ("2:0:0:1:0:9", MAC),
        ("02-00-00-01-00-09", MAC),
        ("1-02:00:00:01:00:09", MAC),
        ("01:02:00:00:01:00:09", MAC),
        ("02:00:00:01:00", ""),
        ("ff:02:00:00:01:00:09", ""),
        ("02:00:00:01:00:09\n02", ""),
        ("", ""),
    ],
)
def test_a_mac_is_written_in_many_ways(text: str, mac: str) -> None:
    assert parse_mac(text) == mac


def test_dnsmasq_reserves_in_files_beside_its_configuration() -> None:
    found = dnsmasq.parse_reservations(
        f"dhcp-host={OTHER},imprimante\ndhcp-host=02:00:00:00:00:09,inconnu\n",
        hosts=f"# hôtes\n{MAC},ap,10.21.10.5\n",
        ethers="02:00:00:00:00:07\t10.21.30.7\n02:00:00:00:00:08 imprimante # par son nom\n",
        names="127.0.0.1 localhost\n10.21.30.15 imprimante.moana.test imprimante\n",
    )

    assert found == {
        MAC: ADDRESS,
        OTHER: SECOND,
        "02:00:00:00:00:07": IPv4Address("10.21.30.7"),
        "02:00:00:00:00:08": SECOND,
    }


@pytest.mark.parametrize(
    ("configuration", "names", "address"),
    [
        ("dhcp-host=%s,imp-aru-01", "10.21.30.15 IMP-ARU-01.moana.test IMP-ARU-01", SECOND),
        ("dhcp-host=%s,IMP-ARU-01,8h", "10.21.30.15\timp-aru-01 # imprimante", SECOND),
        ("dhcp-host=%s,imp.moana.test", "10.21.30.15 imp", SECOND),
        ("host-record=IMP.moana.test,IMP,10.21.30.15,fd00::5,60\ndhcp-host=%s,imp", "", SECOND),
        ("host-record=imp,10.21.30.15\ndhcp-host=%s,imp", "10.21.30.9 imp", SECOND),
        ("host-record=imp,10.0.0.9,60\ndhcp-host=%s,10.21.30.15,60", "", SECOND),
        ("dhcp-host=%s,imp", "10.21.30.15 imp\n10.21.30.16 imp", SECOND),
        ("dhcp-host=%s,imp", "10.21.30.15 imp.moana.test", None),
        ("dhcp-host=%s,imp.moana.test", "10.21.30.15 imp.moana.test", None),
        ("address=/imp/10.21.30.15\ndhcp-host=%s,imp", "", None),
        ("port=0\ndhcp-host=%s,imp", "10.21.30.15 imp", None),
    ],
)
def test_dnsmasq_reserves_by_the_names_that_it_knows(
    configuration: str, names: str, address: IPv4Address | None
) -> None:
    """Seen of dnsmasq 2.91, which tells of an address that two hosts have."""
    assert dnsmasq.parse_reservations(configuration % MAC, names=names).get(MAC) == address


def test_dnsmasq_reserves_by_the_names_of_ethers() -> None:
    found = dnsmasq.parse_reservations("", ethers=f"{MAC} AP", names="10.21.10.5 ap")

    assert found == {MAC: ADDRESS}


def test_kea_reserves_in_subnets_alone_or_shared() -> None:
    assert kea.parse_reservations(KEA) == {MAC: ADDRESS, OTHER: SECOND}


def test_kea_serves_the_hosts_outside_of_subnets_when_told_to() -> None:
    told = KEA.replace('"Dhcp4": {', '"Dhcp4": { "reservations-global": true,')

    assert kea.parse_reservations(told)["02:00:00:00:00:77"] == IPv4Address("10.21.30.77")


def kea_of(
    server: dict[str, object],
    subnet: dict[str, object] | None = None,
    network: dict[str, object] | None = None,
) -> dict[str, IPv4Address]:
    """Return what a Kea reserves that has a host for all and one in a subnet, shared or not."""
    inner = {
        "subnet": "10.21.30.0/24",
        "reservations": [{"hw-address": OTHER, "ip-address": str(SECOND)}],
        **(subnet or {}),
    }
    hosts = [{"hw-address": MAC, "ip-address": "10.21.30.77"}]
    alone = {"subnet4": [{"subnet": "10.21.10.0/27"}]}
    shared = {"shared-networks": [{"name": "n", "subnet4": [inner], **(network or {})}]}
    whole = {**alone, **shared, "reservations": hosts, **server}
    return kea.parse_reservations(json.dumps({"Dhcp4": whole}))


EVERYWHERE, INSIDE = IPv4Address("10.21.30.77"), SECOND


@pytest.mark.parametrize(
    ("server", "network", "subnet", "found"),
    [
        ({}, {}, {}, {OTHER: INSIDE}),
        ({"reservations-global": True}, {}, {}, {MAC: EVERYWHERE, OTHER: INSIDE}),
        ({}, {}, {"reservations-global": True}, {MAC: EVERYWHERE, OTHER: INSIDE}),
        ({}, {"reservations-global": True}, {}, {MAC: EVERYWHERE, OTHER: INSIDE}),
        ({"reservations-global": True}, {}, {"reservations-global": False}, {OTHER: INSIDE}),
        ({"reservation-mode": "global"}, {}, {}, {MAC: EVERYWHERE}),
        ({"reservation-mode": "global"}, {}, {"reservation-mode": "all"}, {OTHER: INSIDE}),
        ({}, {"reservation-mode": "disabled"}, {}, {}),
        ({"reservations-in-subnet": False}, {}, {}, {}),
        ({}, {"reservations-in-subnet": False}, {"reservations-global": True}, {MAC: EVERYWHERE}),
        (
            {"reservations-global": True},
            {},
            {"reservations": [{"hw-address": MAC, "ip-address": str(SECOND)}]},
            {MAC: INSIDE},
        ),
    ],
)
def test_kea_looks_where_each_subnet_says(
    server: dict[str, object],
    network: dict[str, object],
    subnet: dict[str, object],
    found: dict[str, IPv4Address],
) -> None:
    assert kea_of(server, subnet, network) == found


def test_kea_serves_nobody_in_a_subnet_that_has_not_the_address() -> None:
    elsewhere = [{"hw-address": MAC, "ip-address": "10.21.10.5"}]

    assert kea_of({"reservations": elsewhere}, {"reservations-global": True}) == {OTHER: INSIDE}


@pytest.mark.parametrize(
    "identifier",
    [
        {"hw-address": "020000010009"},
        {"hw-address": "0x020000010009"},
        {"client-id": "01020000010009"},
        {"client-id": "01:02:00:00:01:00:09"},
    ],
)
def test_kea_writes_identifiers_without_colons_too(identifier: dict[str, str]) -> None:
    hosts = [{**identifier, "ip-address": str(SECOND)}]

    assert kea_of({}, {"reservations": hosts}) == {MAC: SECOND}


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", '{"Dhcp4": []}', '{"Dhcp4": {"subnet4": [3]}}', '{"Dhcp4": {"subnet4": 3}}',
        '{"Dhcp4": {"subnet4": [{"reservations": [{"hw-address": 3, "ip-address": ""}]}]}}',
        '{"Dhcp4": {"hosts-database": {"type": "mysql"}}}', '{"a', "/*", '{"\\', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_configuration_of_kea_that_says_nothing_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        kea.parse_reservations(text)


def test_a_lease_of_kea_is_what_was_said_of_it_last() -> None:
    assert kea.parse_leases(KEA_LEASES) == {
        "02:00:00:00:00:01": IPv4Address("10.21.30.100"),
        "02:00:00:00:00:03": IPv4Address("10.21.30.101"),
    }


def test_leases_of_kea_that_are_no_table_are_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="baux de Kea"):
        kea.parse_leases('"' + "x" * 200_000)


def test_dhcpd_reserves_for_hosts_at_any_depth() -> None:
    assert isc_dhcpd.parse_reservations(ISC) == {
        MAC: ADDRESS,
        OTHER: SECOND,
        "02:00:00:00:00:04": None,
    }


@pytest.mark.parametrize(
    ("fixed", "names", "address"),
    [
        ("ap.moana.test", "10.21.10.5 AP.moana.test ap", ADDRESS),
        ("AP.MOANA.TEST.", "10.21.10.5 ap.moana.test", ADDRESS),
        ("ap, 10.21.10.5", "10.21.10.5 ap", ADDRESS),
        ("ap", "10.21.10.5 ap.moana.test", None),
        ("ap", "", None),
    ],
)
def test_dhcpd_reserves_by_the_names_of_its_machine(
    fixed: str, names: str, address: IPv4Address | None
) -> None:
    host = f"host a {{ hardware ethernet {MAC}; fixed-address {fixed}; }}"

    assert isc_dhcpd.parse_reservations(host, names) == {MAC: address}


def test_two_addresses_of_the_name_of_a_host_are_not_understood() -> None:
    host = f"host a {{ hardware ethernet {MAC}; fixed-address ap; }}"

    with pytest.raises(NotUnderstood, match="plusieurs adresses"):
        isc_dhcpd.parse_reservations(host, "10.21.10.5 ap\n10.21.30.5 ap")


def test_dhcpd_knows_a_host_by_its_client_identifier() -> None:
    host = f"host a {{ option dhcp-client-identifier 1:{MAC}; fixed-address 10.21.10.5; }}"

    assert isc_dhcpd.parse_reservations(host) == {MAC: ADDRESS}


def test_two_addresses_of_one_host_are_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="plusieurs adresses"):
        isc_dhcpd.parse_reservations(
            f"host a {{ hardware ethernet {MAC}; fixed-address 10.0.0.1, 10.0.1.1; }}"
        )


def test_a_lease_of_dhcpd_is_what_was_said_of_it_last() -> None:
    assert isc_dhcpd.parse_leases(ISC_LEASES) == {"02:00:00:00:00:01": IPv4Address("10.21.30.100")}


def test_every_server_that_listens_is_asked() -> None:
    found = reservations(
        {"program": "kea-dhcp4", "configuration": KEA, "leases": KEA_LEASES},
        {
            "program": "dhcpd",
            "configuration": "host a { hardware ethernet 2:0:0:0:0:4; fixed-address a; }",
            "names": "10.21.30.4 a",
            "leases": ISC_LEASES,
        },
    )

    assert found.fixed == {
        MAC: ADDRESS,
        OTHER: SECOND,
        "02:00:00:00:00:04": IPv4Address("10.21.30.4"),
    }
    assert found.leases["02:00:00:00:00:01"] == IPv4Address("10.21.30.100")


def test_a_server_that_is_not_known_may_reserve_anything() -> None:
    with pytest.raises(NotUnderstood, match="serveur DHCP inconnu de labctl : udhcpd"):
        reservations({"program": "udhcpd"})


@pytest.mark.parametrize(
    "document",
    [
        {"servers": None}, {"servers": [3]}, {"servers": [{}]}, {"servers": [{"program": 3}]},
        {"servers": [{"program": "dhcpd", "configuration": 3, "leases": ""}]},
        {"servers": [{"program": "dhcpd", "leases": ""}]},
    ],
)  # fmt: skip
def test_what_is_no_document_of_the_router_is_not_understood(document: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood, match="document du routeur"):
        reservations(**document)


def test_a_program_that_failed_on_the_router_is_not_understood() -> None:
    (question,) = router_probe.ask(PLAN)

    with pytest.raises(NotUnderstood, match="code de sortie 1"):
        router_probe.parse(PLAN, (answer_to(question, "Traceback", 1),))


def test_dnsmasq_is_read_where_its_command_line_says(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "a.conf").write_text(
        f"dhcp-hostsfile={tmp_path}/hotes\ndhcp-host={OTHER},10.21.30.15\n"
    )
    for name in ("b.conf.dpkg-old", ".c.conf", "d.conf~", "#e.conf#"):
        (folder / name).write_text("dhcp-host=02:00:00:00:00:01,10.0.0.1\n")
    (tmp_path / "hotes").write_text(f"{MAC},10.21.10.5\n")
    (tmp_path / "main").write_text(
        f"conf-dir={folder},.dpkg-old # autres\nconf-file={tmp_path}/main"
    )

    found = on_router.read_dnsmasq(
        (
            "-k",
            f"--conf-file={tmp_path}/main",
            "-l",
            f"{tmp_path}/baux",
            "--dhcp-host",
            "x,10.0.0.9",
        )
    )

    assert dnsmasq.parse_reservations(found["configuration"], found["hosts"]) == {
        MAC: ADDRESS,
        OTHER: SECOND,
    }


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("", ["a.conf", "b.txt"]),
        (",*.conf", ["a.conf"]),
        (",.txt", ["a.conf"]),
        (",.conf,*.txt", ["b.txt"]),
    ],
)
def test_files_of_a_folder_are_wanted_or_left_out(
    tmp_path: Path, value: str, names: list[str]
) -> None:
    for name in ("a.conf", "b.txt"):
        (tmp_path / name).write_text("")

    assert on_router.files_of(f"{tmp_path}{value}") == [f"{tmp_path}/{name}" for name in names]


def test_kea_and_dhcpd_are_read_with_what_they_include(tmp_path: Path) -> None:
    (tmp_path / "part").write_text('"subnet4": []')
    (tmp_path / "kea").write_text(
        f'{{"Dhcp4": {{<?include "{tmp_path}/part"?>,'
        f'"lease-database": {{"name": "{tmp_path}/baux", "type": "memfile"}}}}}}'
    )
    (tmp_path / "baux").write_text(KEA_LEASES)
    (tmp_path / "isc").write_text(f'include "{tmp_path}/hotes";\n')
    (tmp_path / "hotes").write_text(ISC)

    of_kea = on_router.read_kea(("-c", f"{tmp_path}/kea"))
    of_isc = on_router.read_isc(("-4", "-cf", f"{tmp_path}/isc", "-lf", "/nowhere", "lan0"))

    assert json.loads(of_kea["configuration"])["Dhcp4"]["subnet4"] == []
    assert kea.parse_leases(of_kea["leases"])["02:00:00:00:00:03"] == IPv4Address("10.21.30.101")
    assert isc_dhcpd.parse_reservations(of_isc["configuration"])[MAC] == ADDRESS
    assert of_isc["names"] == Path("/etc/hosts").read_text()
