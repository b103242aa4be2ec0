"""What Windows probes ask: questions that may be asked, one script at most, of sound PowerShell."""

import base64

import pytest
import tree_sitter
import tree_sitter_powershell

from labctl.collect.needs import gather
from labctl.connect.base import Question, Transport
from labctl.connect.cim.question import COMMAND_MOST, parse_question, render_command
from tests.plans import WITH_CIM, Desk, plan_of
from tests.probes import wanted_on

POWERSHELL = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def cim_questions(kind: Desk) -> list[Question]:
    plan = plan_of(1, kind)
    needs = gather(plan, wanted_on(plan))
    return [one for one in needs.questions if one.transport is Transport.CIM]


def scripts(kind: Desk) -> list[str]:
    return [str(one.body["script"]) for one in cim_questions(kind) if "script" in one.body]


def is_powershell(text: str) -> bool:
    return not POWERSHELL.parse(text.encode()).root_node.has_error


@pytest.mark.parametrize("kind", sorted(WITH_CIM))
def test_every_question_may_be_asked(kind: Desk) -> None:
    asked = cim_questions(kind)

    assert asked
    for question in asked:
        parse_question(question.body)  # ValueError says what is wrong
        assert question.timeout_s <= 30


@pytest.mark.parametrize("kind", sorted(WITH_CIM))
def test_a_visit_plays_one_script_at_most(kind: Desk) -> None:
    assert len(scripts(kind)) <= 1


def test_accounts_are_those_of_the_machine_not_of_its_whole_domain() -> None:
    asked = [one.body for one in cim_questions(Desk.WINDOWS)]
    accounts = [body for body in asked if body.get("class") in ("Win32_UserAccount", "Win32_Group")]

    assert {body["class"] for body in accounts} == {"Win32_UserAccount", "Win32_Group"}
    for body in accounts:
        assert str(body["where"]).startswith("LocalAccount = TRUE")


@pytest.mark.parametrize("script", sorted({one for kind in WITH_CIM for one in scripts(kind)}))
def test_a_script_is_powershell_and_fits_in_a_command_line(script: str) -> None:
    command = render_command(script)
    whole = base64.b64decode(command[-1]).decode("utf-16-le")

    assert is_powershell(script)
    assert is_powershell(whole)
    assert len(" ".join(command)) <= COMMAND_MOST


@pytest.mark.parametrize("text", ["if (", "Get-Item | | x", "function {"])
def test_the_gate_sees_what_is_no_powershell(text: str) -> None:
    assert not is_powershell(text)
