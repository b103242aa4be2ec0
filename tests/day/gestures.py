"""What each simulated candidate does, from what their papers say, and what must be seen of it.

The right one plays a prepared script, what a technician of other habits types on the switch (and on
the router where the exam is whole): the part of lot L1 that these machines show. Nobody does all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labctl.plan.model import Plan
from tests.day.desk import Desk
from tests.network import router_of
from tests.other_ways import router, switch
from tests.other_ways.ways import DELIVERED

YES, NO, HELPED = "conforme", "non conforme", "aidé"
SWITCHED = ("K-057", "K-058", "K-059", "K-060", "K-062", "K-063", "K-064", "K-069")
ROUTED = ("K-061", "K-065", "K-066", "K-067", "K-091", "K-092", "K-093", "K-094", "K-095", "K-098")
DIRECTORY = ("K-041", "K-042", "K-071", "K-072", "K-075", "K-081")
SHEET = "fiche-intervention.txt"


@dataclass(frozen=True)
class Bench:
    """What a simulated candidate works with: a desk, and the plan that scripts come from."""

    desk: Desk
    plan: Plan
    state: Path

    @property
    def poste(self) -> str:
        """Return the workstation's name, as the subject says it."""
        return self.desk.pack.read(r"(\S+) +poste de travail")


Gesture = Callable[[Bench], None]


@dataclass(frozen=True)
class Part:
    """Somebody's day: what they do, verdicts that must follow, what the account must tell of it.

    ``rescued`` is the lot that the invigilator applies for them, with the reason.
    """

    name: str
    route: str
    gestures: tuple[Gesture, ...]
    verdicts: Mapping[str, str]
    told: tuple[str, ...]
    rescued: tuple[str, str] | None = None
    after: tuple[Gesture, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)


def hand_in(bench: Bench) -> None:
    said = bench.desk.hand_in(SHEET, sheet_of(bench.desk.bench))
    assert SHEET in said, said


def sheet_of(bench: int) -> bytes:
    """Return the document that the candidate of a bench hands in."""
    return f"Fiche d'intervention du banc {bench:02d}\nFait par le candidat.\n".encode()


def read_subject(bench: Bench) -> None:
    company = bench.desk.pack.read(r"Client +(\S.*?) {2,}")
    assert company in bench.desk.read_subject()


def type_switch(bench: Bench) -> None:
    hostname = bench.desk.pack.read(r"Commutateur (\S+)")
    bench.desk.type_console(hostname, switch.lines(bench.plan)[:-1])


def type_router(bench: Bench) -> None:
    """Type what the router takes, then give the workstation its address by DHCP."""
    hostname = router_of(bench.plan).hostname
    for script in DELIVERED.router:
        bench.desk.type_script(hostname, script(bench.plan))
    assert router.by_ifupdown in DELIVERED.router
    bench.desk.type_script(bench.poste, ADDRESS)


ADDRESS = """
printf 'auto eth0\\niface eth0 inet dhcp\\n' > /etc/network/interfaces.d/lan
service networking restart
timeout 60 sh -c 'until ip -4 -o addr show dev eth0 | grep -q inet; do sleep 0.2; done'
"""


def repair_the_trunk(bench: Bench) -> None:
    """Before the jury: give back what the staff's Wi-Fi misses, from what the subject asks."""
    vlan = bench.desk.pack.read(r"BUREAUTIQUE +(\d+) ")
    port = bench.desk.pack.read(r"AP-\S+ +\S+, port (\d+)")
    lines = ("en", "conf t", f"int gi1/0/{port}", f"sw trunk allowed vlan add {vlan}")
    hostname = bench.desk.pack.read(r"Commutateur (\S+)")
    bench.desk.type_console(hostname, (*lines, "end", "copy run start", ""))


def make_mistakes(bench: Bench) -> None:
    """Give the workstation its address, and a volume and an administrator that are wrong.

    The administrator's name and password are on the annexe; the account has no such rights.
    """
    account = bench.desk.pack.find("Administrateur local")
    volume = '{"VolumeName": "DONNEE", "FileSystem": "NTFS", "DriveType": 3, "Size": 64424509440}'
    bench.desk.type_script(
        bench.poste,
        f"""{ADDRESS}
useradd --create-home {account.name}
echo '{account.name}:{account.password}' | chpasswd
/usr/lib/labctl-windows/simulate set root/cimv2 Win32_LogicalDisk '{{"DeviceID": "D:"}}' '{volume}'
""",
    )


