"""What doctor says of the hosts of a room of virtual machines."""

from pathlib import Path

import pytest

from labctl.providers.base import Finding
from labctl.providers.libvirt import doctor
from labctl.providers.libvirt.rooms import VmHost


def host(**changes: object) -> VmHost:
    values: dict[str, object] = {
        "nom": "ici",
        "uri": "qemu+unix:///system?socket=/nonexistent/libvirt-sock",
        "virt_type": "qemu",
        "memoire_mib": 1,
        "disque_mib": 1,
        "coeurs": 1,
    }
    return VmHost.model_validate(values | changes)


def look(one: VmHost) -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.look_at_hosts([one])}


def test_a_daemon_that_does_not_listen_is_said_and_what_to_do() -> None:
    found = look(host())["hôte ici : libvirtd"]

    assert not found.ok
    assert "/nonexistent/libvirt-sock" in found.found
    assert "docs/install.md" in found.hint


def test_a_host_that_is_another_machine_is_looked_at_there() -> None:
    found = look(host(uri="qemu+ssh://hote2/system"))["hôte ici : libvirtd"]

    assert not found.ok
    assert "autre machine" in found.found


@pytest.mark.parametrize(
    ("asked", "device", "flags", "ok"),
    [
        ("kvm", True, "fpu vmx", True),
        ("kvm", True, "fpu svm", True),
        ("kvm", True, "fpu vmxx", False),  # a device can be there where no guest can run
        ("kvm", False, "fpu vmx", False),
        ("qemu", False, "fpu", True),
        ("qemu", True, "vmx", True),
    ],
)
def test_acceleration_is_that_of_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, device: bool, flags: str, ok: bool
) -> None:
    kvm, processor = tmp_path / "kvm", tmp_path / "cpuinfo"
    if device:
        kvm.touch()
    processor.write_text(f"flags : {flags}\n")
    monkeypatch.setattr(doctor, "KVM", kvm)
    monkeypatch.setattr(doctor, "PROCESSOR", processor)

    found = look(host(virt_type=asked))["hôte ici : accélération"]

    assert found.ok is ok
    assert ok or "virt_type: qemu" in found.hint


@pytest.mark.parametrize(
    ("key", "name"),
    [("memoire_mib", "mémoire (MiB)"), ("disque_mib", "disque (MiB)"), ("coeurs", "cœurs")],
)
def test_a_budget_above_what_is_there_is_named_with_both_numbers(key: str, name: str) -> None:
    most = 1024 if key == "coeurs" else 9_999_999

    found = look(host(**{key: most}))[f"hôte ici : {name}"]

    assert not found.ok
    assert str(most) in found.found
    assert key in found.hint


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "PROGRAMS", ("sh", "no-such-program"))
    monkeypatch.setattr(doctor, "FIRMWARE", tmp_path / "none.fd")
    found = look(host())

    assert "no-such-program" in found["machines virtuelles"].found
    assert "OVMF" in found["micrologiciel et TPM"].found
    assert not found["micrologiciel et TPM"].ok
