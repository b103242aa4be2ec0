"""Guest images: what their keys depend on, and when one counts."""

from pathlib import Path

import pytest

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.providers.libvirt import image_build, images
from labctl.providers.libvirt.images import GuestImage
from labctl.providers.roles import layers
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import load_chain


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a content folder with two roles and what a guest needs."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    for role, more in (("low", "start: /low\n"), ("top", "from: low\n"), ("guest", "from: low\n")):
        write(tmp_path, role, more)
    return tmp_path


def write(content: Path, role: str, more: str) -> None:
    folder = content / "vm_templates" / role
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kind.yml").write_text(f"kind: {role}\n{more}")


def pretend_built(*stack: Layer) -> None:
    for layer in stack:
        store.write_json(layer.folder / "layer.json", {})


def ensure(monkeypatch: pytest.MonkeyPatch, *roles: str) -> dict[str, GuestImage]:
    """Ensure images whose disks are not made: each is published as the builder does."""

    def build(place: Path, *_: object) -> None:
        files = (image_build.DISK, image_build.KERNEL, image_build.INITRD)
        for name in files:
            store.write_bytes(place / name, b"")
        digests = {name: image_build.digest(place / name) for name in files}
        store.write_json(place / "image.json", {"sha256": digests})

    stacks = {role: layers.resolve(load_chain(role)) for role in roles}
    pretend_built(*(layer for stack in stacks.values() for layer in stack))
    pretend_built(*layers.resolve(load_chain("guest")))
    monkeypatch.setattr(image_build, "build", build)
    return images.ensure_images(stacks, silent, Deadline.after(60))


@pytest.mark.usefixtures("content")
def test_an_image_is_named_after_its_role_and_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = ensure(monkeypatch, "low", "top")

    assert found["low"].key != found["top"].key
    assert found["top"].disk == images.folder() / found["top"].name / "disk.qcow2"


def test_a_change_of_the_guest_layer_changes_every_image(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ensure(monkeypatch, "low", "top")

    write(content, "guest", "from: low\npackages: [kmod]\n")
    after = ensure(monkeypatch, "low", "top")

    assert all(before[role].key != after[role].key for role in before)


def test_a_change_of_a_role_changes_no_other_image(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(content, "other", "from: low\n")
    before = ensure(monkeypatch, "top", "other")

    write(content, "top", "from: low\npackages: [tini]\n")
    after = ensure(monkeypatch, "top", "other")

    assert before["top"].key != after["top"].key
    assert before["other"].key == after["other"].key


@pytest.mark.usefixtures("content")
def test_a_folder_without_its_document_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "disk.qcow2").write_bytes(b"")

    assert image_build.read_digests(tmp_path / "half") is None


@pytest.mark.usefixtures("content")
def test_pruning_keeps_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ensure(monkeypatch, "low", "top")

    removed = images.prune([found["top"].name])

    assert removed == (found["low"].name,)
    assert images.list_built() == (found["top"].name,)


@pytest.mark.usefixtures("content")
def test_pruning_keeps_what_a_machine_has_open(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ensure(monkeypatch, "low", "top")

    with found["low"].disk.open("rb"):
        removed = images.prune([])

    assert removed == (found["top"].name,)
