"""The archive of a session: opened, proved and judged again elsewhere; a purge and its paper."""

import errno
import json
import os
import tarfile
import time
from datetime import UTC, date, datetime, tzinfo
from io import BytesIO
from pathlib import Path

import pyrage  # noqa: TID251  # keys for the tests, and forged archives
import pytest

from labctl.core.errors import RuleRefused, StoreError, UsageError
from labctl.core.secrets import Secret
from labctl.grade.model import Mode
from labctl.pipeline import journal
from labctl.pipeline.archive import Archived, Opened, archive_session, open_archive
from labctl.pipeline.journal import ROSTER
from labctl.pipeline.observe import grade_again
from labctl.pipeline.purge import purge
from labctl.seal import envelope
from labctl.session.acts import Act
from tests.runs import graded, part
from tests.unit.session.course import opening

KEY = pyrage.x25519.Identity.generate()
NONE = Secret("")
PART = part("6.2", mode=Mode.EXAM)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a state folder with a session that is over, and the file of a key."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    journal.begin(opening(), "V", {})
    (tmp_path / "state/sessions/s1" / ROSTER).write_text("candidat;place\nAimata;1\nTuterai;2\n")
    (tmp_path / "key").write_text(f"# created: today\n{KEY}\n")
    return tmp_path / "state"


def do(kind: str, *benches: int, **detail: object) -> None:
    journal.perform("s1", lambda _state: Act(kind, "V", benches or (1, 2), detail))


def hold() -> None:
    """Hold the first phase, observe bench 1 and close."""
    for document in ("emargement", "notice", "sujet"):
        do("sign", document=document)
    do("start", exam_phase=1)
    graded(1, PART, stamp=journal.find_stamp(1))
    do("stop")
    do("close", reason="essai")


def archive(to: str = str(KEY.to_public())) -> Archived:
    return archive_session("s1", [to], NONE, None, "V")


def reopen(path: Path, tmp_path: Path) -> Opened:
    return open_archive(path, tmp_path / "key", NONE, tmp_path / "out")


def test_another_machine_opens_it_proves_it_and_judges_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold()
    done = archive()
    opened = reopen(done.path, tmp_path)
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "elsewhere"))

    (again,) = grade_again(opened.runs[0], PART)

    assert (opened.session, opened.head, opened.is_same_labctl) == ("s1", done.head, True)
    assert (opened.folder / "session" / ROSTER).read_text().count("Aimata") == 1
    first = json.loads((opened.runs[0] / "gradesheet.json").read_text())
    assert again.sheet.counts == first["counts"]
    assert again.sheet.provenance.stamp is not None
    assert again.sheet.provenance.stamp.exam_phase == 1


def test_nothing_of_it_is_in_clear_and_it_is_for_its_owner() -> None:
    hold()
    path = archive().path

    assert b"Aimata" not in path.read_bytes()
    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_journal_names_the_archive() -> None:
    hold()

    assert journal.read_state("s1").archived == ()
    done = archive()
    assert journal.read_state("s1").archived == (done.sha256,)


def test_a_passphrase_opens_it_too(tmp_path: Path) -> None:
    hold()
    secret = Secret("Nacre fenua lagon")
    done = archive_session("s1", [], secret, tmp_path / "a.age", "V")

    assert open_archive(done.path, None, secret, tmp_path / "out").head == done.head
    with pytest.raises(StoreError, match="ne peut être déchiffrée"):
        open_archive(done.path, None, Secret("autre"), tmp_path / "out2")


