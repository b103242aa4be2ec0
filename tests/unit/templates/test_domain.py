"""The domain controller and its member: passwords, secrets, configuration."""

import json
import os
import signal
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.plans import plan_of
from tests.unit.templates.programs import Ran, load, spec_of

SECRETS = {"nas_machine_password": "abc"}


class Directory:
    """A directory that notes what is changed, as python-ldap calls it."""

    MOD_REPLACE = 2

    def __init__(self) -> None:
        self.changed: dict[str, list[tuple[int, str, list[bytes]]]] = {}

    def modify_s(self, dn: str, changes: list[tuple[int, str, list[bytes]]]) -> None:
        self.changed[dn] = changes

    def read_rootdse_s(self, attrlist: list[str]) -> dict[str, list[bytes]]:
        return {name: [{"highestCommittedUSN": b"4218"}[name]] for name in attrlist}


@pytest.fixture
def controller(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, Ran]:
    """The start of a controller; its library for LDAP is its machine's."""
    monkeypatch.setitem(sys.modules, "ldap", Directory)
    return load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))


def test_every_account_of_the_layer_gets_a_password_of_the_bench(
    controller: tuple[ModuleType, Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, ran = controller
    monkeypatch.setattr(program.node, "secret", lambda name: f"{name}-Éa1")
    directory = Directory()

    program.set_passwords(directory)

    assert {
        dn: [(kind, name, value.decode("utf-16-le")) for kind, name, (value,) in changes]
        for dn, changes in directory.changed.items()
    } == {
        "CN=Administrator,CN=Users,DC=moana,DC=test": [
            (2, "clearTextPassword", "domain_admin_password-Éa1")
        ],
        "CN=labctl-audit,CN=Users,DC=moana,DC=test": [
            (2, "clearTextPassword", "domain_audit_password-Éa1")
        ],
        "CN=NAS-ARU-01,CN=Computers,DC=moana,DC=test": [
            (2, "clearTextPassword", "nas_machine_password-Éa1")
        ],
    }
    assert ran.commands == []  # no argument holds one


def test_the_baseline_has_the_number_of_changes(
    controller: tuple[ModuleType, Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, ran = controller
    (tmp_path / "seeded.json").write_text('{"leaver_guid": "x"}')
    monkeypatch.setattr(program, "SEEDED", str(tmp_path / "seeded.json"))

    program.note_baseline(Directory())

    mode, _space, text = ran.files[program.BASELINE].partition(" ")
    assert (mode, json.loads(text)) == ("600", {"leaver_guid": "x", "usn": 4218})


def test_a_sid_is_kept_as_samba_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))

    packed = server.pack_sid("S-1-5-21-1-258-4294967295")

    assert len(packed) == 68
    assert packed[:24].hex() == "010400000000000515000000" + "01000000" + "02010000" + "ffffffff"
    assert packed[24:] == bytes(44)


def test_the_member_is_given_its_secrets_and_no_argument_holds_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))
    monkeypatch.setattr(server.node, "secret", SECRETS.__getitem__)
    for act in ("unlink", "chmod", "makedirs"):
        monkeypatch.setattr(server.os, act, lambda *_args, **_options: None)

    server.join()

    assert ran.commands == [("tdbtool",)]
    names = [bytes.fromhex(line.split(" ")[1].replace("\\", "")) for line in stored(ran.inputs[0])]
    assert names == [
        b"SECRETS/SID/MOANA",
        b"SECRETS/MACHINE_PASSWORD/MOANA",
        b"SECRETS/MACHINE_SEC_CHANNEL_TYPE/MOANA",
        b"SECRETS/MACHINE_LAST_CHANGE_TIME/MOANA",
    ]
    assert stored(ran.inputs[0])[1].endswith(r" \61\62\63\00")


def stored(commands: str) -> list[str]:
    return [line for line in commands.splitlines() if line.startswith("store ")]


def test_the_member_is_delivered_without_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))

    sections = [line for line in server.smb_conf().splitlines() if line.startswith("[")]

    assert sections == ["[global]"]


def test_the_name_of_the_company_is_inert_in_the_intranet_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, _ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))

    assert "<script>" not in server.intranet_page("<script>alert(1)</script>")


