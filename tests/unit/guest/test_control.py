"""The control port of a guest: what is asked, what is replied, to whom."""

import json
from itertools import count
from pathlib import Path

import pytest
from labguest import cards, control, processes, seed, system
from labguest.control import Machine
from labguest.port import Port


class Line(Port):
    """A port without a device: what the host said, what it is told."""

    def __init__(self, *requests: object) -> None:
        self.said = [json.dumps(each).encode() for each in requests]
        self.told: list[dict[str, object]] = []

    def read_lines(self) -> list[bytes]:
        said, self.said = self.said, []
        return said

    def send(self, line: bytes) -> None:
        self.told.append(json.loads(line))


def ask(monkeypatch: pytest.MonkeyPatch, *requests: object) -> list[dict[str, object]]:
    monkeypatch.setattr(processes, "reap", dict)
    line = Line(*requests)
    Machine(line).look()
    return line.told


def test_a_machine_waits_and_says_so_to_whom_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    (told,) = ask(monkeypatch, {"do": "status", "id": "a1"})

    assert (told["state"], told["id"]) == ("waiting", "a1")
    assert "error" not in told


@pytest.mark.parametrize("request_", [[], "x", {}, {"do": "fly"}, {"do": "run"}, None, 3])
def test_what_is_not_understood_is_said(monkeypatch: pytest.MonkeyPatch, request_: object) -> None:
    (told,) = ask(monkeypatch, request_)

    assert told["error"]
    assert told["state"] == "waiting"


def test_a_machine_that_rehearsed_renews_its_secrets_when_it_is_told_to_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    acts: list[str] = []
    monkeypatch.setattr(
        seed, "unpack", lambda *, again=False: acts.append("again" if again else "seed")
    )
    monkeypatch.setattr(cards, "configure", lambda _spec: None)
    monkeypatch.setattr(system, "stir", lambda: acts.append("stir"))

    def run(name: str, pid: int) -> int:
        acts.append(name)
        return pid

    monkeypatch.setattr(processes, "start", lambda _argv: run("start", 42))
    monkeypatch.setattr(processes, "launch", lambda _argv: run("renew", 43))
    (tmp_path / "node.json").write_text("{}")
    monkeypatch.setattr(control, "_SPEC", str(tmp_path / "node.json"))
    monkeypatch.setattr(control, "_READY", str(tmp_path / "ready"))
    monkeypatch.setattr(processes, "reap", dict)
    line = Line({"do": "rehearse"})
    machine = Machine(line)

    machine.look()
    (tmp_path / "ready").touch()
    for do in ("status", "start", "start"):
        line.said = [json.dumps({"do": do}).encode()]
        machine.look()
    (tmp_path / "ready").touch()
    line.said = [b'{"do": "status"}']
    machine.look()

    assert acts == ["seed", "start", "again", "stir", "renew"]
    states = [told["state"] for told in line.told]
    assert states == ["started", "ready", "started", "started", "ready"]

    monkeypatch.setattr(processes, "reap", lambda: {43: 1})
    machine.look()
    assert machine.is_over()


def test_a_machine_starts_once_and_is_ready_when_its_start_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    starts = count(42)
    monkeypatch.setattr(seed, "unpack", lambda: None)
    monkeypatch.setattr(cards, "configure", lambda _spec: None)
    monkeypatch.setattr(processes, "start", lambda _argv: next(starts))
    (tmp_path / "node.json").write_text("{}")
    monkeypatch.setattr(control, "_SPEC", str(tmp_path / "node.json"))
    monkeypatch.setattr(control, "_READY", str(tmp_path / "ready"))
    monkeypatch.setattr(processes, "reap", dict)
    line = Line({"do": "start"}, {"do": "start"})
    machine = Machine(line)

    machine.look()
    (tmp_path / "ready").touch()
    line.said = [b'{"do": "status"}']
    machine.look()

    assert [told["state"] for told in line.told] == ["started", "started", "ready"]
    assert next(starts) == 43