def test_another_key_or_a_changed_byte_opens_nothing(tmp_path: Path) -> None:
    hold()
    path = archive().path
    (tmp_path / "key").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    with pytest.raises(StoreError, match="ne peut être déchiffrée"):
        reopen(path, tmp_path)
    (tmp_path / "key").write_text(f"{KEY}\n")
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)

    with pytest.raises(StoreError, match="ne peut être déchiffrée"):
        reopen(path, tmp_path)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("folder", "c'est un dossier"),
        ("file/a.age", "un des dossiers du chemin n'en est pas un"),
        ("pipe", "ce n'est pas un fichier ordinaire"),
    ],
)
def test_an_archive_takes_the_place_of_nothing_else(name: str, why: str, tmp_path: Path) -> None:
    hold()
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(StoreError, match=why):
        archive_session("s1", [str(KEY.to_public())], NONE, tmp_path / name, "V")

    assert (tmp_path / "pipe").is_fifo()
    assert journal.read_state("s1").archived == ()


def test_a_file_that_is_too_long_to_be_archived_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/image.iso").write_bytes(b"0" * 5000)
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path / "own"))
    monkeypatch.setattr("labctl.core.store.MOST_BYTES", 4000)

    with pytest.raises(StoreError, match=r"image\.iso.*dépasse"):
        archive()


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("none.age", "out", "ne peut être lu : il n'existe pas"),
        ("folder", "out", "ne peut être lu : c'est un dossier"),
        ("pipe", "out", "ne peut être lu : ce n'est pas un fichier ordinaire"),
        ("a.age", "key", "n'est pas un dossier vide"),
        ("a.age", "key/out", "ne peut être écrit"),
    ],
)
def test_what_cannot_be_opened_is_told(source: str, target: str, why: str, tmp_path: Path) -> None:
    hold()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    archive_session("s1", [str(KEY.to_public())], NONE, tmp_path / "a.age", "V")

    with pytest.raises(StoreError, match=why):
        open_archive(tmp_path / source, tmp_path / "key", NONE, tmp_path / target)


def test_a_full_disk_is_no_wrong_key(tmp_path: Path) -> None:
    hold()
    with archive().path.open("rb") as source, Path("/dev/full").open("wb") as full:
        with pytest.raises(OSError, match="No space left") as refused:
            envelope.decrypt(source, full, tmp_path / "key", NONE)
        full.raw.close()
    assert refused.value.errno == errno.ENOSPC


def repack(path: Path, change: str) -> None:
    """Forge an archive as one would who has the public key."""
    packed = BytesIO(pyrage.decrypt(path.read_bytes(), [KEY]))
    forged = BytesIO()
    with tarfile.open(fileobj=packed) as old, tarfile.open(fileobj=forged, mode="w:xz") as new:
        for entry in old:
            content = old.extractfile(entry).read()  # type: ignore[union-attr]  # plain files
            if entry.name.endswith(ROSTER):
                if change == "removed":
                    continue
                content = content.replace(b"Aimata", b"Vairea") if change == "changed" else content
            if change == "journal" and entry.name.endswith("journal.jsonl"):
                content = content.replace(b'"sujet"', b'"depot"')
            entry.size = len(content)
            new.addfile(entry, BytesIO(content))
        if change in ("outside", "link"):
            entry = tarfile.TarInfo("../escaped" if change == "outside" else "link")
            entry.type = tarfile.REGTYPE if change == "outside" else tarfile.SYMTYPE
            entry.linkname = "/etc/passwd" if change == "link" else ""
            new.addfile(entry, BytesIO(b""))
        if change == "added":
            new.addfile(tarfile.TarInfo("session/more"), BytesIO(b""))
    path.write_bytes(pyrage.encrypt(forged.getvalue(), [KEY.to_public()]))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("changed", ROSTER), ("removed", ROSTER), ("added", "session/more"), ("link", "link"),
        ("outside", "manifest"), ("journal", "journal.jsonl"),
    ],
)  # fmt: skip
def test_a_forged_archive_is_refused_and_what_differs_is_named(
    tmp_path: Path, change: str, name: str
) -> None:
    hold()
    path = archive().path
    repack(path, change)

    with pytest.raises(StoreError) as caught:
        reopen(path, tmp_path)

    assert name in caught.value.message
    assert not (tmp_path / "escaped").exists()