@pytest.mark.parametrize("is_first", [True, False])
def test_one_program_alone_makes_the_registry_before_two_that_each_would(
    monkeypatch: pytest.MonkeyPatch, *, is_first: bool
) -> None:
    server, ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))
    for name in ("configure_interfaces", "start_sshd", "stay"):
        monkeypatch.setattr(server.node, name, lambda: None)
    for name in ("keep_log", "start_others"):
        monkeypatch.setattr(server.services, name, lambda *_names: None)
    monkeypatch.setattr(server.services, "is_enabled", lambda _name: True)
    monkeypatch.setattr(server.node, "first_start", lambda: is_first)
    monkeypatch.setattr(server.node, "secret", SECRETS.__getitem__)
    monkeypatch.setattr(server.node, "daemon", ran.commands.append)
    monkeypatch.setattr(server.os, "makedirs", lambda *_given, **_options: None)
    monkeypatch.setattr(server.os, "chmod", lambda *_given: None)
    monkeypatch.setattr(server, "await_controller", lambda: None)

    server.main()

    programs = [argv[0].rpartition("/")[2] for argv in ran.commands]
    first = ["tdbtool", "testparm"] if is_first else []
    assert programs == [*first, "lighttpd", "winbindd", "smbd"]


def test_after_a_rehearsal_the_member_forgets_what_it_derived_and_takes_its_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))
    monkeypatch.setattr(server.node, "secret", SECRETS.__getitem__)
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(server.node, "daemon", started.append)
    monkeypatch.setattr(server, "await_controller", lambda: started.append(("waited",)))
    stopped: list[str] = []
    monkeypatch.setattr(server, "stop", stopped.append)

    server.renew()

    assert ("tdbtool", server.SECRETS) in ran.commands
    lines = ran.inputs[ran.commands.index(("tdbtool", server.SECRETS))].splitlines()
    assert lines[0] == "delete SECRETS/MACHINE_DOMAIN_INFO/MOANA"
    assert len(stored("\n".join(lines))) == 4
    assert started == [server.INTRANET, ("waited",), server.WINBIND]
    assert stopped == ["winbindd", "lighttpd"]
    assert "/run/labctl/ready" in ran.files


def test_after_a_rehearsal_the_controller_takes_its_secrets_and_certificate(
    controller: tuple[ModuleType, Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, ran = controller
    acts: list[str] = []
    codes = iter((1, 0))  # Samba does not find its own process at first
    monkeypatch.setattr(program, "take_secrets", lambda: acts.append("secrets"))

    def run(argv: tuple[str, ...], **_options: object) -> SimpleNamespace:
        acts.append(" ".join(argv))
        return SimpleNamespace(returncode=next(codes))

    monkeypatch.setattr(program, "subprocess", SimpleNamespace(run=run))

    program.renew()

    assert acts == ["smbcontrol ldap_server reload-certs"] * 2 + ["secrets"]
    assert "/run/labctl/ready" in ran.files


def test_a_samba_that_does_not_find_its_own_process_is_started_again(
    controller: tuple[ModuleType, Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program, _ran = controller
    acts: list[object] = []
    (tmp_path / "samba.pid").write_text("4242")
    monkeypatch.setattr(program, "SAMBA_PID", str(tmp_path / "samba.pid"))
    monkeypatch.setattr(program, "RELOAD_S", 0.1)
    monkeypatch.setattr(program, "certificate_is_read", lambda: False)
    monkeypatch.setattr(program, "directory_answers", lambda: acts[-1] != "ended")
    monkeypatch.setattr(program, "take_secrets", lambda: acts.append("secrets"))
    monkeypatch.setattr(program.node, "daemon", acts.append)
    monkeypatch.setattr(program.os, "kill", lambda pid, _signal: acts.extend((pid, "ended")))

    program.renew()

    assert acts == [4242, "ended", program.SAMBA, "secrets"]


def test_a_program_that_is_dead_and_not_buried_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))
    pid = os.posix_spawn("/bin/sleep", ("sleep", "600"), {})

    assert pid in server.find_processes("sleep")
    os.kill(pid, signal.SIGKILL)
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT) is not None
    assert pid not in server.find_processes("sleep")
    os.waitpid(pid, 0)
