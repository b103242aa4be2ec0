"""What a machine keeps outside its disks: kept when it is closed, put back before it is opened."""

from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import firmware

UUID = "6f0b6c1e-0000-4000-8000-000000000001"
NVRAM = "/var/lib/libvirt/qemu/nvram/dc_VARS.fd"


def domain(nvram: str = NVRAM, tpm: str = "emulator") -> str:
    return (
        f"<domain><uuid>{UUID}</uuid><os><nvram>{nvram}</nvram></os>"
        f"<devices><tpm><backend type='{tpm}'/></tpm></devices></domain>"
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the root of libvirtd's file system, with variables and a TPM."""
    place = tmp_path / "root"
    variables, state = place / NVRAM[1:], place / "var/lib/libvirt/swtpm" / UUID / "tpm2/state"
    for path in (variables, state):
        path.parent.mkdir(parents=True)
        path.write_text(f"of the candidate: {path.name}", encoding="utf-8")
    return place


def test_what_was_kept_comes_back_in_the_place_of_what_a_jury_did(
    root: Path, tmp_path: Path
) -> None:
    folder, limit = tmp_path / "dc", Deadline.after(60)
    folder.mkdir()
    firmware.keep(domain(), root, folder, limit)
    variables, tpm = root / NVRAM[1:], root / "var/lib/libvirt/swtpm" / UUID
    variables.write_text("of the jury", encoding="utf-8")
    (tpm / "tpm2/left").touch()

    firmware.give_back(domain(), root, folder, limit)

    assert variables.read_text("utf-8") == "of the candidate: dc_VARS.fd"
    assert [path.name for path in (tpm / "tpm2").iterdir()] == ["state"]
    assert (folder / firmware.TPM / "tpm2/state").exists()


def test_it_comes_back_where_libvirt_has_removed_everything(root: Path, tmp_path: Path) -> None:
    folder, limit = tmp_path / "dc", Deadline.after(60)
    folder.mkdir()
    firmware.keep(domain(), root, folder, limit)
    elsewhere = tmp_path / "another root"

    firmware.give_back(domain(), elsewhere, folder, limit)

    assert (elsewhere / NVRAM[1:]).exists()


@pytest.mark.parametrize("xml", [domain("", "passthrough"), domain("relative.fd", "external")])
def test_a_machine_without_firmware_or_emulated_tpm_keeps_nothing(
    root: Path, tmp_path: Path, xml: str
) -> None:
    folder = tmp_path / "dc"
    folder.mkdir()

    firmware.keep(xml, root, folder, Deadline.after(60))

    assert list(folder.iterdir()) == []


def test_what_cannot_be_copied_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"dc_VARS\.fd"):
        firmware.keep(domain(), root, tmp_path / "absent" / "dc", Deadline.after(60))