def test_an_archive_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.age"
    with pytest.raises(StoreError, match="ne peut être"):
        reopen(path, tmp_path)
    path.write_bytes(pyrage.encrypt(b"no archive", [KEY.to_public()]))
    with pytest.raises(StoreError, match="n'est pas celle qui a été écrite"):
        reopen(path, tmp_path)


def test_wrong_words_are_told(tmp_path: Path) -> None:
    hold()
    with pytest.raises(UsageError, match="n'est pas un destinataire"):
        archive("somebody")
    with pytest.raises(UsageError, match="pour qui"):
        archive_session("s1", [], NONE, None, "V")
    path = archive().path
    with pytest.raises(UsageError, match="avec quoi"):
        open_archive(path, None, NONE, tmp_path / "out")
    (tmp_path / "key").write_text("nothing")
    with pytest.raises(UsageError, match="clé d'age"):
        reopen(path, tmp_path)
    with pytest.raises(StoreError, match="n'est pas un dossier vide"):
        open_archive(path, tmp_path / "key", NONE, tmp_path)


def test_a_session_that_goes_on_is_not_archived() -> None:
    with pytest.raises(RuleRefused, match="n'est pas close"):
        archive()


def test_what_is_purged_leaves_a_certificate_without_a_name(state: Path) -> None:
    hold()
    done = archive()
    outside = graded(2, PART).run_dir

    certificate, path = purge("s1", LONG_AGO, "V", dry_run=False)

    assert not (state / "sessions/s1").exists()
    assert list((state / "runs/01").iterdir()) == []
    assert outside.is_dir()
    assert certificate.archives == (done.sha256,)
    assert len(certificate.runs) == 1
    assert "Aimata" not in path.read_text()


def test_a_purge_that_was_killed_is_continued(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold()
    archive()
    with monkeypatch.context() as patch:
        patch.setattr("labctl.pipeline.purge.remove", _die)
        with pytest.raises(KeyboardInterrupt):
            purge("s1", LONG_AGO, "V", dry_run=False)

    certificate, path = purge("s1", None, "V", dry_run=False)

    assert certificate.ended_at
    assert len(list(path.parent.iterdir())) == 1
    assert not (state / "sessions/s1").exists()


def _die(_path: Path) -> None:
    raise KeyboardInterrupt


def test_a_purge_waits_for_the_archive_and_for_its_day(state: Path) -> None:
    with pytest.raises(RuleRefused, match="close et archivée"):
        purge("s1", LONG_AGO, "V", dry_run=False)
    hold()
    with pytest.raises(RuleRefused, match="close et archivée"):
        purge("s1", LONG_AGO, "V", dry_run=False)
    archive()
    with pytest.raises(RuleRefused, match="2027-12-07"):
        purge("s1", None, "V", dry_run=False)
    purge("s1", LONG_AGO, "V", dry_run=True)
    assert (state / "sessions/s1").is_dir()
    assert not (state / "certificats").exists()


def test_a_purge_waits_for_the_end_of_the_last_day_here(monkeypatch: pytest.MonkeyPatch) -> None:
    hold()
    archive()

    class LastAfternoon(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "LastAfternoon":
            return cls(2027, 12, 8, 1, tzinfo=UTC).astimezone(tz)  # 15:00 on the 7th in Papeete

    monkeypatch.setattr("labctl.pipeline.purge.datetime", LastAfternoon)
    monkeypatch.setenv("TZ", "Pacific/Tahiti")
    time.tzset()
    try:
        with pytest.raises(RuleRefused, match="2027-12-07"):
            purge("s1", None, "V", dry_run=True)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_damaged_certificate_is_told(state: Path) -> None:
    (state / "certificats").mkdir()
    (state / "certificats/s1-0.json").write_text("[]")

    with pytest.raises(StoreError, match="certificat"):
        purge("s1", LONG_AGO, "V", dry_run=False)
