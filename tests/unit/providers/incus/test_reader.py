"""What the program that reads a sealed disk writes is believed only when it is whole and typed."""

import io
import json
import sys
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError, StoreError
from labctl.providers.incus import disks, reader
from labctl.seal.tree import Root
from tests.small_bench import small_plan


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a tree with a name that is no text, and one that looks like the end of a list."""
    (tmp_path / "tree/left out").mkdir(parents=True)
    (tmp_path / "tree/[null, 1]\n").write_text("x")
    Path(tmp_path, "tree", b"\xff".decode(errors="surrogateescape")).symlink_to("nowhere")
    return tmp_path / "tree"


def write(tree: Path) -> str:
    out = io.StringIO()
    reader.write_list(Root(tree, frozenset({"left out"})), Deadline.after(20), out)
    return out.getvalue()


def test_what_is_written_is_read_back(tree: Path) -> None:
    expected = Root(tree, frozenset({"left out"})).list_entries(Deadline.after(20))

    assert len(expected) == 3
    assert reader.parse(write(tree).splitlines()) == expected


@pytest.mark.parametrize("kept", range(4))
def test_a_list_that_ends_early_is_none(tree: Path, kept: int) -> None:
    lines = write(tree).splitlines()
    assert len(lines) == 4

    with pytest.raises(ProviderError, match="n'est pas arrivée entière"):
        reader.parse(lines[:kept])


def test_a_disk_of_more_names_than_permitted_is_told_and_fills_no_member(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 400)
    for rank in range(20):
        (tree / f"name {rank}").touch()
    out = io.StringIO()

    with pytest.raises(StoreError) as refused:
        reader.write_list(Root(tree), Deadline.after(20), out)

    written = len(out.getvalue().splitlines())
    assert refused.value.message == f"plus de fichiers que permis : {written} lus"
    assert 0 < len(out.getvalue()) < 400


ENTRY = ["a", "file", "644", "0:0", 1, 2, "", ""]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "[" * 100_000,
        "null",
        json.dumps(ENTRY[:-1]),
        json.dumps([*ENTRY, ""]),
        json.dumps([*ENTRY[:4], "x", *ENTRY[5:]]),
        json.dumps([*ENTRY[:4], None, *ENTRY[5:]]),
        json.dumps([*ENTRY[:4], float("inf"), *ENTRY[5:]]),
        json.dumps([["a"], *ENTRY[1:]]),
        json.dumps([*ENTRY[:6], {}, ""]),
        "[null]",
        "[null, 2]",
    ],
)
def test_a_line_that_is_no_entry_makes_a_list_none(line: str) -> None:
    assert len(reader.parse([json.dumps(ENTRY), "[null, 1]"])) == 1

    with pytest.raises(ProviderError, match="n'est pas arrivée entière"):
        reader.parse([json.dumps(ENTRY), line, "[null, 1]", "[null, 2]"])


def test_a_program_that_loads_libraries_of_the_disk_is_not_taken() -> None:
    assert not disks._is_static(Path(sys.executable).read_bytes())


def test_an_image_without_a_static_busybox_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(disks.builder, "build", lambda *_given: None)  # type: ignore[attr-defined]  # as the module has it

    with pytest.raises(ProviderError, match="busybox statique"):
        disks._find_busybox(small_plan(), Deadline.after(20))


def test_the_program_says_why_it_cannot_read_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reader.main("list", str(tmp_path / "nowhere"), "x", "20") != 0

    said = capsys.readouterr()
    assert (said.out, said.err.startswith("« ")) == ("", True)
