"""What runs in the jury's instance: one order at a time, and nothing of one whose giver is gone."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labctl.core.command import Completed, run
from labctl.core.deadline import Deadline
from labctl.core.wait import until
from labctl.providers.incus import seat

PROGRAM = """\
import sys
from labctl.providers.incus import seat
sys.executable, seat.SERVING = sys.argv[1:3]
sys.exit(seat.main(["serve", sys.argv[3], sys.argv[4]]))
"""
LONG = "echo $$ > {folder}/working; echo hello; exec sleep 60"
STUBBORN = "trap '' TERM; echo $$ > {folder}/working; echo hello; sleep 60"


def write_labctl(folder: Path, script: str) -> Path:
    """Write what stands for the Python that runs `labctl serve`."""
    path = folder / "python"
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script.format(folder=folder)}\n")
    path.chmod(0o755)
    return path


def carry_out(folder: Path, script: str) -> Completed:
    """Have an order carried out, to its end."""
    order = folder / f"order-{len(list(folder.iterdir()))}"
    order.write_text("an order\n")
    python = write_labctl(folder, script)
    places = (str(python), str(folder / "serving"), str(order))
    return run((sys.executable, "-c", PROGRAM, *places, "60"), Deadline.after(90), check=False)


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("script", [LONG, STUBBORN])
def test_an_order_ends_the_one_before_whose_giver_was_killed(tmp_path: Path, script: str) -> None:
    working = tmp_path / "working"
    with ThreadPoolExecutor() as pool:
        before = pool.submit(carry_out, tmp_path, script)
        assert until(lambda: working.exists() and working.read_text(), Deadline.after(30))
        pid = int(working.read_text())

        after = carry_out(tmp_path, "echo done")

        assert (after.exit_code, after.stdout) == (0, "done\n")
        assert before.result().exit_code == 1
    assert is_gone(pid)


def test_orders_that_come_one_after_another_do_not_meet(tmp_path: Path) -> None:
    found = [carry_out(tmp_path, "echo done") for _time in range(2)]
    assert [(one.exit_code, one.stdout) for one in found] == [(0, "done\n")] * 2


def test_an_order_that_cannot_begin_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seat, "SERVING", str(tmp_path / "serving"))
    monkeypatch.setattr(seat, "_take", lambda _place: False)
    monkeypatch.setattr(signal, "signal", lambda *_way: None)
    (tmp_path / "order").write_text("an order\n")

    assert seat.main(["serve", str(tmp_path / "order"), "0"]) == 1
    assert "un ordre d'avant ne finit pas" in capsys.readouterr().err
