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
TESTPARM = "/usr/bin/testparm"


def look(folder: Path) -> dict[str, Any]:
    """Return what the program prints of a folder, with a testparm that names it."""
    fake = folder.parent / "testparm"
    fake.write_text(f"#!/bin/sh\necho {folder}\n")
    fake.chmod(0o755)
    program = PROGRAM.read_text().replace(TESTPARM, str(fake))
    argv = (sys.executable, "-I", "-c", program, "SAUVEGARDES$", NAME)
    done = subprocess.run(argv, capture_output=True, check=True)  # noqa: TID251  # outside labctl
    return dict(json.loads(done.stdout))


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
    for part in ("data", "index", "keys", "snapshots"):
        (share / "depot" / part).mkdir(parents=True)
    (share / "depot" / "config").touch()
    (share / "image.vhdx").touch()
    (share / "faux.zip").write_bytes(b"PK\x03\x04 not really")

    found = look(share)

    assert found["copies"] == []
    assert sorted(found["sealed"]) == ["image.vhdx", "restic : depot"]


def test_a_link_is_no_copy(share: Path) -> None:
    (share / NAME).symlink_to("/etc/hostname")

    assert look(share)["copies"] == []


def test_no_folder_holds_nothing(tmp_path: Path) -> None:
    assert not look(tmp_path / "share")["folder"]


def read(document: object) -> Any:
    plan, probe = plan_of(1), probe_of("SavedCopies")
    return probe.parse(plan, tuple(answer_to(q, document, 0) for q in probe.ask(plan)))


def test_the_document_is_read() -> None:
    document = {"folder": True, "copies": [["a/T", "00", 0.5]], "sealed": ["x"], "cut": False}
    found = read(document)

    assert isinstance(found, SavedCopies)
    assert (found.copies[0].place, found.sealed) == ("a/T", ("x",))


@pytest.mark.parametrize("copies", [[1], [["a", "b"]], [["a", "b", 1e300]], "x"])
def test_another_document_is_not_understood(copies: object) -> None:
    with pytest.raises(NotUnderstood):
        read({"folder": True, "copies": copies, "sealed": [], "cut": False})
