"""What a share of backups holds of the witness, in every form that labctl opens."""

import json
import subprocess
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from checks.backup.facts.copies import PROGRAM, SavedCopies
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to

NAME = "TEMOIN-01.txt"
CONTENT = b"T\xc3\xa9moin\r\n"
DIGEST = sha256(CONTENT).hexdigest()
READS = '[ "$(cat)" = "le mot" ] || exit 99\n'
RESTIC = f"""{READS}
case "$*" in
*snapshots*) echo '[{{"id": "aaaabbbbcc", "time": "2026-02-01T08:00:00.123456789Z"}},
                   {{"id": "ddddeeeeff", "time": "2026-02-02T08:00:00Z"}}]' ;;
*find*) echo '[{{"snapshot": "aaaabbbbcc", "matches": [{{"path": "/D/a b/{NAME}"}}]}},
              {{"snapshot": "ddddeeeeff", "matches": [{{"path": "/D/{NAME}"}}]}}]' ;;
*"dump aaaabbbbcc /D/a b/{NAME}"|*"dump ddddeeeeff /D/{NAME}") printf 'T\\303\\251moin\\r\\n' ;;
*) exit 98 ;;
esac"""
OTHERS = ", ".join(['{"name": "autre", "start": "2026-02-02T08:00:00"}'] * 5)
"""Newer archives of something else."""
BORG = f"""{READS}
[ "$BORG_EXIT_CODES $BORG_PASSPHRASE_FD" = "modern 0" ] || exit 97
case "$*" in
*--last*) exit 96 ;;
*"list --json "*) echo '{{"archives": [{{"name": "lundi", "start": "2026-02-01T08:00:00"}},
    {OTHERS}]}}' ;;
*"list --json-lines "*::autre*) ;;
*"list --json-lines "*) echo '{{"path": "D/{NAME}"}}' ;;
*"extract --stdout "*"::lundi pf:D/{NAME}") printf 'T\\303\\251moin\\r\\n' ;;
*) exit 98 ;;
esac"""


def look(folder: Path, **programs: str) -> dict[str, Any]:
    """Return what the program prints of a folder, with a testparm that names it.

    ``programs`` are lines of a shell that stand in for programs of the server, which this machine
    may not have; the real ones are in tests/other_ways.
    """
    program = PROGRAM.read_text().replace("monotonic() + 25", "monotonic() + 3")
    for name, line in {"testparm": f"echo {folder}", **programs}.items():
        fake = folder.parent / name
        fake.write_text(f"#!/bin/sh\n{line}\n")
        fake.chmod(0o755)
        assert f'"/usr/bin/{name}"' in program
        program = program.replace(f"/usr/bin/{name}", str(fake))
    argv = (sys.executable, "-I", "-c", program, "SAUVEGARDES$", NAME)
    done = subprocess.run(  # noqa: TID251  # outside labctl
        argv, input=b"le mot\n", capture_output=True, check=True
    )
    return dict(json.loads(done.stdout))


def make_repository(share: Path, kind: str) -> None:
    """Make what the folder of a repository looks like, named « depot »."""
    parts = {"restic": ("data", "index", "keys", "snapshots", "config"), "borg": ("data", "config")}
    for part in parts[kind]:
        (share / "depot" / part).mkdir(parents=True)
    (share / "depot" / "README").touch()


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Give an empty share."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def test_dated_folders_are_versions(share: Path) -> None:
    for day in ("lundi", "mardi"):
        (share / day).mkdir()
        (share / day / NAME.lower()).write_bytes(CONTENT)

    found = look(share)

    assert [copy[:2] for copy in found["copies"]] == [
        ["lundi/temoin-01.txt", DIGEST],
        ["mardi/temoin-01.txt", DIGEST],
    ]


