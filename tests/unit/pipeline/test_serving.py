"""``labctl serve``: an order in, lines out; what a host's labctl says is what ``remote`` reads."""

import json
import os
import sys
from pathlib import Path

import pytest

from labctl.core import command
from labctl.core.command import follow, run
from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.pipeline import remote
from labctl.pipeline.order import Order, to_line
from labctl.plan.model import Hosting

HOST = Hosting("loin", "ssh://loin")
ARGV = (sys.executable, "-m", "labctl", "serve")
SIGNERS = Order("signers", 0, (), 30.0)


@pytest.fixture(autouse=True)
def _by_no_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the host be this machine, with a state of its own, and no network between."""
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "here"))
    monkeypatch.setenv("LABCTL_LANG", "fr")
    there = os.environ | {"LABCTL_STATE_DIR": str(tmp_path / "there")}

    def follow_here(_argv: object, *arguments: object, **words: object) -> object:
        return follow(ARGV, *arguments, env=there, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "follow", follow_here)


def test_a_value_comes_back_as_what_the_act_returned(tmp_path: Path) -> None:
    said = remote.ask(HOST, SIGNERS, silent)

    assert said == (tmp_path / "there/seal/allowed_signers").read_text(encoding="utf-8")
    assert not (tmp_path / "here").exists()


def test_what_labctl_refuses_there_is_refused_here() -> None:
    with pytest.raises(remote.Refused, match="acte inconnu") as caught:
        remote.ask(HOST, Order("dance", 0, (), 30.0), silent)

    assert caught.value.exit_code == 2
    assert "signers" in caught.value.hint


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (to_line(SIGNERS).replace('"identity": "', '"identity": "0'), 2),
        ("no order\n", 5),
        ("\n", 5),
    ],
)
def test_an_order_that_is_none_is_answered_too(line: str, code: int) -> None:
    lines: list[str] = []

    done = follow(ARGV, Deadline.after(30), lines.append, stdin=line)

    failed = json.loads(json.loads(lines[1])["part"])["failed"]
    assert (done.exit_code, failed["code"], json.loads(lines[2])) == (0, code, {"end": True})


def test_nobody_who_orders_is_no_traceback() -> None:
    done = run(ARGV, Deadline.after(30), check=False)

    assert done.exit_code == 0
    assert "Traceback" not in done.stderr
