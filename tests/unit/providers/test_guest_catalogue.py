"""The signed catalogue of guest images: any byte that changed is named before an image is used."""

import os
from pathlib import Path

import pytest

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.providers.libvirt import catalogue, image_build

FILES = (image_build.DISK, image_build.KERNEL, image_build.INITRD)
NAME = "router-0123456789abcdef"


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an image that was just published."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    place = tmp_path / NAME
    place.mkdir()
    for name in FILES:
        (place / name).write_bytes(f"content of {name}".encode())
    digests = {name: image_build.digest(place / name) for name in FILES}
    store.write_json(place / "image.json", {"sha256": digests})
    return place


def check(image: Path) -> None:
    catalogue.check({image.name: image}, (), Deadline.after(30))


def document(tmp_path: Path) -> Path:
    return tmp_path / "state" / "guests" / "catalogue.json.signed"


def test_an_image_that_stays_the_same_is_accepted_again(image: Path, tmp_path: Path) -> None:
    check(image)
    before = document(tmp_path).read_bytes()

    check(image)

    assert document(tmp_path).read_bytes() == before


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_named(image: Path, name: str) -> None:
    check(image)
    content = bytearray((image / name).read_bytes())
    content[3] ^= 1
    (image / name).write_bytes(content)

    with pytest.raises(ProviderError, match=str(image / name)):
        check(image)


def test_a_changed_byte_is_found_when_the_builder_s_document_was_changed_with_it(
    image: Path,
) -> None:
    check(image)
    (image / image_build.DISK).write_bytes(b"another disk")
    digests = {name: image_build.digest(image / name) for name in FILES}
    store.write_json(image / "image.json", {"sha256": digests})

    with pytest.raises(ProviderError, match=image_build.DISK):
        check(image)


def test_a_file_that_is_gone_is_named(image: Path) -> None:
    check(image)
    (image / image_build.INITRD).unlink()

    with pytest.raises(ProviderError, match=image_build.INITRD):
        check(image)


def test_an_image_that_was_never_whole_is_not_entered(image: Path, tmp_path: Path) -> None:
    (image / image_build.KERNEL).write_bytes(b"cut short")

    with pytest.raises(ProviderError, match=image_build.KERNEL):
        check(image)

    assert not document(tmp_path).exists()


def test_other_times_of_the_same_bytes_are_no_change(image: Path) -> None:
    check(image)

    os.utime(image / image_build.DISK, (1, 1))

    check(image)


@pytest.mark.parametrize("position", [30, -60])
def test_a_changed_catalogue_is_refused(image: Path, tmp_path: Path, position: int) -> None:
    check(image)
    content = bytearray(document(tmp_path).read_bytes())
    content[position] ^= 1
    document(tmp_path).write_bytes(content)

    with pytest.raises(ProviderError, match="catalogue"):
        check(image)


def test_a_catalogue_without_signature_is_refused(image: Path, tmp_path: Path) -> None:
    check(image)
    text = document(tmp_path).read_text().partition("-----BEGIN")[0]
    document(tmp_path).write_text(text)

    with pytest.raises(ProviderError, match="catalogue"):
        check(image)


def test_a_catalogue_signed_with_another_key_is_refused(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "other"))
    check(image)
    theirs = tmp_path / "other" / "guests" / "catalogue.json.signed"
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    store.write_bytes(document(tmp_path), theirs.read_bytes())

    with pytest.raises(ProviderError, match="catalogue"):
        check(image)


def test_an_image_that_was_built_again_is_entered_again(image: Path) -> None:
    check(image)
    (image / image_build.DISK).write_bytes(b"the same files, another day")
    digests = {name: image_build.digest(image / name) for name in FILES}
    store.write_json(image / "image.json", {"sha256": digests})

    catalogue.check({image.name: image}, (image.name,), Deadline.after(30))

    check(image)
