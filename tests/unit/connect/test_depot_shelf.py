"""Documents on a shelf: what its machine says is a stranger's, and what is missed is said."""

import json
from collections.abc import Callable, Sequence

import pytest

from labctl.connect.base import DEPOT, Answer, Question, Transport
from labctl.connect.depot import shelf as module
from labctl.connect.depot.reading import MOST_BYTES
from labctl.connect.depot.session import READING_S, DepotSession
from labctl.connect.depot.shelf import OpenShelf
from labctl.core.command import Completed
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ConnectError, ConnectTimeout, Unreachable
from labctl.core.handed import Document
from labctl.core.verdict import Reason
from tests.attacks.documents import ODT
from tests.shelf import NEW, Machine

SHEET, QUOTE = "fiche.odt", "devis.odt"
OLD = 1_700_000_000


class Saying(Machine):
    """A machine that answers everything alike."""

    def __init__(self, answer: Callable[[], Completed]) -> None:
        super().__init__({})
        self.answer = answer

    def run(self, _argv: Sequence[str], _deadline: Deadline, *, stdin: str = "") -> Completed:
        del stdin
        return self.answer()


def said(text: str, code: int = 0) -> Saying:
    return Saying(lambda: Completed((), code, text, ""))


def silent() -> Completed:
    raise Unreachable("no such machine")


def ask(
    machine: Machine, *names: str, gate: Sequence[Document] | None = None
) -> tuple[DepotSession, tuple[Answer, ...]]:
    session = DepotSession(gate, OpenShelf(machine, ("program",)))
    questions = [Question(DEPOT, Transport.DEPOT, name, {"name": name}) for name in names]
    return session, session.ask(questions, Deadline.after(60))


def found_in(answer: Answer) -> str:
    return str(json.loads(answer.output).get("found", ""))


def test_what_lies_on_the_shelf_is_read_and_kept_as_it_came() -> None:
    machine = Machine({"FICHE.odt": (ODT, OLD), "other.txt": (b"x", OLD)})

    session, (sheet, quote) = ask(machine, SHEET, QUOTE)

    assert "Client : SARL" in sheet.output.decode()
    assert json.loads(sheet.output)["modified_at"] == "2023-11-14T22:13:20Z"
    assert found_in(quote) == ""
    assert [one.name for one in session.taken] == ["FICHE.odt"]
    assert session.taken[0].content == ODT
    assert [act for act, *_words in machine.asked] == ["list", "read"]  # only what was asked for
    session.close()
    assert machine.is_closed


def test_the_way_in_comes_first_and_the_shelf_is_asked_for_the_rest_alone() -> None:
    gate = [Document(SHEET, ODT, "2020-01-01T00:00:00Z")]
    machine = Machine({SHEET: (b"not a document", NEW), QUOTE: (ODT, OLD)})

    session, answers = ask(machine, SHEET, QUOTE, gate=gate)

    assert [one.trouble for one in answers] == [None, None]
    assert [one.name for one in session.taken] == [QUOTE]
    machine.asked.clear()
    ask(machine, SHEET, gate=gate)
    assert machine.asked == []


def test_a_long_document_comes_in_pieces_and_one_that_is_too_long_is_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PIECE_BYTES", 1000)
    machine = Machine({SHEET: (ODT, OLD)})
    _session, (answer,) = ask(machine, SHEET)
    assert answer.trouble is None
    assert len(machine.asked) == 1 + -(-len(ODT) // 1000) > 2

    machine = Machine({SHEET: (ODT, OLD), QUOTE: (ODT, OLD), "empty.odt": (b"", OLD)})
    _session, answers = ask(machine, SHEET, QUOTE, "empty.odt")
    assert [one.trouble is None for one in answers] == [True, True, False]
    assert len(machine.asked) == 1 + -(-2 * len(ODT) // 1000)

    monkeypatch.undo()
    session, (answer,) = ask(Machine({SHEET: (bytes(MOST_BYTES + 1), OLD)}), SHEET)
    assert answer.trouble is not None
    assert answer.trouble.reason is Reason.OUTPUT_LIMIT
    assert session.taken == ()


def test_a_piece_is_no_longer_than_an_answer_may_be() -> None:
    assert 4 * -(-module.PIECE_BYTES // 3) < OUTPUT_CAP_BYTES


@pytest.mark.parametrize(
    "machine",
    [
        said("", 1),
        said("no JSON"),
        said("[" * 100_000),
        said("[]"),
        said('{"files": 3}'),
        said('{"files": [{"name": 3, "bytes": 1, "at": 1}]}'),
        said('{"files": [{"name": "fiche.odt", "bytes": true, "at": 1}]}'),
        said('{"files": [{"name": "fiche.odt", "bytes": -1, "at": 1}]}'),
        said('{"files": [{"name": "fiche.odt", "bytes": 9, "at": 1e999}]}'),
        said('{"files": [{"name": "devis.odt", "bytes": 9, "at": 1}]}'),  # then no piece of it
        said(r'{"files": [{"name": "\ud800/devis.odt", "bytes": 0, "at": 1}]}'),
        said('{"files": [{"name": "../devis.odt", "bytes": 0, "at": 1}]}'),
        said(r'{"files": [{"name": "devis.odt\u0000", "bytes": 0, "at": 1}]}'),
        said(json.dumps({"files": [{"name": f"devis.{'x' * 255}", "bytes": 0, "at": 1}]})),
        Saying(silent),
    ],
)
def test_a_shelf_that_cannot_be_looked_at_is_no_document_that_was_not_handed_in(
    machine: Machine,
) -> None:
    gate = [Document(SHEET, ODT, "2025-01-01T00:00:00Z")]

    session, (sheet, quote) = ask(machine, SHEET, QUOTE, gate=gate)

    assert session.taken == ()
    assert found_in(sheet) == SHEET
    assert quote.trouble is not None
    assert quote.trouble.reason in {Reason.PROTOCOL, Reason.UNREACHABLE}


def test_a_file_server_that_hangs_costs_nothing_of_what_is_at_the_way_in() -> None:
    limits: list[Deadline] = []

    class Hanging(Saying):
        def run(self, _argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
            del stdin
            limits.append(deadline)
            raise ConnectTimeout("too late")

    gate = [Document(SHEET, ODT, "2025-01-01T00:00:00Z")]
    session = DepotSession(gate, OpenShelf(Hanging(silent), ("program",)))
    questions = [Question(DEPOT, Transport.DEPOT, one, {"name": one}) for one in (SHEET, QUOTE)]
    until = Deadline.after(60)

    sheet, quote = session.ask(questions, until)

    assert found_in(sheet) == SHEET
    assert quote.trouble is not None
    assert quote.trouble.reason is Reason.TIMEOUT
    assert [until.at - one.at for one in limits] == [READING_S]


def test_files_of_any_number_and_of_any_time() -> None:
    files = {f"{number}.odt": (b"", 10**30) for number in range(module.MOST_FILES + 5)}
    shelf = OpenShelf(Machine(files), ("program",))

    listed = shelf.list_files(Deadline.after(9))

    assert len(listed) == module.MOST_FILES
    assert listed[0].modified_at == "9999-12-31T23:59:59Z"


def test_a_document_is_put_and_a_refusal_is_told() -> None:
    machine = Machine({})
    OpenShelf(machine, ("program",)).put({SHEET: ODT}, Deadline.after(9))
    assert machine.files[SHEET][0] == ODT

    with pytest.raises(ConnectError):
        OpenShelf(said("", 1), ("program",)).put({SHEET: ODT}, Deadline.after(9))
