"""The disc of one Windows machine, from the shipped cahier and secrets drawn for the test."""

import json
import os
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from checks.directory.demand import Directory
from labctl.core.deadline import Deadline
from labctl.core.secrets import Secret
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Node, Plan
from labctl.providers.roles import nodefiles
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.roles.safe import Safe
from labctl.providers.windows import building
from labctl.providers.windows.building import write_disc
from labctl.providers.windows.disc import machine_files
from labctl.spec.kind import load_kind
from tests.golden import assert_golden
from tests.plans import Desk, plan_of

GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "windows"
ONCE = "une-seule-fois-aB3"
CONTROLLER = "windows-server"
ROLES = ("windows-11", CONTROLLER)


def planned(role: str) -> tuple[Plan, Node]:
    plan = plan_of(1, Desk.WINDOWS)
    name = plan.demand(Directory).on if role == CONTROLLER else plan.desks[0].name
    node = replace(plan.nodes[name], kind=role)
    plan = describe_nodes(replace(plan, nodes={**plan.nodes, name: node}))
    return plan, plan.nodes[name]


def given_to(role: str, folder: Path) -> dict[str, NodeFile]:
    """Return what the machine is given, as any other is."""
    plan, node = planned(role)
    safe, wanted = Safe(folder / "secrets"), load_kind(role).secrets
    safe.draw_common("labctl test")
    safe.draw_passwords(wanted)
    trust = safe.draw_node(node.name, nodefiles.list_names(plan, node), wanted)
    return nodefiles.render(plan, node, trust)


def drawn_in(given: dict[str, NodeFile]) -> dict[str, str]:
    found: dict[str, str] = json.loads(given["etc/labctl/secrets.json"].content)
    return found


def files_of(role: str, given: dict[str, NodeFile]) -> dict[str, bytes]:
    return machine_files(*planned(role), given, Secret(ONCE))


@pytest.mark.parametrize("name", ["autounattend.xml", "labctl.json"])
@pytest.mark.parametrize("role", ROLES)
def test_the_disc_is_as_agreed(role: str, name: str, tmp_path: Path) -> None:
    files = files_of(role, given_to(role, tmp_path))

    assert_golden(files[name].decode(), GOLDEN / role / "machine" / name)


@pytest.mark.parametrize("role", ROLES)
def test_secrets_are_in_one_file_and_what_serves_once_in_the_answers(
    role: str, tmp_path: Path
) -> None:
    given = given_to(role, tmp_path)

    files = files_of(role, given)

    words = {*drawn_in(given).values(), ONCE}
    holders = {name for name, content in files.items() for w in words if w.encode() in content}
    assert holders == {"autounattend.xml", "secrets.json"}
    assert {w for w in words if w.encode() in files["autounattend.xml"]} == {ONCE}


def test_the_audit_account_gets_the_password_that_labctl_will_use(tmp_path: Path) -> None:
    given = given_to("windows-11", tmp_path)

    said = json.loads(files_of("windows-11", given)["secrets.json"])

    wanted = drawn_in(given)["windows_audit_password"]
    assert said == {"audit_password": wanted, "certificate_password": ONCE}


def test_a_controller_gets_the_passwords_of_its_domain(tmp_path: Path) -> None:
    given = given_to(CONTROLLER, tmp_path)
    drawn = drawn_in(given)

    said = json.loads(files_of(CONTROLLER, given)["secrets.json"])

    assert said == {
        "audit_password": drawn["domain_audit_password"],
        "certificate_password": ONCE,
        "domain_admin_password": drawn["domain_admin_password"],
        "domain_restore_password": drawn["domain_restore_password"],
    }


@pytest.mark.parametrize("role", ROLES)
def test_the_machine_proves_who_it_is_to_the_authority_of_its_bench(
    role: str, tmp_path: Path
) -> None:
    plan, node = planned(role)
    files = files_of(role, given_to(role, tmp_path))

    key, certificate, others = pkcs12.load_key_and_certificates(files["host.pfx"], ONCE.encode())

    authority = x509.load_der_x509_certificate(files["ca.cer"])
    assert key is not None
    assert certificate is not None
    certificate.verify_directly_issued_by(authority)
    assert others == [authority]
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key().public_bytes(*form) == certificate.public_key().public_bytes(*form)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert f"{node.hostname}.{plan.domain}".lower() in names.get_values_for_type(x509.DNSName)
    assert node.management.ip in names.get_values_for_type(x509.IPAddress)


def test_the_workstation_does_not_get_the_name_that_the_candidate_gives_it(tmp_path: Path) -> None:
    plan, _node = planned("windows-11")

    files = files_of("windows-11", given_to("windows-11", tmp_path))

    assert plan.desks[0].hostname.encode() not in b"".join(files.values())


@pytest.mark.parametrize("role", ROLES)
def test_scripts_find_everything_that_they_read(role: str, tmp_path: Path) -> None:
    files = files_of(role, given_to(role, tmp_path))
    scripts = [content.decode() for name, content in files.items() if name.endswith(".ps1")]

    joined = [text.split("Join-Path $PSScriptRoot '")[1:] for text in scripts]
    read = {part.split("'")[0] for parts in joined for part in parts}

    assert read - {"promote-dc.ps1"} == set(files) - {"autounattend.xml", *(
        name for name in files if name.endswith(".ps1")
    )}  # fmt: skip
    assert ("promote-dc.ps1" in files) == (role == CONTROLLER)


def test_only_its_owner_reads_the_disc(tmp_path: Path) -> None:
    disc = tmp_path / "disc.iso"

    write_disc(disc, files_of("windows-11", given_to("windows-11", tmp_path)), Deadline.after(60))

    assert stat.S_IMODE(disc.stat().st_mode) == 0o600


def test_a_kill_while_the_disc_is_made_leaves_its_secrets_beside_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ``down`` removes them: nothing finds again what is in the folder of temporary files."""
    elsewhere, bench = tmp_path / "tmp", tmp_path / "bench"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    bench.mkdir()
    disc = bench / "disc.iso"
    pid = os.fork()
    if pid == 0:
        monkeypatch.setattr(building, "run", lambda *_words: os._exit(9))
        write_disc(disc, {"secrets.json": ONCE.encode()}, Deadline.after(60))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9

    left = [path for path in tmp_path.rglob("secrets.json") if ONCE in path.read_text("utf-8")]
    assert len(left) == 1
    assert left[0].is_relative_to(bench)
    assert left[0].parents[1].stat().st_mode & 0o077 == 0
    write_disc(disc, {"secrets.json": ONCE.encode()}, Deadline.after(60))
    assert list(bench.iterdir()) == [disc]
    assert list(elsewhere.iterdir()) == []
