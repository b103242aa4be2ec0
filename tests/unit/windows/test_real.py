"""What the simulated Windows tells of what its machine really has."""

from datetime import UTC, datetime

import pytest
from labwindows.real import accounts, disks, printers, services, shares
from labwindows.real.adapters import configurations
from labwindows.scenario import Told
from labwindows.values import Instance, Moment

from tests.unit.windows.simulated import Paper

LEASE = "serverid=10.21.10.1\nip=10.21.10.101\nlease=3600\nsince=1800000000\n"
DHCLIENT = """\
lease {
  interface "eth0";
  fixed-address 10.21.10.101;
  option dhcp-server-identifier 10.21.10.9;
}
"""
SMB_CONF = """\
[global]
workgroup = MOANA
[homes]
path = /home
[ATELIER]
path = /donnees
comment = Dossier de l'atelier
[sans-dossier]
comment = rien
"""
QUEUES = """\
system default destination: IMP-ARU-01
device for IMP-ARU-01: ipp://10.21.30.15:631/printers/IMP-ARU-01
device for ANCIENNE: ipp://10.21.30.16
printer IMP-ARU-01 is idle.  enabled since Mon Jan  5 08:00:00 2026
printer ANCIENNE disabled since Mon Jan  5 08:00:00 2026 -
"""
SCRIPT = """\
#!/bin/sh
# Short-Description: Samba Winbind daemon
NAME=winbindd
start-stop-daemon --start --exec /usr/sbin/$NAME
"""


@pytest.fixture
def machine() -> Paper:
    """Give a machine as delivered."""
    return Paper()


def seen(told: list[Told], *names: str) -> list[tuple[object, ...]]:
    """Return properties of instances."""
    return [tuple(one.properties.get(name) for name in names) for one in told]


def told(*instances: Instance) -> tuple[Told, ...]:
    """Return instances of a scenario."""
    return tuple(map(Told, instances))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("/run/udhcpc.eth0.lease", LEASE, "10.21.10.1"),
        ("/var/lib/dhcp/dhclient.eth0.leases", DHCLIENT, "10.21.10.9"),
        ("/run/udhcpc.eth0.lease", LEASE.replace("10.21.10.101", "10.21.10.102"), None),
        ("/run/udhcpc.eth0.lease", "serverid=\nip=10.21.10.101\n", None),
        ("/run/udhcpc.eth1.lease", LEASE, None),
    ],
    ids=["udhcpc", "dhclient", "another address", "no server", "another card"],
)
def test_the_dhcp_server_is_that_of_the_address(
    machine: Paper, path: str, text: str, expected: str | None
) -> None:
    machine.files[path] = text

    assert seen(configurations(machine, ()), "DHCPServer") == [(expected,)]


def test_an_address_set_by_hand_has_no_server(machine: Paper) -> None:
    machine.files |= {"/run/udhcpc.eth0.lease": LEASE, "/etc/network/interfaces": ""}

    assert seen(configurations(machine, ()), "DHCPServer", "DHCPEnabled") == [(None, False)]


def test_a_lease_has_its_times(machine: Paper) -> None:
    machine.files["/run/udhcpc.eth0.lease"] = LEASE
    begun, ends = datetime.fromtimestamp(1800000000, UTC), datetime.fromtimestamp(1800003600, UTC)

    times = seen(configurations(machine, ()), "DHCPLeaseObtained", "DHCPLeaseExpires")

    assert times == [(Moment(begun), Moment(ends))]


def test_people_are_told_beside_the_built_in_accounts(machine: Paper) -> None:
    built_in = told({"Name": "Invité", "SID": "S-1-5-21-1-2-3-501", "Disabled": True})
    machine.files["/etc/shadow"] = "usine:!x:20783::::::\n"

    found = seen(accounts.users(machine, built_in), "Name", "Disabled", "SID")

    sid = f"{accounts.LOCAL_SID}-3000"
    assert found == [("usine", True, sid), ("Invité", True, "S-1-5-21-1-2-3-501")]


