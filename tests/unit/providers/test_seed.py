"""The seed of a virtual machine: what a guest's tar finds on the bare device."""

import io
import tarfile
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError
from labctl.providers.libvirt.seed import SEED_BYTES, render_seed, write_seed
from labctl.providers.roles.nodefiles import NodeFile

FILES = {
    "etc/hostname": NodeFile(b"SRV-NAS\n"),
    "etc/labctl/tls/key.pem": NodeFile(b"secret", 0o600, is_secret=True),
    "etc/labctl/node.json": NodeFile('{"name": "éè"}'.encode()),
}


def members(seed: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(seed)) as archive:
        return archive.getmembers()


def test_a_seed_holds_each_file_with_its_mode_and_content() -> None:
    with tarfile.open(fileobj=io.BytesIO(render_seed(FILES))) as archive:
        held = {
            member.name: (member.mode, opened.read())
            for member in archive.getmembers()
            if (opened := archive.extractfile(member)) is not None
        }

    assert held == {name: (file.mode, file.content) for name, file in FILES.items()}


def test_folders_come_before_what_is_in_them_and_belong_to_root() -> None:
    found = [member for member in members(render_seed(FILES)) if member.isdir()]

    assert [member.name for member in found] == ["etc", "etc/labctl", "etc/labctl/tls"]
    assert {(member.mode, member.uid, member.gid) for member in found} == {(0o755, 0, 0)}


def test_equal_files_are_equal_seeds_whatever_their_order() -> None:
    backwards = dict(reversed(FILES.items()))

    assert render_seed(backwards) == render_seed(FILES)


def test_every_seed_has_the_size_of_the_device() -> None:
    assert {len(render_seed(FILES)), len(render_seed({}))} == {SEED_BYTES}


def test_files_that_do_not_fit_are_refused_with_the_figures() -> None:
    with pytest.raises(ProviderError, match=str(SEED_BYTES)):
        render_seed({"big": NodeFile(b"x" * SEED_BYTES)})


def test_a_seed_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_seed(FILES, tmp_path / "seed")

    assert (tmp_path / "seed").stat().st_mode & 0o777 == 0o600
