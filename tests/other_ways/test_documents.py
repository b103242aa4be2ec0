"""Documents put into the folder of the file server, by SMB as a user does."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.directory.demand import Directory
from checks.documents.demand import Documents
from checks.shares.demand import Shares
from labctl.core.ids import NodeName
from labctl.pipeline.handedin import write_document
from labctl.plan.words import list_filled
from tests.commands import Command
from tests.other_ways.machines import Machines
from tests.plans import plan_of

pytestmark = pytest.mark.embedded

CHECKS = "K-017,K-040,K-107,K-108,K-109,K-110,K-111,K-122,K-123,K-125"
PLAN = plan_of(1)
DC, NAS = NodeName("dc"), NodeName("nas")
ACCOUNT, PASSWORD = "remise", "Fenua-2026-remise"
MAKE_USER = f"samba-tool user create {ACCOUNT} {PASSWORD}\n"


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """Give a bench that nobody configured, but for one share and who may use it."""
    room = Command(tmp_path / "state")
    found = Machines(room, 1)
    try:
        room.must("up", "1")
        found.script(DC, MAKE_USER)
        yield found
    finally:
        room.must("down", "--all", "--yes")


def share(name: str) -> str:
    """Return how a technician adds a share that the domain's users write."""
    return f"""
mkdir -p /srv/{name}
chmod 1777 /srv/{name}
printf '[{name}]\\n path = /srv/{name}\\n read only = no\\n' >> /etc/samba/smb.conf
smbcontrol smbd reload-config
"""


def put(folder: str, share_name: str, documents: dict[str, bytes]) -> str:
    """Return what puts documents into a new folder of a share, as the user."""
    files = "".join(
        f"base64 -d > /run/rendre/{name} <<FIN\n{base64.b64encode(content).decode()}\nFIN\n"
        for name, content in documents.items()
    )
    netbios = PLAN.demand(Directory).netbios
    return f"""
mkdir -p /run/rendre
{files}
cd /run/rendre
timeout 60 sh -c 'until wbinfo --name-to-sid="{netbios}\\\\{ACCOUNT}"; do sleep 0.3; done'
smbclient //localhost/{share_name} -U '{netbios}\\{ACCOUNT}%{PASSWORD}' \\
    -c 'mkdir {folder}; cd {folder}; prompt off; mput *'
"""


def seen(machines: Machines, code: int = 0) -> set[str]:
    found = machines.room.verdicts(1, "--only", CHECKS, code=code)
    return {one["verdict"] for one in found.values()}


def test_what_lies_in_the_folder_of_the_subject_was_handed_in(machines: Machines) -> None:
    asked, shares = PLAN.demand(Documents).folder, PLAN.demand(Shares)
    assert asked is not None
    assert asked.server == shares.on == NAS
    assert seen(machines) == {"non conforme"}

    documents = {one.name: write_document(one.name, one.text) for _, one in list_filled(PLAN)}
    as_windows_has_it = (asked.share.swapcase(), asked.name.swapcase())
    machines.script(NAS, share(asked.share))
    machines.script(NAS, put(as_windows_has_it[1], as_windows_has_it[0], documents))
    assert seen(machines) == {"conforme"}

    machines.script(NAS, "pkill sshd")
    assert seen(machines, code=4) == {"non vérifiable"}
