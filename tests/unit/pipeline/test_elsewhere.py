"""Where benches were put: noted before anything is made, forgotten once nothing is left."""

from pathlib import Path

import pytest

from labctl.core.errors import StoreError
from labctl.pipeline import elsewhere
from labctl.plan.model import Hosting

ONE = Hosting("h1", "qemu:///system", "kvm", "ssh://h1")
TWO = Hosting("h2", "qemu:///system", "kvm", "ssh://h2", "/opt/labctl")


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
