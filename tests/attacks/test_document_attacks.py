"""Hostile documents: each costs itself alone, is said why, and never ends in a traceback."""

import time
from functools import cache

import pytest

from labctl.collect.visit import VISIT_S
from labctl.connect.base import DEPOT, Answer, Question, Transport
from labctl.connect.depot.reading import MOST_BYTES
from labctl.connect.depot.session import DepotSession
from labctl.core.deadline import Deadline
from labctl.core.handed import Document
from labctl.core.untrusted import inert
from labctl.core.verdict import Reason
from tests.attacks.documents import HOSTILE, ODT, STRANGE

GOOD, ODD = "a good one", "strange"


def ask(documents: list[Document] | None, *names: str) -> list[Answer]:
    questions = [Question(DEPOT, Transport.DEPOT, name, {"name": name}) for name in names]
    return list(DepotSession(documents).ask(questions, Deadline.after(60)))


@cache
def read_all() -> tuple[dict[str, Answer], float]:
    """Read all of them as those of one bench are, and say how long it took."""
    started = time.monotonic()
    contents = {name: content for name, (content, _said) in HOSTILE.items()}
    contents |= {GOOD: ODT, ODD: STRANGE}
    documents = [Document(f"{name}.odt", one, "") for name, one in contents.items()]
    answers = ask(documents, *(one.name for one in documents))
    return dict(zip(contents, answers, strict=True)), time.monotonic() - started


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_for_a_person(name: str) -> None:
    answer, said = read_all()[0][name], HOSTILE[name][1]

    if answer.trouble is None:
        assert not said
        return
    assert answer.trouble.reason in (Reason.PROTOCOL, Reason.OUTPUT_LIMIT, Reason.TIMEOUT)
    assert said in answer.trouble.detail
    assert "/" not in answer.trouble.detail
    assert answer.output == b""


def test_its_neighbours_are_read() -> None:
    answer = read_all()[0][GOOD]

    assert answer.trouble is None
    assert "Client : SARL" in answer.output.decode()


def test_what_a_strange_document_says_is_harmless_and_bounded() -> None:
    answer = read_all()[0][ODD]

    text = answer.output.decode()
    assert answer.trouble is None
    assert inert(text, len(text)) == text
    assert len(text) < 10_000


def test_all_of_them_are_read_in_the_time_of_a_visit() -> None:
    assert read_all()[1] < VISIT_S


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    (answer,) = ask([Document("a.odt", bytes(MOST_BYTES), "")], "a.odt")

    assert answer.trouble
    assert answer.trouble.reason is Reason.OUTPUT_LIMIT


def test_what_is_not_there_is_not_handed_in_and_where_nothing_could_be_nothing_is_known() -> None:
    (absent,) = ask([], "a.odt")
    (closed,) = ask(None, "a.odt")

    assert (absent.output, absent.trouble) == (b"{}", None)
    assert closed.trouble
    assert closed.trouble.reason is Reason.UNREACHABLE


def test_another_suffix_is_as_good_and_the_exact_name_is_preferred() -> None:
    documents = [
        Document("Fiche.docx", b"MZ", "2026-01-02T00:00:00Z"),
        Document("FICHE.ODT", ODT, "2026-01-01T00:00:00Z"),
        Document("other.pdf", ODT, ""),
    ]

    exact, other = ask(documents, "fiche.odt", "other.odt")
    assert (exact.trouble, other.trouble) == (None, None)
    assert '"found": "FICHE.ODT"' in exact.output.decode()
