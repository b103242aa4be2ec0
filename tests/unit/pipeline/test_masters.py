"""Preparing Windows masters from an ISO."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError, UsageError
from labctl.pipeline.masters import Sources, prepare_masters
from labctl.pipeline.place import Place, load_place
from labctl.providers.windows.building import write_disc
from tests.plans import Desk, room_with
from tests.unit.providers.windows.test_iso import XML, wim_of


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty cache."""
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Give an ISO that lists its editions and holds nothing else."""
    iso = tmp_path / "windows.iso"
    write_disc(iso, {"sources/install.wim": wim_of(XML)}, Deadline.after(60))
    return Sources(iso, None)


def place_with(kind: Desk) -> Place:
    return replace(load_place("demo", None), room=room_with(kind))


def test_each_variant_has_its_disc_and_its_machine(cache: Path, sources: Sources) -> None:
    kits = prepare_masters(place_with(Desk.WINDOWS), "windows-11", sources, is_dry=False)

    assert [kit.variant for kit in kits] == ["A", "C", "B"]
    assert [kit.image.index for kit in kits] == [6, 6, 6]
    files = sorted(path.relative_to(cache) for path in cache.rglob("*") if path.is_file())
    folder = Path("windows/windows-11")
    names = ("answers.iso", "master.xml")
    assert files == [folder / variant / name for variant in "ABC" for name in names]
    assert {path.stat().st_mode & 0o077 for path in cache.rglob("answers.iso")} == {0}
    assert f"virsh define {kits[0].domain}" in kits[0].say()


def test_a_dry_run_writes_nothing(cache: Path, sources: Sources) -> None:
    kits = prepare_masters(place_with(Desk.WINDOWS), "windows-11", sources, is_dry=True)

    assert len(kits) == 3
    assert [path for path in cache.rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("cache")
def test_the_edition_of_a_server_is_not_on_the_iso_of_a_workstation(sources: Sources) -> None:
    with pytest.raises(ProviderError, match="ServerStandard"):
        prepare_masters(place_with(Desk.WINDOWS), "windows-server", sources, is_dry=False)


@pytest.mark.usefixtures("cache")
def test_a_room_without_windows_has_no_master(sources: Sources) -> None:
    with pytest.raises(UsageError, match="aucun Windows"):
        prepare_masters(place_with(Desk.LINUX), "windows-11", sources, is_dry=False)
