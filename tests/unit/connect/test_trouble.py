"""Errors of a conversation become reasons of a verdict."""

import pytest

from labctl.connect.trouble import explain, refuse
from labctl.core import errors
from labctl.core.verdict import Reason, Unobserved
from tests.fakes import ask


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errors.Unreachable("x"), Reason.UNREACHABLE),
        (errors.ConnectTimeout("x"), Reason.TIMEOUT),
        (errors.OutputLimit("x"), Reason.OUTPUT_LIMIT),
        (errors.HostIdentityError("x"), Reason.TAMPER),
        (errors.AuthenticationRefused("x"), Reason.UNREACHABLE),
        (errors.ConnectError("x"), Reason.PROTOCOL),
    ],
)
def test_each_error_has_its_reason(error: errors.ConnectError, reason: Reason) -> None:
    assert explain(error) == Unobserved(reason, "x")


def test_every_question_gets_the_trouble() -> None:
    trouble = Unobserved(Reason.TIMEOUT, "late")

    answers = refuse((ask("/bin/a"), ask("/bin/b")), trouble)

    assert [(one.question.text, one.trouble) for one in answers] == [
        ("/bin/a", trouble),
        ("/bin/b", trouble),
    ]
