"""Templates and the keys of their layers."""

from pathlib import Path

import pytest

from labctl.core import paths, store
from labctl.core.errors import ProviderError, SpecError
from labctl.providers.roles import layers, templates
from labctl.providers.roles.templates import Template


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a content folder with a base and a role on it."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    write(tmp_path, "low", "role: low\npackages: [tini]\nstart: /low\n")
    write(tmp_path, "top", "role: top\nfrom: low\nbuild: build\n")
    (tmp_path / "vm_templates/top/build").write_text("#!/bin/sh\n")
    return tmp_path


def write(content: Path, role: str, text: str) -> None:
    folder = content / "vm_templates" / role
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.yml").write_text(text)


def names(role: str, domain: dict[str, object] | None = None) -> list[str]:
    return [layer.name for layer in layers.resolve(templates.load_chain(role), domain)]


@pytest.mark.usefixtures("content")
def test_a_chain_starts_with_the_lowest_layer() -> None:
    assert [template.role for template in templates.load_chain("top")] == ["low", "top"]


@pytest.mark.usefixtures("content")
def test_a_setting_comes_from_the_nearest_template() -> None:
    assert templates.find_setting(templates.load_chain("top"), "start") == "/low"


@pytest.mark.usefixtures("content")
def test_keys_are_stable() -> None:
    assert names("top") == names("top")


def test_a_change_of_a_parent_changes_every_layer_above(content: Path) -> None:
    before = names("top")

    write(content, "low", "role: low\npackages: [tini, procps]\nstart: /low\n")

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
def test_an_unknown_role_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ProviderError) as refused:
        templates.load("routeur")

    assert "low" in refused.value.hint
    assert "top" in refused.value.hint


def test_an_unknown_key_is_named(content: Path) -> None:
    write(content, "low", "role: low\npackage: [tini]\n")

    with pytest.raises(SpecError, match="package"):
        templates.load("low")


def test_a_loop_of_parents_is_refused(content: Path) -> None:
    write(content, "low", "role: low\nfrom: top\n")

    with pytest.raises(ProviderError, match="boucle"):
        templates.load_chain("top")


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


def test_every_shipped_role_has_a_start_program() -> None:
    for role in templates.list_roles():
        chain: tuple[Template, ...] = templates.load_chain(role)

        assert templates.find_setting(chain, "start").startswith("/")