def test_file_history_and_archives_are_versions(share: Path) -> None:
    (share / "TEMOIN-01 (2026_11_29 09_30_00 UTC).txt").write_bytes(CONTENT)
    (share / "TEMOIN-01 autre.txt").write_bytes(CONTENT)
    (share / "plain").write_bytes(CONTENT)
    with zipfile.ZipFile(share / "a.zip", "w") as archive:
        archive.writestr(f"Donnees/{NAME}", CONTENT)
    with tarfile.open(share / "b.tar.gz", "w:gz") as tar:
        tar.add(share / "plain", f"Donnees/{NAME}")

    found = look(share)

    assert {copy[1] for copy in found["copies"]} == {DIGEST}
    assert len(found["copies"]) == 3


def test_what_only_its_program_opens_is_told(share: Path) -> None:
    make_repository(share, "restic")
    (share / "image.vhdx").touch()
    (share / "faux.zip").write_bytes(b"PK\x03\x04 not really")

    found = look(share, restic="exit 1")

    assert found["copies"] == []
    assert sorted(found["sealed"]) == ["image.vhdx", "restic : depot"]


@pytest.mark.parametrize(
    ("kind", "line", "places"),
    [
        ("restic", RESTIC, [f"ddddeeee/D/{NAME}", f"aaaabbbb/D/a b/{NAME}"]),
        ("borg", BORG, [f"lundi/D/{NAME}"]),
    ],
)
def test_a_repository_is_opened_with_the_password_of_the_account(
    share: Path, kind: str, line: str, places: list[str]
) -> None:
    make_repository(share, kind)

    found = look(share, **{kind: line})

    assert (found["sealed"], found["closed"]) == ([], [])
    assert [copy[0].rpartition("!")[2] for copy in found["copies"]] == places
    assert {copy[1] for copy in found["copies"]} == {DIGEST}
    assert [copy[2] for copy in found["copies"]] == sorted(
        (copy[2] for copy in found["copies"]), reverse=True
    )


@pytest.mark.parametrize(("kind", "code"), [("restic", 12), ("borg", 52)])
def test_a_repository_of_another_password_is_told_apart(share: Path, kind: str, code: int) -> None:
    make_repository(share, kind)

    found = look(share, **{kind: f"cat; exit {code}"})

    assert (found["copies"], found["sealed"], len(found["closed"])) == ([], [], 1)


@pytest.mark.parametrize(
    "line", ["exit 1", "echo nothing of the kind", "echo '[1]'", "yes", "exec sleep 60", "exit 0"]
)
def test_a_repository_that_cannot_be_read_holds_nothing(share: Path, line: str) -> None:
    make_repository(share, "restic")
    (share / NAME).write_bytes(CONTENT)

    found = look(share, restic=line)

    assert ([copy[0] for copy in found["copies"]], found["sealed"]) == ([NAME], ["restic : depot"])


def test_a_link_is_no_copy(share: Path) -> None:
    (share / NAME).symlink_to("/etc/hostname")

    assert look(share)["copies"] == []


def test_no_folder_holds_nothing(tmp_path: Path) -> None:
    assert not look(tmp_path / "share")["folder"]


def read(document: object) -> Any:
    plan, probe = plan_of(1), probe_of("SavedCopies")
    return probe.parse(plan, tuple(answer_to(q, document, 0) for q in probe.ask(plan)))


def test_the_document_is_read() -> None:
    document = {
        "folder": True,
        "copies": [["a/T", "00", 0.5]],
        "sealed": ["x"],
        "closed": ["y"],
        "cut": False,
    }
    found = read(document)

    assert isinstance(found, SavedCopies)
    assert (found.copies[0].place, found.sealed, found.closed) == ("a/T", ("x",), ("y",))


@pytest.mark.parametrize("copies", [[1], [["a", "b"]], [["a", "b", 1e300]], "x"])
def test_another_document_is_not_understood(copies: object) -> None:
    with pytest.raises(NotUnderstood):
        read({"folder": True, "copies": copies, "sealed": [], "closed": [], "cut": False})
