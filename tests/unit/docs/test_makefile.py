"""The demonstration takes down what it made, whatever fails in it."""

from pathlib import Path

import pytest

from labctl.core.command import Completed, run
from labctl.core.deadline import Deadline

ROOT = Path(__file__).resolve().parents[3]
FAKE = """\
#!/bin/sh
echo "$(basename "$0") $1" >> "$LOG"
[ "$1" != "$FAILS" ]
"""


def demonstrate(folder: Path, *, fails: str) -> tuple[Completed, list[str]]:
    """Run the demonstration with programs that only write down what they are told to do."""
    log = folder / "log"
    for name in ("labctl", "libvirtd"):
        (folder / name).write_text(FAKE, encoding="utf-8")
        (folder / name).chmod(0o755)
    argv = (
        *("make", "-C", str(ROOT), "-o", "setup-libvirt", "-o", "images", "demo-libvirt"),
        *(f"DEMO={folder}/labctl", f"PRIVATE={folder}/libvirtd"),
    )
    environment = {"PATH": "/usr/bin:/bin", "LOG": str(log), "FAILS": fails}
    done = run(argv, Deadline.after(60), env=environment, check=False)
    return done, log.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("verb", ["up", "solve", "reset"])
def test_a_demonstration_that_fails_leaves_nothing_and_says_so(tmp_path: Path, verb: str) -> None:
    done, acts = demonstrate(tmp_path, fails=verb)

    assert done.exit_code != 0
    assert acts[-3:] == [f"labctl {verb}", "labctl down", "libvirtd stop"]


def test_a_demonstration_that_ends_well_takes_all_down_once(tmp_path: Path) -> None:
    done, acts = demonstrate(tmp_path, fails="")

    assert done.exit_code == 0
    assert (acts[0], acts[-1]) == ("libvirtd start", "libvirtd stop")
    assert [act for act in acts if act in ("labctl down", "labctl report")] == [
        "labctl down", "labctl report",
    ]  # fmt: skip


def test_a_hypervisor_that_does_not_stop_is_a_failure(tmp_path: Path) -> None:
    done, _acts = demonstrate(tmp_path, fails="stop")

    assert done.exit_code != 0


def make(*words: str) -> Completed:
    """Run make as if the environment were up to date."""
    argv = ("make", "-C", str(ROOT), "-o", ".venv/.ready", *words)
    return run(argv, Deadline.after(60), check=False)


def test_what_is_installed_is_called_by_its_name(tmp_path: Path) -> None:
    installed = make("install", f"PREFIX={tmp_path}")
    told = run((str(tmp_path / "bin/labctl"), "--version"), Deadline.after(60))
    again = make("install", f"PREFIX={tmp_path}")

    assert (installed.exit_code, again.exit_code) == (0, 0)
    assert told.stdout.startswith("labctl ")
    assert "_shtab_labctl" in (tmp_path / "share/bash-completion/completions/labctl").read_text()
    assert make("uninstall", f"PREFIX={tmp_path}").exit_code == 0
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []


def test_a_program_of_that_name_is_not_replaced(tmp_path: Path) -> None:
    theirs = tmp_path / "bin/labctl"
    theirs.parent.mkdir()
    theirs.write_text("theirs", encoding="utf-8")

    assert make("install", f"PREFIX={tmp_path}").exit_code != 0
    assert make("uninstall", f"PREFIX={tmp_path}").exit_code == 0
    assert theirs.read_text(encoding="utf-8") == "theirs"


def test_what_sets_up_says_how_labctl_is_called() -> None:
    said = make("setup").stdout

    assert f"{ROOT}/.venv/bin/labctl" in said
    assert "make install" in said
    assert "labctl est prêt" not in make("-n", "help").stdout