def test_who_is_in_sudo_is_an_administrator_also_from_a_domain(machine: Paper) -> None:
    machine.files["/etc/group"] = "sudo:x:27:usine,MOANA\\teva\n"

    links = seen(accounts.memberships(machine, ()), "GroupComponent", "PartComponent")

    paths = [str(link[1]).partition(".")[2] for link in links if "Administrateurs" in str(link[0])]
    assert paths == ['Domain="SIMULATION",Name="usine"', 'Domain="MOANA",Name="teva"']


def test_a_group_that_somebody_made_is_told(machine: Paper) -> None:
    machine.files["/etc/group"] += "atelier:x:1005:usine\nx:y:z\n"

    assert seen(accounts.groups(machine, ()), "Name", "SID") == [
        ("atelier", f"{accounts.LOCAL_SID}-3011")
    ]


@pytest.mark.parametrize(
    ("cmdline", "state"),
    [
        ("/usr/sbin/winbindd\0--foreground\0", "Running"),
        ("winbindd: domain child [MOANA]\0", "Running"),
        ("/usr/sbin/other\0winbindd\0", "Stopped"),
    ],
)
def test_a_service_runs_when_its_program_does(machine: Paper, cmdline: str, state: str) -> None:
    machine.files["/etc/init.d/winbind"] = SCRIPT
    machine.files["/etc/init.d/networking"] = "#!/bin/sh\nifup -a\n"
    machine.files["/etc/rc2.d/S01winbind"] = ""
    machine.files["/proc/42/cmdline"] = cmdline
    firewall = told({"Name": "mpssvc", "State": "Running"})

    found = seen(services.services(machine, firewall), "Name", "State", "StartMode")

    assert found == [("winbind", state, "Auto"), ("mpssvc", "Running", None)]


def test_shares_are_those_of_the_configuration_and_of_people(machine: Paper) -> None:
    machine.files["/etc/samba/smb.conf"] = SMB_CONF
    machine.files["/var/lib/samba/usershares/public"] = "#VERSION 2\npath=/srv\nsharename=Public\n"
    expected = [("ATELIER", "/donnees"), ("Public", "/srv")]

    assert seen(shares.win32_shares(machine, ()), "Name", "Path") == expected
    assert seen(shares.smb_shares(machine, ()), "Name", "Path") == expected


def test_a_configuration_that_cannot_be_read_shares_nothing(machine: Paper) -> None:
    machine.files["/etc/samba/smb.conf"] = "path = /\n[oops\n"

    assert shares.win32_shares(machine, ()) == []


def test_printers_are_asked_for_once_the_machine_is_told_of_a_server(machine: Paper) -> None:
    machine.said[("lpstat", "-d", "-p", "-v")] = QUEUES
    before = printers.printers(machine, ())
    machine.files["/etc/cups/client.conf"] = "ServerName 10.21.30.15:631\n"

    found = seen(printers.printers(machine, ()), "Name", "WorkOffline", "Default")

    assert before == []
    assert found == [("IMP-ARU-01", False, True), ("ANCIENNE", True, False)]


def test_a_disk_has_left_what_the_machine_has_at_most(machine: Paper) -> None:
    letters = told({"DeviceID": "C:", "Size": 10**9}, {"DeviceID": "D:", "Size": 10**9})

    found = seen(disks.disks(machine, letters), "DeviceID", "Size", "FreeSpace")

    assert found == [("C:", 10**9, 10**9), ("D:", 10**9, None)]


def test_what_is_mounted_is_told_beside_what_is_simulated(machine: Paper) -> None:
    machine.files["/proc/mounts"] = (
        "overlay / overlay rw 0 0\nproc /proc proc rw 0 0\n/dev/vda1 /boot/efi vfat rw 0 0\n"
        "//nas/COMMUN /mnt/commun cifs rw 0 0\n/dev/vdb1 /donnees ext4 rw 0 0\n"
    )

    found = seen(disks.disks(machine, ()), "DeviceID", "DriveType", "ProviderName")

    assert found == [("/mnt/commun", 4, "\\\\nas\\COMMUN"), ("/donnees", 3, None)]
