"""Every client that asks a Windows asks the simulated one, over TLS that is verified."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import winrm  # noqa: TID251  # Ansible's client
from pypsrp.exceptions import AuthenticationError  # noqa: TID251  # another client
from pypsrp.shell import Process, WinRS  # noqa: TID251  # another client
from pypsrp.wsman import WSMan  # noqa: TID251  # another client

from labctl.configure.inventory import Paths, build
from labctl.connect.base import Answer, Endpoints, Question
from labctl.connect.cim.winrm import open_winrm
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused
from tests.attacks.certificates import Authority, make_authority
from tests.plans import Desk, plan_of
from tests.unit.windows.served import NAME, Served, serve_windows
from tests.winrm_visit import ask_cim, ask_class
from tests.wsman_server import ACCOUNT, PASSWORD

RECORDINGS = Path(__file__).parents[2] / "recordings" / "wsman"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def served(authority: Authority, tmp_path: Path) -> Iterator[Served]:
    with serve_windows(authority, tmp_path) as windows:
        yield windows


def ask(served: Served, folder: Path, *questions: Question) -> list[Any]:
    session = open_winrm(served.endpoint(folder), Deadline.after(20))
    answers = session.ask(questions, Deadline.after(20))
    session.close()
    return [value(answer) for answer in answers]


def value(answer: Answer) -> Any:
    assert answer.trouble is None, (answer.question.body, answer.trouble)
    return json.loads(answer.output)


def registry(method: str, **arguments: object) -> Question:
    body: dict[str, object] = {
        "namespace": "root/default", "class": "StdRegProv", "method": method,
        "arguments": {"hDefKey": 2147483650, **arguments},
    }  # fmt: skip
    return ask_cim(body)


def test_labctl_asks_for_everything_on_one_connection(served: Served, tmp_path: Path) -> None:
    current = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    session = open_winrm(served.endpoint(tmp_path), Deadline.after(20))
    asked = [
        ask_class("Win32_OperatingSystem", "Caption", "OperatingSystemSKU", "InstallDate"),
        ask_class("Win32_UserAccount", "Name", "SID", "Disabled", where="LocalAccount=TRUE"),
        registry("EnumKey", sSubKeyName=r"SOFTWARE\Microsoft\Windows NT"),
        registry("GetStringValue", sSubKeyName=current, sValueName="rien"),
        ask_class("Win32_Nothing", "Name"),
        ask_cim({"script": "Get-Item x | ConvertTo-Json"}),
    ]
    before = session.round_trips
    answers = session.ask(asked, Deadline.after(20))
    session.close()

    system, accounts, keys, nothing, absent = [value(answer) for answer in answers[:5]]
    (one,) = system["instances"]
    assert isinstance(one["OperatingSystemSKU"], int)
    assert "labctl" in one["Caption"]
    assert all(isinstance(account["Disabled"], bool) for account in accounts["instances"])
    assert isinstance(keys["result"]["sNames"], list)
    assert nothing["result"]["ReturnValue"] != 0
    assert "absent" in absent
    assert answers[5].trouble is not None
    assert "simulé" in answers[5].trouble.detail
    assert session.round_trips - before == 5 + 5  # questions; one shell


def test_pages_of_one_come_back_the_same(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask_class("Win32_UserAccount", "Name", "SID")
    whole = ask(served, tmp_path, question)
    monkeypatch.setattr("labctl.connect.cim.question.MAX_ELEMENTS", 1)

    assert ask(served, tmp_path, question) == whole
    assert len(whole[0]["instances"]) > 1


def test_a_wrong_password_is_refused(served: Served, tmp_path: Path) -> None:
    target = served.endpoint(tmp_path)
    Path(target.credential).write_text("faux")

    with pytest.raises(AuthenticationRefused, match="refuse le compte"):
        open_winrm(target, Deadline.after(20))


@pytest.mark.parametrize(
    ("name", "recorded"),
    [
        ("DCIM_PowerSupplyView", "optimized-enum-response.xml"),
        ("DCIM_ComputerSystem", "get-response.xml"),
    ],
)
def test_a_recorded_class_comes_back_identical(
    served: Served, tmp_path: Path, name: str, recorded: str
) -> None:
    root = ET.parse(RECORDINGS / "opennms" / recorded)  # noqa: S314  # recorded
    (instance,) = [one for one in root.iter() if one.tag.rpartition("}")[2] == name]
    expected: dict[str, Any] = {}
    for child in instance:
        is_nil = child.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
        expected.setdefault(child.tag.rpartition("}")[2], []).append(None if is_nil else child.text)
    held = {key: values if len(values) > 1 else values[0] for key, values in expected.items()}
    served.windows.store.write_text(
        json.dumps({"schema": "labctl/windows-scenario/v1",
                    "namespaces": {"root/cimv2": {name: [held]}}})
    )  # fmt: skip

    ((found,),) = [answer["instances"] for answer in ask(served, tmp_path, ask_class(name))]

    assert {key: spell(one) for key, one in found.items()} == held


def spell(one: Any) -> Any:
    """Return a typed value as it was written."""
    if isinstance(one, list):
        return [spell(each) for each in one]
    return None if one is None else str(one)


def as_pypsrp(served: Served, password: str) -> WSMan:
    return WSMan(
        NAME,
        port=served.port,
        username=ACCOUNT,
        password=password,
        auth="basic",
        cert_validation=served.authority.path,  # type: ignore[arg-type]  # a path will do too
        no_proxy=True,
    )


def test_pypsrp_runs_a_command(served: Served) -> None:
    with as_pypsrp(served, PASSWORD) as client, WinRS(client) as shell:
        process = Process(shell, "hostname")
        process.invoke()
        assert (process.rc, process.stdout.strip()) == (0, b"POSTE")
    with as_pypsrp(served, "faux") as stranger, pytest.raises(AuthenticationError):
        WinRS(stranger).open()


WAYS = {
    "password inside TLS": ("https", "basic"),
    "NTLM inside TLS": ("https", "ntlm"),
    "NTLM, sealed": ("http", "ntlm"),
}


@pytest.mark.parametrize(("scheme", "transport"), WAYS.values(), ids=WAYS)
def test_pywinrm_runs_a_command(served: Served, scheme: str, transport: str) -> None:
    session = winrm.Session(
        f"{scheme}://{NAME}:{port_of(served, scheme)}/wsman",
        auth=(ACCOUNT, PASSWORD),
        transport=transport,
        ca_trust_path=served.authority.path,
        proxy=None,
    )

    done = session.run_cmd("hostname")

    assert (done.status_code, done.std_out.strip()) == (0, b"POSTE")


@pytest.mark.parametrize(("scheme", "transport"), WAYS.values(), ids=WAYS)
def test_ansible_runs_a_command(
    served: Served, tmp_path: Path, scheme: str, transport: str
) -> None:
    variables = {
        "ansible_connection": "winrm", "ansible_host": NAME, "ansible_winrm_scheme": scheme,
        "ansible_port": port_of(served, scheme), "ansible_winrm_transport": transport,
        "ansible_user": ACCOUNT, "ansible_password": PASSWORD, "ansible_shell_type": "powershell",
        "ansible_winrm_ca_trust_path": served.authority.path,
    }  # fmt: skip
    (tmp_path / "vars.json").write_text(json.dumps(variables))
    argv = (str(Path(sys.executable).parent / "ansible"), "-i", "poste,", "poste", "-m", "raw",
            "-a", "hostname", "-e", f"@{tmp_path}/vars.json")  # fmt: skip
    environment = os.environ | {"ANSIBLE_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    done = subprocess.run(  # noqa: TID251  # as its users do
        argv, capture_output=True, text=True, timeout=600, check=False, env=environment
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "POSTE" in done.stdout


def inventory_of(served: Served, folder: Path, authority: Authority) -> Path:
    """Write the inventory of a bench whose workstation is that Windows, trusting an authority."""
    way = served.endpoint(folder, address=NAME, trust=authority.path)
    paths = Paths(folder, folder, folder, folder)
    file = folder / "inventory.json"
    document = build(plan_of(1, Desk.WINDOWS), Endpoints(1, "vm", (way,), {}), paths, {})
    file.write_text(json.dumps(document))
    return file


def run_ansible(inventory: Path) -> subprocess.CompletedProcess[str]:
    argv = (str(Path(sys.executable).parent / "ansible"), "-i", str(inventory), "poste",
            "-m", "raw", "-a", "hostname")  # fmt: skip
    environment = os.environ | {"ANSIBLE_HOME": str(inventory.parent), "LC_ALL": "C.UTF-8"}
    return subprocess.run(  # noqa: TID251  # as its users do
        argv, capture_output=True, text=True, timeout=600, check=False, env=environment
    )


def test_ansible_connects_as_the_inventory_of_a_bench_says(served: Served, tmp_path: Path) -> None:
    done = run_ansible(inventory_of(served, tmp_path, served.authority))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "POSTE" in done.stdout
    assert PASSWORD not in (tmp_path / "inventory.json").read_text()


def test_ansible_refuses_a_windows_of_another_authority(served: Served, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make_authority(tmp_path / "other")

    done = run_ansible(inventory_of(served, tmp_path, other))

    assert done.returncode != 0
    assert "CERTIFICATE_VERIFY_FAILED" in done.stdout + done.stderr


def port_of(served: Served, scheme: str) -> int:
    return served.port if scheme == "https" else served.plain_port


def test_every_value_of_a_key_is_read(served: Served, tmp_path: Path) -> None:
    preload = r".DEFAULT\Keyboard Layout\Preload"
    body: dict[str, object] = {"hive": "HKU", "keys": preload, "values": {"*": "string"}}

    (found,) = ask(served, tmp_path, ask_cim(body))

    assert found == {"keys": {preload: {"1": "00000409"}}}
