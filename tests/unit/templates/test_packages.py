"""The packages that a workstation is delivered with, and those of the repository."""

import subprocess
from pathlib import Path

import pytest

from checks.updates import repository
from checks.updates.versions import is_older
from tests.plans import ROOT

TEMPLATES = ROOT / "vm_templates"
RECIPES = [TEMPLATES / kind / "make-packages" for kind in ("internet", "workstation-linux")]
pytestmark = pytest.mark.skipif(
    not Path("/usr/bin/dpkg-deb").exists(), reason="no dpkg-deb on this machine"
)


def make(suite: str, folder: Path) -> dict[str, str]:
    """Make the packages of a suite; return their versions by name."""
    run(str(RECIPES[0]), suite, str(folder))
    files = sorted(folder.glob("*.deb"))
    said = (run("dpkg-deb", "-f", str(file), "Package", "Version").split() for file in files)
    return {name: version for _package, name, _version, version in said}


def run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=True)  # noqa: TID251
    return done.stdout


def test_both_layers_make_the_same_packages() -> None:
    assert RECIPES[0].read_bytes() == RECIPES[1].read_bytes()


def test_each_tool_has_a_newer_version_in_the_security_suite(tmp_path: Path) -> None:
    before, since = make("delivered", tmp_path / "a"), make("security", tmp_path / "b")

    assert before.keys() == since.keys()
    assert len(before) == 3
    assert all(is_older(before[name], since[name]) for name in before)


def test_a_package_is_the_same_whoever_makes_it(tmp_path: Path) -> None:
    make("security", tmp_path / "a")
    make("security", tmp_path / "b")

    made = [{f.name: f.read_bytes() for f in (tmp_path / x).iterdir()} for x in ("a", "b")]
    assert made[0] == made[1]


def test_its_program_runs(tmp_path: Path) -> None:
    make("security", tmp_path / "debs")
    (deb,) = (tmp_path / "debs").glob("sommes-dossier_*.deb")
    run("dpkg-deb", "-x", str(deb), str(tmp_path / "root"))
    (tmp_path / "vide").mkdir()
    (tmp_path / "vide" / "fichier").write_text("")

    said = run(str(tmp_path / "root/usr/bin/sommes-dossier"), str(tmp_path / "vide"))

    assert said.split()[0].startswith("e3b0c44298fc1c14")


def test_the_build_makes_what_checks_name() -> None:
    build = (TEMPLATES / "internet" / "build").read_text(encoding="utf-8")

    assert f"depot={repository.FOLDER}\n" in build
    assert f"for suite in {' '.join(repository.SUITES)}; do" in build
    assert repository.KEY.rpartition("/")[2] in build
