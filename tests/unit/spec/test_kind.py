"""Kinds of machine: what a file may say, what a kind inherits, whose folder counts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError, SpecError
from labctl.spec.kind import list_kinds, load_chain, load_kind

Write = Callable[[str, str], Path]

LOW = "kind: low\npackages: [tini]\nstart: /low\nfaces: [linux]\ncards: [eth0]\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes the file of a kind in a centre's own folder."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))

    def lay(name: str, text: str) -> Path:
        file = tmp_path / "vm_templates" / name / "kind.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return lay


def test_a_kind_says_what_those_below_say_where_it_is_silent(write: Write) -> None:
    write("low", LOW)
    write("top", "kind: top\nfrom: low\nstart: /top\nwords: {fr: haut, en: top}\n")

    top = load_kind("top")

    assert (top.name, top.parent, top.start) == ("top", "low", "/top")
    assert (top.faces, top.cards, top.packages) == (("linux",), ("eth0",), ())


def test_a_word_is_said_in_the_language_that_is_spoken(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("low", f"{LOW}words: {{fr: bas, en: low}}\n")
    words = load_kind("low").words

    french = str(words)
    monkeypatch.setenv("LABCTL_LANG", "en")

    assert (french, str(words)) == ("bas", "low")


def test_every_mistake_is_said_at_once_with_its_line(write: Write) -> None:
    file = write("low", "kind: low\nstart: relative\nport: 3\nbudget: {memory_mib: 0}\n")

    with pytest.raises(SpecError) as refused:
        load_kind("low")

    said = {(mistake.line, mistake.message) for mistake in refused.value.mistakes}
    assert {line for line, _message in said} == {2, 3, 4}
    assert {mistake.file for mistake in refused.value.mistakes} == {str(file)}
    assert any("« port »" in message for _line, message in said)
    assert any("« vcpus » absente" in message for _line, message in said)


def test_a_file_that_names_another_kind_than_its_folder_is_refused(write: Write) -> None:
    write("low", "kind: other\n")

    with pytest.raises(SpecError, match="nom du dossier, « low »"):
        load_kind("low")


def test_a_file_that_changed_is_read_again(write: Write) -> None:
    write("low", LOW)
    before = load_kind("low").start

    write("low", LOW.replace("/low", "/lower"))

    assert (before, load_kind("low").start) == ("/low", "/lower")


def test_an_unknown_kind_is_answered_with_the_known_ones(write: Write) -> None:
    write("low", LOW)

    with pytest.raises(ProviderError) as refused:
        load_kind("nowhere")

    assert "low" in refused.value.hint
    assert "low" in list_kinds()


def test_a_loop_of_parents_is_refused(write: Write) -> None:
    write("low", "kind: low\nfrom: top\n")
    write("top", "kind: top\nfrom: low\n")

    with pytest.raises(ProviderError, match="boucle"):
        load_chain("top")


def test_the_folder_of_a_centre_that_brings_its_own_file_is_its_own(write: Write) -> None:
    file = write("probe", "kind: probe\nfrom: debian-base\n")

    assert load_chain("probe")[-1].folder == file.parent
    assert load_chain("probe")[-1].files == file.parent / "files"
    assert not load_kind("probe").is_observer


@pytest.mark.parametrize("name", list_kinds())
def test_every_shipped_kind_can_be_read(name: str) -> None:
    assert load_kind(name).name == name


@pytest.mark.parametrize("name", ["router", "box"])
def test_an_account_of_the_factory_ends_where_what_changes_it_is_delivered(name: str) -> None:
    handing = load_kind(name).candidate
    ended = {one.where for one in handing.list_open(())} - {
        one.where for one in handing.list_open(("device_admin",))
    }
    assert ended == {"page d'administration"}
