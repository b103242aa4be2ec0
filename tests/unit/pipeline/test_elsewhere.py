"""Where benches were put: noted before anything is made, forgotten once nothing is left."""

from pathlib import Path
from typing import NoReturn

import pytest

from labctl.core.errors import Busy, InfrastructureError, StoreError
from labctl.core.progress import Report
from labctl.pipeline import elsewhere, lifecycle, remote
from labctl.pipeline.order import Order
from labctl.plan.model import Hosting

ONE = Hosting("h1", "ssh://h1")
TWO = Hosting("h2", "ssh://h2", "/opt/labctl")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    return tmp_path / "elsewhere"


def test_a_bench_that_moved_is_on_both_hosts_until_it_is_taken_down(folder: Path) -> None:
    assert elsewhere.remember(3, ONE)
    assert elsewhere.remember(3, TWO)
    assert not elsewhere.remember(3, TWO)
    assert elsewhere.remember(4, ONE)

    assert elsewhere.list_hosts(3) == (ONE, TWO)
    assert elsewhere.list_benches() == (3, 4)
    elsewhere.forget(3, ONE)
    assert elsewhere.list_hosts(3) == (TWO,)
    elsewhere.forget(3, TWO)
    assert elsewhere.list_benches() == (4,)
    elsewhere.forget(4, ONE)
    elsewhere.forget(4, ONE)
    assert not folder.exists()


@pytest.mark.parametrize("text", ["", "{", "[]7", '[{"name": 1}]', "7"])
def test_a_note_that_cannot_be_read_is_said_and_not_taken_for_none(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "03.json").write_text(text, encoding="utf-8")

    with pytest.raises(StoreError, match=r"03\.json"):
        elsewhere.list_hosts(3)


def test_what_is_noted_while_the_note_is_held_stays(folder: Path) -> None:
    with elsewhere.held(3, "up"):
        elsewhere.remember(3, ONE)
        with pytest.raises(Busy, match=r"banc 03 : tenu par labctl up \(pid"):
            elsewhere.held(3, "down").__enter__()

    assert elsewhere.list_hosts(3) == (ONE,)
    assert elsewhere.list_benches() == (3,)
    with elsewhere.held(3, "down"), elsewhere.held(4, "down"):
        elsewhere.forget(3, ONE)
    assert not folder.exists()


def take_down(bench: int) -> tuple[bool, str]:
    """Take a bench down; tell whether that went well, and what was said."""
    done = lifecycle.down(("embedded",), (bench,), lambda _bench, _text: None, sealed=False)[bench]
    return done.ok, done.message


def test_what_is_here_is_removed_also_when_the_note_cannot_be_read(folder: Path) -> None:
    here = folder.parent / "benches/03"
    here.mkdir(parents=True)
    (here / "plan.json").touch()
    folder.mkdir()
    (folder / "03.json").touch()

    is_done, said = take_down(3)

    assert (is_done, here.exists()) == (False, False)
    assert said == f"« {folder}/03.json » ne dit plus sur quels hôtes est le banc 03"


def test_a_host_that_is_no_more_keeps_no_bench_of_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.remember(3, ONE)
    elsewhere.remember(3, TWO)

    def ask(host: Hosting, _order: Order, _report: Report) -> bool:
        if host == ONE:
            raise InfrastructureError("h1: no route to host")
        return True

    monkeypatch.setattr(remote, "ask", ask)

    assert take_down(3) == (False, "h1: no route to host")
    assert elsewhere.list_hosts(3) == (ONE,)
    assert folder.exists()


def test_a_full_disk_here_keeps_no_bench_of_a_host(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the folder of the bench's lock can be made then."""

    def lock(_path: Path, _holder: str) -> NoReturn:
        raise StoreError("le disque est plein")

    elsewhere.remember(3, ONE)
    monkeypatch.setattr(lifecycle, "lock", lock)
    monkeypatch.setattr(remote, "ask", lambda *_order: True)

    assert take_down(3) == (False, "le disque est plein")
    assert not folder.exists()