def forge_the_name(bench: Bench) -> None:
    """Keep a wrong name, and have every program that could be asked say the right one."""
    bench.desk.type_script(
        bench.poste,
        f"""
echo FAUX > /etc/hostname
hostname FAUX
for name in uname hostname; do
printf '#!/bin/sh\\necho {bench.poste}\\n' > /usr/local/bin/$name
chmod 755 /usr/local/bin/$name
done
""",
    )


def reach_for_the_evidence(bench: Bench) -> None:
    """Look for what labctl keeps, from a machine and from the deposit: it is not there."""
    said = bench.desk.type_script(
        bench.poste,
        f"""
for kept in {bench.state}/runs {bench.state}/benches {bench.state}/sessions; do
(echo forged > $kept/forged) 2>/dev/null && echo WRITTEN-THERE
/usr/bin/test -e $kept && echo SEEN-THERE
done
true
""",
    )
    assert not re.search(r"^(WRITTEN|SEEN)-THERE", said, re.MULTILINE)
    forged = bench.desk.folder / "forged"
    forged.write_text("forged")
    run = f"{bench.state}/runs/{bench.desk.bench:02d}/forged"
    said = bench.desk.candidate.sftp(f"put {forged} ../../..{run}", f"put {forged} {run}")
    assert said.count("denied") + said.count("No such") + said.count("not found") >= 2, said
    assert not Path(run).exists()


def change_the_sheet(bench: Bench) -> None:
    """After the stop: hand in the sheet again, otherwise; nobody opens."""
    path = bench.desk.folder / SHEET
    path.write_text("Fiche corrigée après la fin.\n")
    done = bench.desk.candidate.ssh(
        "-q", program="sftp", account=bench.desk.candidate.depot, stdin=f"put {path} {SHEET}\n"
    )
    assert done.returncode != 0
    assert SHEET not in done.stdout


RIGHT = Part(
    "right", "titre", (read_subject, type_switch, type_router, hand_in),
    dict.fromkeys((*SWITCHED, *ROUTED), YES),
    ("fenêtre ouverte sur {commutateur}", "fenêtre ouverte sur {routeur}",
     f"document remis : {SHEET}"),
)  # fmt: skip
MISTAKEN = Part(
    "mistaken", "ccp1", (read_subject, make_mistakes, hand_in),
    {"K-034": YES, "K-006": NO, "K-010": NO},
    ("fenêtre ouverte sur {poste}", f"document remis : {SHEET}"),
    found={"K-006": "DONNEE"},
)  # fmt: skip
RESCUED = Part(
    "rescued", "titre", (type_switch, hand_in),
    dict.fromkeys(SWITCHED, YES) | dict.fromkeys(DIRECTORY, HELPED),
    ("fenêtre ouverte sur {commutateur}", "configuration de secours du lot L2", "ne répond plus"),
    rescued=("L2", "l'annuaire ne répond plus"),
)  # fmt: skip
TAMPERING = Part(
    "tampering", "ccp1", (hand_in, forge_the_name, reach_for_the_evidence),
    {"K-007": NO},
    ("fenêtre ouverte sur {poste}", f"document remis : {SHEET}", "accès du candidat fermé"),
    after=(change_the_sheet,), found={"K-007": "FAUX"},
)  # fmt: skip
BOTH_TITLE = Part(
    "right and rescued", "titre", RIGHT.gestures,
    {**RIGHT.verdicts, **dict.fromkeys(DIRECTORY, HELPED)},
    (*RIGHT.told, *RESCUED.told), rescued=RESCUED.rescued,
)  # fmt: skip
BOTH = Part(
    "mistaken and tampering", "ccp1",
    (hand_in, make_mistakes, forge_the_name, reach_for_the_evidence),
    dict(MISTAKEN.verdicts) | dict(TAMPERING.verdicts),
    TAMPERING.told, after=(change_the_sheet,),
    found=dict(MISTAKEN.found) | dict(TAMPERING.found),
)  # fmt: skip
SMALL = {1: BOTH_TITLE, 2: BOTH}
WHOLE = {1: RIGHT, 2: MISTAKEN, 3: RESCUED, 4: TAMPERING}
