"""From the evidence of a run to a recording: what is kept, what is replaced, what is refused."""

import json
from pathlib import Path

import pytest

from labctl.collect.facts import parse, to_plain
from labctl.collect.recorder import Recorder
from labctl.collect.recording import Made, is_taken, list_recorded, write_recording
from labctl.connect.base import Question
from labctl.core.errors import StoreError
from labctl.core.ids import NodeName
from labctl.core.verdict import Unobserved
from labctl.facts.reading import Wanted
from labctl.facts.recording import ANSWERS, FILE, PLAN, read_plan, read_recording
from labctl.facts.registry import load_key, name_key, want
from tests.fakes import answer
from tests.plans import Desk, plan_of
from tests.unit.collect.evidence_run import raw

PLAN_OF_ONE = plan_of(1, Desk.SIMULATED)
POSTE = NodeName("poste")
KEY = "accounts.LocalUsers@poste"
SID = "S-1-5-21-3623811015-3361044348-30300820"
SAID = json.dumps({
    "instances": [
        {"Name": "Administrateur", "SID": f"{SID}-500", "Disabled": True},
        {"Name": "jdupont", "SID": f"{SID}-1001", "Disabled": False},
    ]
}).encode()  # fmt: skip


def reader() -> Wanted:
    found = want(PLAN_OF_ONE, load_key(KEY))
    assert found is not None
    return found


def question() -> Question:
    (asked,) = reader().ask(PLAN_OF_ONE)
    return asked


def record(run: Path, said: bytes = SAID) -> None:
    """Leave the evidence of one fact of the workstation."""
    recorder = Recorder(run, [])
    recorder.start(PLAN_OF_ONE, "namespace", [KEY])
    answers = [answer(question(), said, None)]
    fact = parse(PLAN_OF_ONE, reader(), answers)
    recorder.facts({KEY: fact}, {KEY: recorder.answers(answers)})
    recorder.finish()


def made(tmp_path: Path, said: bytes = SAID) -> Made:
    record(tmp_path / "run", said)
    return write_recording(tmp_path / "run", POSTE, tmp_path / "out")


def test_nobody_is_named_in_what_is_written(tmp_path: Path) -> None:
    made(tmp_path)

    whole = "".join((tmp_path / "out" / name).read_text() for name in (FILE, PLAN, ANSWERS))
    hostname = PLAN_OF_ONE.nodes[POSTE].hostname
    names = ("jdupont", "3623811015", hostname, PLAN_OF_ONE.company, PLAN_OF_ONE.domain)
    assert [name for name in names if name.casefold() in whole.casefold()] == []


def test_what_is_written_says_what_the_machine_said(tmp_path: Path) -> None:
    found = made(tmp_path)

    assert found.changed == ()
    assert read_recording(tmp_path / "out") == found.recording
    assert found.recording.kind == "windows-standin"
    assert found.recording.is_simulated
    users = json.dumps(found.recording.facts[KEY].value)
    assert "compte1" in users
    assert "jdupont" not in users


def test_the_plan_names_neither_room_nor_host(tmp_path: Path) -> None:
    made(tmp_path)

    plan = read_plan(tmp_path / "out")
    assert (plan.room, plan.hosting, plan.town, plan.title) == ("", None, "", "")


def test_what_was_not_understood_is_kept_with_its_reason(tmp_path: Path) -> None:
    found = made(tmp_path, b'{"absent": "classe inconnue"}')

    assert "classe inconnue" in found.recording.facts[KEY].unread


def test_an_altered_answer_is_refused(tmp_path: Path) -> None:
    record(tmp_path / "run")
    raw(tmp_path / "run", SAID).write_bytes(b"{}")

    with pytest.raises(StoreError, match="perdue ou a été modifiée"):
        write_recording(tmp_path / "run", POSTE, tmp_path / "out")


def test_a_name_that_cannot_be_replaced_leaves_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="« guide » resterait"):  # a key of the plan too
        made(tmp_path, SAID.replace(b"jdupont", b"guide"))

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        ((), False),
        ((ANSWERS, PLAN, f".{FILE}.7.tmp"), False),
        ((ANSWERS, PLAN, FILE), True),
        (("notes.txt",), True),
    ],
)
def test_what_a_killed_recording_leaves_is_written_over(
    names: tuple[str, ...], taken: bool, tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).touch()

    assert is_taken(tmp_path) is taken


def test_a_file_is_taken_and_what_does_not_exist_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert [is_taken(tmp_path / name) for name in ("file", "none")] == [True, False]


def test_every_fact_of_a_windows_is_recorded_and_none_of_another_machine() -> None:
    names = [name_key(key) for key in list_recorded(PLAN_OF_ONE, POSTE)]

    assert KEY in names
    assert all(name.endswith("@poste") for name in names)
    assert list_recorded(PLAN_OF_ONE, NodeName("routeur")) == ()


def test_a_linux_has_nothing_to_record() -> None:
    assert list_recorded(plan_of(1), POSTE) == ()


def test_the_fixture_is_a_fact() -> None:
    fact = parse(PLAN_OF_ONE, reader(), [answer(question(), SAID, None)])

    assert not isinstance(fact, Unobserved)
    assert "jdupont" in json.dumps(to_plain(fact))
