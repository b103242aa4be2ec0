"""The wheel works from any folder, with its content inside and a centre's beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.plans import ROOT

SOURCES = ("labctl", "checks", "inventories", "playbooks", "vm_templates")
FILES = ("pyproject.toml", "setup.py", "packages.apt", "README.md")
CHECK = "checks/naming/check_name.py"
NEW_LABEL = "Le poste s'appelle comme dans notre centre"


@dataclass(frozen=True)
class Installed:
    """The labctl command of a wheel, run elsewhere than in the source tree."""

    program: Path
    elsewhere: Path

    def run(self, *words: str, centre: Path | None = None) -> str:
        """Run a verb that must succeed; return its standard output."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("LABCTL_")}
        ours = {"LABCTL_STATE_DIR": str(self.elsewhere / "state"), "LABCTL_LANG": "fr"}
        done = subprocess.run(  # noqa: TID251  # a test is outside the product
            (str(self.program), *words),
            cwd=self.elsewhere,
            env={**kept, **ours, **({"LABCTL_CONTENT_DIR": str(centre)} if centre else {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def layers(self, centre: Path | None = None) -> dict[str, str]:
        """Return the layer that the room needs of each role (the topmost of a domain left out)."""
        document = json.loads(self.run("images", "list", "--json", centre=centre))
        needed = [layer for layer in document["layers"] if layer["needed"]]
        return {each["role"]: each["name"] for each in needed if "-domain-" not in each["name"]}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, with this Python and nothing downloaded."""
    source, dist = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, symlinks=True)
    for name in FILES:
        shutil.copy(ROOT / name, source)
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(dist), str(source))
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel in a virtual environment that borrows our dependencies."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=True)
    pip = (str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q")
    call(*pip, "install", "--no-index", "--no-deps", str(wheel))
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    for program in Path(sys.executable).parent.glob("ansible*"):  # of a dependency, as pip puts it
        (home / "bin" / program.name).symlink_to(program)
    return Installed(home / "bin" / "labctl", tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """Return a centre's content: one check, one cahier and one template of its own."""
    ours = (ROOT / CHECK).read_text(encoding="utf-8")
    label = "Le poste porte le nom demandé, aussi après un redémarrage"
    assert label in ours
    write(tmp_path / CHECK, ours.replace(label, NEW_LABEL))
    cahier = ROOT / "inventories" / "cahiers" / "tai-tp-pme-01.cdc.yml"
    text = cahier.read_text(encoding="utf-8").replace("id: tai-tp-pme-01", "id: notre-cahier", 1)
    write(tmp_path / "inventories" / "cahiers" / "notre-cahier.cdc.yml", text)
    shutil.copytree(ROOT / "vm_templates" / "printer", tmp_path / "vm_templates" / "printer")
    write(tmp_path / "vm_templates" / "printer" / "files" / "etc" / "centre", "ours\n")
    return tmp_path


def test_the_wheel_carries_every_file_of_the_content(wheel: Path) -> None:
    inside = {name.removeprefix("labctl/content/") for name in ZipFile(wheel).namelist()}
    assert set(content_files()) <= inside
    assert not [name for name in inside if "__pycache__" in name]


def test_the_wheel_keeps_what_is_executable(wheel: Path) -> None:
    modes = {item.filename: item.external_attr >> 16 for item in ZipFile(wheel).infolist()}
    lost = [
        name
        for name, path in content_files().items()
        if path.stat().st_mode & 0o100 and not modes[f"labctl/content/{name}"] & 0o100
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version",), "labctl 0."),
        (("--help", "--lang", "en"), "usage: labctl VERB"),
        (("validate",), "aucune erreur, fichiers lus : "),
        (("validate", "--json"), "/site-packages/labctl/content/inventories/"),
        (("plan", "1"), "SARL Moana Nautic"),
        (("schema",), '"$defs"'),
        (("schema", "room"), '"$defs"'),
        (("completion", "bash"), "-F _shtab_labctl labctl"),
        (("prove", "1", "--dry-run"), "K-007"),
    ],
)
def test_what_needs_no_bench(installed: Installed, words: tuple[str, ...], said: str) -> None:
    assert said in installed.run(*words)


def test_layers_have_the_keys_of_the_source_tree(installed: Installed) -> None:
    from_sources = Installed(Path(sys.executable).with_name("labctl"), installed.elsewhere)
    assert installed.layers() == from_sources.layers()


def count_read(said: str) -> int:
    """Return how many files were read without a mistake."""
    found = re.search(r"^aucune erreur, fichiers lus : (\d+)$", said, re.MULTILINE)
    assert found is not None, said
    return int(found[1])


def test_a_centre_overrides_by_name(installed: Installed, centre: Path) -> None:
    read = [count_read(installed.run("validate", centre=where)) for where in (None, centre)]
    assert read[1] == read[0] + 1
    shipped, ours = installed.layers(), installed.layers(centre)
    assert {role for role, name in ours.items() if name != shipped[role]} == {"printer"}
    room = demo_room().replace("cahier: tai-tp-pme-01", "cahier: notre-cahier", 1)
    write(centre / "inventories" / "rooms" / "notre.room.yml", room)
    assert "notre-cahier" in installed.run("plan", "1", "--room", "notre", centre=centre)


def test_a_centre_brings_a_title_a_topic_and_a_kind(installed: Installed, tmp_path: Path) -> None:
    parts = ("checks", "playbooks", "vm_templates", "inventories/referentials", "inventories/grids")
    for part in parts:
        shutil.copytree(ROOT / "tests" / "exams" / "sensors" / part, tmp_path / part)
    read = [count_read(installed.run("validate", centre=where)) for where in (None, tmp_path)]
    sabotages = list((tmp_path / "checks").glob("*/sabotages/*.yml"))
    assert read[1] - read[0] == len(list((tmp_path / "checks").glob("*/check_*.py"))) + 2 + len(
        sabotages
    )
    title = tmp_path / "inventories" / "referentials" / "atelier.yml"
    title.write_text(title.read_text("utf-8").replace("M-1/a", "M-1/z"), encoding="utf-8")
    with pytest.raises(AssertionError, match="critère « M-1/a » inconnu"):
        installed.run("validate", centre=tmp_path)


@pytest.mark.embedded
def test_a_foreign_exam_is_held_with_the_wheel_and_a_folder(
    installed: Installed, tmp_path: Path
) -> None:
    centre = tmp_path / "centre"
    shutil.copytree(ROOT / "tests" / "exams" / "sensors", centre)
    assert "aucune erreur" in installed.run("validate", centre=centre)
    try:
        installed.run("up", "1", "--room", "atelier", centre=centre)
        installed.run("solve", "1", "--room", "atelier", "--yes", centre=centre)
        judge = ("grade", "1", "--strict", "--json", "--room", "atelier")
        document = json.loads(installed.run(*judge, centre=centre))
    finally:
        installed.run("down", "--all", "--yes", centre=centre)
    found = list(verdicts(document))
    assert len(found) >= 12
    assert {one["verdict"] for one in found} == {"aidé"}  # as what the solution made conform is


@pytest.mark.embedded
def test_a_bench_from_the_wheel(installed: Installed, centre: Path) -> None:
    try:
        installed.run("up", "1")
        document = json.loads(installed.run("grade", "1", "--json"))
        assert installed.run("connect", "1", "poste", "--", "/bin/hostname") == "poste\n"
    finally:
        assert "bancs démontés : 01" in installed.run("down", "--all", "--yes")
    untouched = {"non conforme", "bloqué", "sans objet"}
    assert {found["verdict"] for found in verdicts(document)} == untouched
    (sheet,) = document["benches"]
    again = ("grade", "--from", sheet["run"], "--json")
    ours = json.loads(installed.run(*again, centre=centre))
    labels = {found["check"]: found["label"] for found in verdicts(ours)}
    assert labels["K-007"] == NEW_LABEL


def content_files() -> dict[str, Path]:
    """Return the files of the content, by the name they have in the wheel."""
    return {
        str(path.relative_to(ROOT)): path
        for name in SOURCES[1:]
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def demo_room() -> str:
    """Return the room of the demonstration."""
    return (ROOT / "inventories" / "rooms" / "demo.room.yml").read_text(encoding="utf-8")


def verdicts(document: Any) -> Iterator[Any]:
    """Yield every verdict of what ``grade --json`` printed."""
    for sheet in document["benches"]:
        for competency in sheet["competencies"]:
            for criterion in competency["criteria"]:
                yield from criterion["verdicts"]


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def call(*argv: str) -> None:
    """Run a program that must succeed."""
    done = subprocess.run(  # noqa: TID251  # a test is outside the product
        argv, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{argv}\n{done.stdout}\n{done.stderr}"
