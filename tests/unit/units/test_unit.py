"""Unit files as systemd reads them: folders, drop-ins, specifiers, links, scripts."""

import os
from pathlib import Path

import pytest
from labunits import unit
from labunits.unit import UnitError

PLAIN = "[Unit]\nDescription=Un service\n[Service]\nExecStart=/bin/true\n"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Give the machine's own folder of units and that of its packages, and its scripts."""
    own, packaged, scripts = (tmp_path / name for name in ("own", "packaged", "init.d"))
    for folder in (own, packaged, scripts):
        folder.mkdir()
    monkeypatch.setattr(unit, "SEARCH", (str(own), str(tmp_path / "run"), str(packaged)))
    monkeypatch.setattr(unit, "SCRIPTS", str(scripts))
    monkeypatch.setattr(unit, "RUNLEVEL", str(tmp_path / "rc5.d"))
    return own, packaged


def write_script(tmp_path: Path, name: str) -> None:
    path = tmp_path / "init.d" / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_a_file_of_the_machine_hides_that_of_a_package(folders: tuple[Path, Path]) -> None:
    (folders[0] / "a.service").write_text(PLAIN.replace("Un ", "Mon "))
    (folders[1] / "a.service").write_text(PLAIN)

    assert unit.load("a").description == "Mon service"


def test_a_drop_in_adds_and_an_empty_value_forgets(folders: tuple[Path, Path]) -> None:
    (folders[1] / "a.service").write_text(PLAIN + "Environment=A=1\n")
    (folders[0] / "a.service.d").mkdir()
    override = "[Service]\nExecStart=\nExecStart=/bin/false\nEnvironment=B=2\n"
    (folders[0] / "a.service.d" / "override.conf").write_text(override)

    loaded = unit.load("a.service")

    assert loaded.all("ExecStart") == ("/bin/false",)
    assert loaded.all("Environment") == ("A=1", "B=2")


def test_a_line_goes_on_after_a_backslash_and_comments_are_nothing() -> None:
    text = "[Service]\n# A=1\n; B=2\nExecStart=/bin/echo \\\n  deux \\\n# ici\n  trois\n"

    assert list(unit.parse(text)) == [("Service", "ExecStart", "/bin/echo    deux    trois")]


def test_an_instance_is_read_from_its_template(folders: tuple[Path, Path]) -> None:
    (folders[0] / "a@.service").write_text("[Service]\nExecStart=/bin/a %i %n %p %% %z\n")

    assert unit.load("a@un").all("ExecStart") == ("/bin/a un a@un.service a % %z",)


def test_a_link_to_nothing_masks(folders: tuple[Path, Path]) -> None:
    (folders[1] / "a.service").write_text(PLAIN)
    (folders[0] / "a.service").symlink_to("/dev/null")

    assert unit.load("a").is_masked


def test_another_name_is_the_same_unit(folders: tuple[Path, Path]) -> None:
    (folders[1] / "a.service").write_text(PLAIN)
    (folders[0] / "b.service").symlink_to(folders[1] / "a.service")

    assert unit.load("b").name == "a.service"


@pytest.mark.parametrize(
    ("own", "is_script_driven"),
    [("", True), ("a.service", False), ("a.service.d/override.conf", False)],
)
def test_a_script_drives_until_somebody_writes_a_unit(
    folders: tuple[Path, Path], tmp_path: Path, own: str, is_script_driven: bool
) -> None:
    write_script(tmp_path, "a")
    (folders[1] / "a.service").write_text(PLAIN)
    if own:
        (folders[0] / own).parent.mkdir(exist_ok=True)
        (folders[0] / own).write_text(PLAIN)

    assert unit.load("a").is_script_driven is is_script_driven


def test_what_is_not_there_is_said_as_systemd_says_it() -> None:
    with pytest.raises(UnitError, match=r"Unit a\.service not found\.") as raised:
        unit.load("a")

    assert raised.value.code == 5


@pytest.mark.parametrize("name", ["a.timer", "a.socket", "multi-user.target", "../a", ""])
def test_only_services_are_known(name: str) -> None:
    with pytest.raises(UnitError):
        unit.load(name)


def test_what_a_boot_starts_is_what_a_target_wants(folders: tuple[Path, Path]) -> None:
    for link in ("multi-user.target.wants/a", "sysinit.target.wants/b", "ssh.service.wants/c",
                 "multi-user.target.wants/masked", "multi-user.target.wants/own"):  # fmt: skip
        path = folders[0] / f"{link}.service"
        path.parent.mkdir(exist_ok=True)
        path.symlink_to("/lib/x.service")
    (folders[0] / "masked.service").symlink_to(os.devnull)

    assert unit.list_enabled(["own.service"]) == ["a.service", "b.service"]


def test_a_boot_starts_the_scripts_that_are_linked_and_have_no_unit(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (folders[1] / "unit.service").write_text(PLAIN)
    runlevel = tmp_path / "rc5.d"
    runlevel.mkdir()
    for link in ("S01old", "S01unit", "K01disabled"):
        (runlevel / link).symlink_to(f"../init.d/{link[3:]}")

    assert unit.list_enabled() == ["old.service"]
