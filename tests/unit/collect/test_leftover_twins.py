"""Twins that a killed collection left in the directory are nobody's fault: swept, asked again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.directory.twins import DESCRIPTION
from labctl.collect.gathering import Gathering
from labctl.collect.needs import Door, gather
from labctl.collect.recorder import JOURNAL, Recorder
from labctl.collect.visit import Visit, Visits
from labctl.connect.base import Answer, Question, Session, Transport
from labctl.core.deadline import Deadline
from labctl.core.ids import NodeName
from labctl.core.progress import silent
from labctl.facts.probe import Probe
from labctl.facts.reading import Wanted, as_reader
from labctl.plan.model import Plan
from tests.fakes import answer, ask, endpoint
from tests.plans import plan_of

TWIN = "CN=labctl-j-24dc2a-00,CN=Users,DC=moana,DC=test"
MEMBERS = Question(NodeName("dc"), Transport.LDAP, "membres", {})


@dataclass(frozen=True)
class Members:
    """A fact: what the directory and a machine say."""

    said: tuple[str, ...]


@dataclass
class Directory:
    """A directory with accounts, by DN: their description."""

    accounts: dict[str, str]
    code: int = 0
    searches: int = 0
    outputs: dict[str, bytes] = field(default_factory=dict)

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:  # noqa: ARG002
        said = " ".join(sorted(self.accounts)).encode()
        return tuple(answer(one, self.outputs.get(one.text, said)) for one in questions)

    def search(self, question: Question, deadline: Deadline) -> tuple[int, list[dict[str, Any]]]:  # noqa: ARG002
        self.searches += 1
        return self.code, [
            {"dn": dn, "attributes": {"sAMAccountName": [name_of(dn)], "description": [said]}}
            for dn, said in self.accounts.items()
        ]

    def delete(self, dn: str, deadline: Deadline) -> None:  # noqa: ARG002
        del self.accounts[dn]

    def close(self) -> None:
        pass


def name_of(dn: str) -> str:
    return dn.partition(",")[0].removeprefix("CN=")


def collect(run: Path, directory: Directory, *others: Question) -> tuple[list[int], list[str]]:
    """Return the attempts of the answers that were kept, and what the fact says."""

    def read(_plan: Plan, answers: tuple[Answer, ...]) -> Members:
        return Members(tuple(one.output.decode() for one in answers))

    def opener(*_way: object) -> Session:
        return directory

    probe = Probe(Members, lambda _plan: (MEMBERS, *others), read)
    needs = gather(plan_of(1), [Wanted(as_reader(probe))])
    recorder = Recorder(run, [])
    recorder.start(plan_of(1), "namespace", list(needs.asked_by))

    def visit(door: Door) -> Visit:
        return Visit(endpoint(door.node, door.transport), opener)

    with Gathering(plan_of(1), needs, Visits(visit), recorder, Deadline.after(60)) as one:
        one.run(silent)
    recorder.finish()
    lines = (run / "evidence" / JOURNAL).read_bytes().splitlines()
    records = [json.loads(line) for line in lines]
    (fact,) = [one["value"]["said"] for one in records if one["kind"] == "fact"]
    return [one["attempt"] for one in records if one["kind"] == "answer"], fact


def test_a_leftover_is_removed_and_the_directory_asked_again(tmp_path: Path) -> None:
    directory = Directory({"CN=Hina": "", TWIN: DESCRIPTION})

    assert collect(tmp_path, directory) == ([1, 2], ["CN=Hina"])
    assert directory.accounts == {"CN=Hina": ""}


def test_an_account_that_only_has_the_name_of_a_twin_stays_seen(tmp_path: Path) -> None:
    directory = Directory({"CN=Hina": "", TWIN: "made by a candidate"})

    assert collect(tmp_path, directory) == ([1], [f"CN=Hina {TWIN}"])
    assert TWIN in directory.accounts


def test_a_directory_without_leftovers_is_asked_once(tmp_path: Path) -> None:
    directory = Directory({"CN=Hina": ""})

    assert collect(tmp_path, directory) == ([1], ["CN=Hina"])
    assert directory.searches == 0


def test_only_what_the_directory_says_is_asked_again(tmp_path: Path) -> None:
    """A machine may be told to do something by a question; a search of a directory only reads."""
    log = ask("/bin/log", node="nas")
    directory = Directory({TWIN: DESCRIPTION}, outputs={log.text: b"labctl-j-24dc2a-00 was here"})

    assert collect(tmp_path, directory, log) == ([1, 1, 2], ["", "labctl-j-24dc2a-00 was here"])


def test_a_directory_that_refuses_the_search_is_taken_as_it_was(tmp_path: Path) -> None:
    directory = Directory({TWIN: DESCRIPTION}, code=50)

    assert collect(tmp_path, directory) == ([1], [TWIN])
