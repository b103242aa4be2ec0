"""The domain controller and its member: passwords, secrets, configuration."""

import base64

import pytest

from tests.plans import plan_of
from tests.unit.templates.programs import load, spec_of

SECRETS = {"nas_machine_password": "abc"}


def test_a_password_is_written_as_the_database_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, _ran = load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))

    coded = controller.in_base64("Éa1!")

    assert base64.b64decode(coded).decode("utf-16-le") == "Éa1!"


def test_every_account_of_the_layer_gets_a_password_of_the_bench(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller, ran = load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))
    monkeypatch.setattr(controller.node, "secret", lambda name: f"{name}-Aa1")

    controller.set_passwords()

    (changes,) = ran.inputs
    assert [line for line in changes.splitlines() if line.startswith("dn:")] == [
        "dn: CN=Administrator,CN=Users,DC=moana,DC=test",
        "dn: CN=labctl-audit,CN=Users,DC=moana,DC=test",
        "dn: CN=NAS-ARU-01,CN=Computers,DC=moana,DC=test",
    ]
    assert all("Aa1" not in word for command in ran.commands for word in command)


def test_the_number_of_changes_is_read_from_the_root_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    controller, _ran = load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))

    said = "# record 1\ndn: \nhighestCommittedUSN: 4218\n\n# returned 1 records\n"

    assert controller.read_number(said, "highestCommittedUSN") == 4218
    with pytest.raises(ValueError, match="highestCommittedUSN"):
        controller.read_number("# returned 0 records\n", "highestCommittedUSN")


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


def test_after_a_rehearsal_the_member_forgets_what_it_derived_and_takes_its_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, ran = load(monkeypatch, "nas", "nas", spec_of(plan_of(1), "nas"))
    monkeypatch.setattr(server.node, "secret", SECRETS.__getitem__)
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(server.node, "daemon", started.append)
    monkeypatch.setattr(server, "await_controller", lambda: started.append(("waited",)))

    server.renew()

    assert ("tdbtool", server.SECRETS) in ran.commands
    lines = ran.inputs[ran.commands.index(("tdbtool", server.SECRETS))].splitlines()
    assert lines[0] == "delete SECRETS/MACHINE_DOMAIN_INFO/MOANA"
    assert len(stored("\n".join(lines))) == 4
    assert started == [server.INTRANET, ("waited",), server.WINBIND]
    assert ran.commands[0] == ("pkill", "-x", "winbindd")  # before what it reads is changed
    assert "/run/labctl/ready" in ran.files


def test_after_a_rehearsal_the_controller_takes_its_secrets_and_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    controller, ran = load(monkeypatch, "dc", "dc", spec_of(plan_of(1), "dc"))
    acts: list[str] = []
    monkeypatch.setattr(controller, "set_passwords", lambda: acts.append("passwords"))
    monkeypatch.setattr(controller, "note_baseline", lambda: acts.append("baseline"))

    controller.renew()

    assert ran.commands == [("smbcontrol", "ldap_server", "reload-certs")]
    assert acts == ["passwords", "baseline"]
    assert "/run/labctl/ready" in ran.files
