"""What labctl makes of a host's answer: it may be anything, and as long as it likes."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core import command, store
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, CommandTimeout, InfrastructureError
from labctl.core.progress import silent
from labctl.pipeline import elsewhere, remote
from labctl.pipeline.building import Built
from labctl.pipeline.order import Order
from labctl.pipeline.place import bench_runs
from labctl.plan.model import Hosting
from tests.plans import plan_of

HOST = Hosting("loin", "ssh://root@hote2:2222?keyfile=/k", "/opt/labctl")
ORDER = Order("up", 2, (replace(plan_of(2), hosting=HOST),), 60.0)
BUILT = {"bench": 2, "variant": "B", "machines": 15, "started": ["nas"], "elapsed_s": 2.5}
HELLO = json.dumps({"hello": "labctl"})
END = json.dumps({"end": True})


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, ...]]]:
    """Let the host say lines, then end with a code and a complaint; return how it was called."""

    def speak(*lines: str, code: int = 0, stderr: str = "") -> list[tuple[str, ...]]:
        called: list[tuple[str, ...]] = []

        def follow(
            argv: tuple[str, ...], _deadline: Deadline, on_line: Callable[[str], None], stdin: str
        ) -> Completed:
            called.append(argv)
            assert json.loads(stdin)["act"]
            for line in lines:
                on_line(line)
            return Completed(argv, code, "", stderr)

        monkeypatch.setattr(command, "follow", follow)
        return called

    return speak


Say = Callable[..., list[tuple[str, ...]]]


def part(result: object) -> str:
    return json.dumps({"part": json.dumps(result)})


def test_a_result_in_pieces_after_steps_is_what_the_act_returns(say: Say) -> None:
    text, steps = json.dumps({"value": BUILT}), list[str]()
    pieces = [json.dumps({"part": text[at : at + 10]}) for at in range(0, len(text), 10)]
    called = say("Bienvenue", HELLO, json.dumps({"step": "câble"}), *pieces, END)

    built = remote.ask(HOST, ORDER, steps.append)

    assert built == Built(2, "B", 15, ("nas",), 2.5)
    assert steps == ["câble"]
    (argv,) = called
    assert argv[-2:] == ("ssh://root@hote2:2222", "/opt/labctl serve")
    assert "BatchMode=yes" in argv
    assert argv[argv.index("-i") + 1] == "/k"
    assert elsewhere.list_hosts(2) == (HOST,)


def test_a_refusal_keeps_its_words_and_its_code(say: Say) -> None:
    said = {"failed": {"message": "banc 02 : tenu par", "hint": "attendez", "code": 5}}
    say(HELLO, part(said), END)

    with pytest.raises(remote.Refused, match="tenu par") as caught:
        remote.ask(HOST, ORDER, silent)

    assert (caught.value.hint, caught.value.exit_code) == ("attendez", 5)


@pytest.mark.parametrize(
    "result",
    [7, None, [], {}, {"value": 7}, {"value": {"bench": "x"}}, {"failed": 1}, {"failed": {}},
     {"value": "run", "files": 3}, {"value": "run", "files": {"a": 3}},
     {"value": "run", "files": {"a": "%%"}}, {"value": "run", "files": {"../../a": "QQ=="}},
     {"value": "run", "files": {"/etc/a": "QQ=="}}],
)  # fmt: skip
def test_what_is_no_result_is_not_believed(say: Say, result: object, tmp_path: Path) -> None:
    say(HELLO, part(result), END)

    with pytest.raises(InfrastructureError, match="pas comprise"):
        remote.ask(HOST, ORDER, silent)
    assert not list(tmp_path.rglob("a"))


@pytest.mark.parametrize(
    "line", ["", "x", "7", "[]", "null", '{"part": 7}', '{"step": {}}', "[" * 9999]
)
def test_noise_is_left_alone(say: Say, line: str) -> None:
    say(line, part({"value": BUILT}), line, END)

    assert remote.ask(HOST, ORDER, silent).bench == 2


def test_a_host_that_answers_without_end_is_left(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MOST_BYTES", 1000)
    say(HELLO, *[json.dumps({"part": "x" * 400})] * 3, END)

    with pytest.raises(InfrastructureError, match="sans fin"):
        remote.ask(HOST, ORDER, silent)


def test_evidence_is_laid_down_here_its_journal_last(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = store.write_bytes

    def note(path: Path, content: bytes) -> None:
        written.append(path.name)
        write(path, content)

    monkeypatch.setattr(store, "write_bytes", note)
    inside = base64.b64encode(b"{}").decode()
    files = {"evidence/journal.jsonl": inside, "evidence/plan.json": inside}
    ahead = bench_runs(2) / "29991126T091206.074104Z"  # of a host whose clock was ahead
    ahead.mkdir(parents=True)
    say(HELLO, part({"value": "..", "files": files}), END)

    folder = remote.ask(HOST, replace(ORDER, act="collect"), silent)

    assert folder == bench_runs(2) / "29991126T091206.074105Z"
    assert written == ["plan.json", "journal.jsonl"]
    assert (folder / "evidence/plan.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("code", "stderr", "why", "hint"),
    [
        (255, "x\nssh: connect to host hote2: refused\n", "refused", "essayez : ssh"),
        (127, "bash: labctl: command not found\n", "command not found", "commande"),
        (137, "", "s'est coupée", ""),
    ],
)
def test_a_host_that_does_not_answer_is_named(
    say: Say, code: int, stderr: str, why: str, hint: str
) -> None:
    say(code=code, stderr=stderr)

    with pytest.raises(InfrastructureError, match=why) as caught:
        remote.ask(HOST, ORDER, silent)

    assert "« loin » (ssh://root@hote2:2222)" in caught.value.message
    assert hint in caught.value.hint
    assert elsewhere.list_hosts(2) == ()  # nothing was ordered: nothing is there


def test_a_host_that_began_may_have_a_bench(say: Say) -> None:
    say(HELLO, code=255)

    with pytest.raises(InfrastructureError):
        remote.ask(HOST, ORDER, silent)
    assert elsewhere.list_hosts(2) == (HOST,)
    elsewhere.forget(2, HOST)
    assert elsewhere.list_benches() == ()


def test_two_commands_make_nothing_of_a_bench_at_once(say: Say) -> None:
    """The first one's end would be taken for that of what the second one makes."""
    called = say(HELLO, part({"value": BUILT}), END)

    with elsewhere.held(2, "down"), pytest.raises(Busy, match="tenu par labctl down"):
        remote.ask(HOST, ORDER, silent)
    assert not called


def test_a_host_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def follow(*_arguments: object, **_words: object) -> Completed:
        raise CommandTimeout("ssh …")

    monkeypatch.setattr(command, "follow", follow)
    with pytest.raises(InfrastructureError, match="avant l'échéance"):
        remote.ask(HOST, ORDER, silent)
