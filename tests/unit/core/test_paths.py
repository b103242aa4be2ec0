"""Where content, state, cache and runs are found; a centre's own content wins by name."""

from pathlib import Path

import pytest

from labctl.core import paths
from labctl.core.errors import UsageError


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the content folder of a centre, empty."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    return tmp_path


def lay_down(path: Path) -> Path:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    return path


def test_a_file_of_the_centre_replaces_the_shipped_one_of_its_name(centre: Path) -> None:
    shipped = paths.list_content("checks", "**/check_*.py")
    own = lay_down(centre / "checks" / "installation" / "check_linux.py")
    found = paths.list_content("checks", "**/check_*.py")
    assert found == {**shipped, "installation/check_linux.py": own}


def test_a_file_of_the_centre_with_a_name_of_its_own_is_added(centre: Path) -> None:
    shipped = paths.list_content("inventories/cahiers", "*.cdc.yml")
    own = lay_down(centre / "inventories" / "cahiers" / "ours.cdc.yml")
    found = paths.list_content("inventories/cahiers", "*.cdc.yml")
    assert found == {**shipped, "ours.cdc.yml": own}


def test_find_content_takes_the_centre_first_then_what_is_shipped(centre: Path) -> None:
    own = lay_down(centre / "vm_templates" / "printer" / "kind.yml")
    assert paths.find_content("vm_templates", "printer", "kind.yml") == own
    shipped = paths.find_content("vm_templates", "nas", "kind.yml")
    assert shipped.is_file()
    assert centre not in shipped.parents


def test_what_nobody_has_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="inventories/nowhere"):
        paths.find_content("inventories", "nowhere")


def test_a_centre_that_is_not_there_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path / "typo"))
    with pytest.raises(UsageError, match="typo"):
        paths.list_content("checks", "*.py")


@pytest.mark.parametrize(
    ("variable", "function"),
    [
        ("LABCTL_STATE_DIR", paths.state_dir),
        ("LABCTL_CACHE_DIR", paths.cache_dir),
        ("LABCTL_RUNS_DIR", paths.runs_dir),
    ],
)
def test_each_folder_has_its_variable(
    variable: str, function: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert callable(function)
    assert function() == tmp_path / "elsewhere"


def test_who_is_not_root_has_folders_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LABCTL_STATE_DIR", "LABCTL_CACHE_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert paths.state_dir() == tmp_path / ".local" / "state" / "labctl"
    assert paths.cache_dir() == tmp_path / "cache" / "labctl"
