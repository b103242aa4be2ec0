"""Topics as packages: folders of several roots, one name."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from labctl.core import content


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the checks folder of a centre, empty."""
    use_content(tmp_path)
    (tmp_path / "checks").mkdir()
    return tmp_path / "checks"


def write(folder: Path, topic: str, name: str, text: str = "") -> Path:
    """Write a file of a topic."""
    path = folder / topic / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_topic_of_the_centre_is_a_package(centre: Path) -> None:
    write(centre, "courses", "facts.py", "ASKED = 25\n")
    assert import_module("checks.courses.facts").ASKED == 25


def test_a_file_of_the_centre_replaces_the_shipped_one_and_leaves_the_others(centre: Path) -> None:
    own = write(centre, "switching", "check_vlans.py", "OWN = True\n")
    assert import_module("checks.switching.check_vlans").__file__ == str(own)
    assert import_module("checks.switching.check_mac_table").__file__ != str(own)
    found = content.list_files("check_*.py")
    assert found["switching/check_vlans.py"] == own
    assert "switching/check_mac_table.py" in found


def test_a_centre_with_its_own_topic_file_owns_the_topic(centre: Path) -> None:
    write(centre, "switching", "topic.yml")
    own = write(centre, "switching", "check_vlans.py")
    found = content.list_files("check_*.py")
    assert [name for name in found if name.startswith("switching/")] == ["switching/check_vlans.py"]
    assert found["switching/check_vlans.py"] == own
    with pytest.raises(ImportError, match="check_mac_table"):
        import_module("checks.switching.check_mac_table")


def test_a_topic_that_no_root_has_cannot_be_imported() -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        import_module("checks.nowhere")


def test_folders_that_python_cannot_name_are_no_topics(centre: Path) -> None:
    for name in ("__pycache__", "not-a-name", "mail"):
        write(centre, name, "facts.py")
    assert set(content.list_topics()) >= {"mail", "switching"}
    assert not {"__pycache__", "not-a-name"} & set(content.list_topics())


def test_a_folder_of_which_only_compiled_files_are_left_is_no_topic(centre: Path) -> None:
    (centre / "gone" / "__pycache__").mkdir(parents=True)
    (centre / "gone" / "__pycache__" / "check_gone.cpython-311.pyc").touch()
    assert "gone" not in content.list_topics()


def test_the_finder_is_first_and_only_once() -> None:
    content.install()
    content.install()
    assert sum(isinstance(one, content.TopicFinder) for one in sys.meta_path) == 1


def test_no_folder_of_the_content_holds_an_init_file() -> None:
    (shipped,) = content.find_folders()
    assert list(shipped.rglob("__init__.py")) == []
