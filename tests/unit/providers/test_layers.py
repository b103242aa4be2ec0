"""Templates and the keys of their layers."""

from pathlib import Path

import pytest

from labctl.core import paths, store
from labctl.providers.roles import layers
from labctl.spec.kind import list_kinds, load_chain, load_kind


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a content folder with a base and a role on it."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    write(tmp_path, "low", "kind: low\npackages: [tini]\nstart: /low\n")
    write(tmp_path, "top", "kind: top\nfrom: low\nbuild: build\n")
    (tmp_path / "vm_templates/top/build").write_text("#!/bin/sh\n")
    return tmp_path


def write(content: Path, role: str, text: str) -> None:
    folder = content / "vm_templates" / role
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kind.yml").write_text(text)


def names(role: str, domain: dict[str, object] | None = None) -> list[str]:
    return [layer.name for layer in layers.resolve(load_chain(role), domain)]


@pytest.mark.usefixtures("content")
def test_a_chain_starts_with_the_lowest_layer() -> None:
    assert [template.name for template in load_chain("top")] == ["low", "top"]


@pytest.mark.usefixtures("content")
def test_keys_are_stable() -> None:
    assert names("top") == names("top")


def test_a_change_of_a_parent_changes_every_layer_above(content: Path) -> None:
    before = names("top")

    write(content, "low", "kind: low\npackages: [tini, procps]\nstart: /low\n")

    assert not set(before) & set(names("top"))


def test_a_change_of_a_build_program_changes_its_layer_only(content: Path) -> None:
    before = names("top")

    (content / "vm_templates/top/build").write_text("#!/bin/sh\ntrue\n")

    assert names("top")[0] == before[0]
    assert names("top")[1] != before[1]


def test_an_executable_bit_counts(content: Path) -> None:
    before = names("top")

    (content / "vm_templates/top/build").chmod(0o755)

    assert names("top")[1] != before[1]


def test_compiled_python_does_not_count(content: Path) -> None:
    before = names("top")

    cache = content / "vm_templates/top/files/__pycache__"
    cache.mkdir(parents=True)
    (cache / "x.pyc").write_bytes(b"x")

    assert names("top")[0] == before[0]


@pytest.mark.usefixtures("content")
def test_each_domain_has_a_layer_of_its_own() -> None:
    moana, tiare = names("top", {"domain": "moana.test"}), names("top", {"domain": "tiare.test"})

    assert moana[:2] == tiare[:2]
    assert moana[2] != tiare[2]
    assert moana[2].startswith("top-domain-")


@pytest.mark.usefixtures("content")
def test_prune_keeps_what_is_needed_and_removes_the_rest() -> None:
    for name in ("low-1", "top-2"):
        store.write_json(layers.folder() / name / "layer.json", {"name": name})

    removed = layers.prune(["low-1"])

    assert removed == ("top-2",)
    assert list(layers.list_built()) == ["low-1"]


@pytest.mark.usefixtures("content")
def test_prune_goes_on_after_one_that_was_killed() -> None:
    for place in (layers.folder(), paths.cache_dir() / "trash"):
        store.write_json(place / "top-2" / "layer.json", {"name": "top-2"})

    assert layers.prune([]) == ("top-2",)

    assert not (paths.cache_dir() / "trash").exists()


@pytest.mark.usefixtures("content")
def test_a_folder_without_its_document_is_no_layer() -> None:
    (layers.folder() / "low-1" / "rootfs").mkdir(parents=True)

    assert layers.list_built() == {}


def test_a_word_of_a_kind_is_no_part_of_its_layer(content: Path) -> None:
    before = names("top")

    write(content, "top", "kind: top\nfrom: low\nbuild: build\nwords: {fr: haut, en: top}\n")
    (content / "vm_templates/top/kind.py").write_text("")
    (content / "vm_templates/top/README.md").write_text("")

    assert names("top") == before


@pytest.mark.parametrize("name", list_kinds())
def test_every_shipped_kind_starts_a_program_or_is_made_from_a_master(name: str) -> None:
    kind = load_kind(name)

    assert (kind.start is None) is (kind.master is not None)
