"""The mailbox of a person: what each point of the check says, and of what."""

from dataclasses import replace
from ipaddress import IPv4Address
from types import SimpleNamespace
from typing import Any

import pytest

from checks.mail.demand import Mail
from checks.mail.facts import Correspondence, Letter, Login, ask, parse
from checks.mail.rules import find_wrong_servers
from labctl.core.expect import NotAsked
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.probe import NotUnderstood
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.reports.printed.subject import tell_topics
from tests.checking import miss, run_check
from tests.facts import Facts, evidence_of, solved_facts, untouched_facts
from tests.mail_facts import SERVER, letter_of
from tests.plans import asking, plan_of
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
UNHOSTED = PLAN.demand(Mail).model_copy(update={"hosted_on": None})
SOLVED: Correspondence = solved_facts(PLAN)[Correspondence]
LETTER = letter_of(PLAN)
ELSEWHERE = IPv4Address("10.21.20.20")


def judged(facts: Facts, bench: int) -> CheckVerdict:
    (found,) = judge([evidence_of(plan_of(bench), facts)], choose_checks("tai"))
    return next(one for one in found.verdicts if one.check == "K-105")


def seen(*letters: Letter) -> Correspondence:
    return replace(SOLVED, letters=letters)


def missing(found: Correspondence) -> str:
    return str(miss("K-105", found, plan=PLAN))


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_a_mailbox_that_was_read_and_wrote_conforms(bench: int) -> None:
    found = judged(solved_facts(plan_of(bench)), bench)

    assert found.verdict is Verdict.CONFORM
    assert "(IMAP, port 993, TLS)" in found.expected
    assert "(SMTP, port 587, STARTTLS)" in found.expected


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_nobody_did_anything(bench: int) -> None:
    found = judged(untouched_facts(plan_of(bench)), bench)

    assert found.verdict is Verdict.NON_CONFORM
    assert found.earned == 0


def test_what_nobody_did_is_said() -> None:
    said = missing(Correspondence((), ()))

    assert "personne n'a relevé la boîte hina.tehei@moana.test" in said
    assert "jury-01@centre.test n'a reçu de hina.tehei@moana.test aucun message" in said


@pytest.mark.parametrize(
    "login",
    [Login(ELSEWHERE, is_encrypted=True), Login(SOLVED.logins[0].client, is_encrypted=False)],
    ids=["from the file server", "in the clear"],
)
def test_a_mailbox_is_read_from_the_workstation_and_encrypted(login: Login) -> None:
    assert "relevé la boîte" in missing(replace(SOLVED, logins=(login,)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client": ELSEWHERE}, "n'est pas parti du réseau de MN-PC-01, mais de 10.21.20.20"),
        ({"client": None}, "n'est pas parti du réseau"),
        ({"is_encrypted": False}, "n'est pas parti du réseau"),
        ({"has_code": False}, "ne contient pas le code"),
        ({"subject": "RECETTE 02"}, "aucun message « RECETTE 01 »"),
        ({"account": "tmaitere"}, "aucun message « RECETTE 01 »"),
        ({"account": ""}, "aucun message « RECETTE 01 »"),
        ({"sender": "teva.maitere@moana.test"}, "aucun message « RECETTE 01 »"),
    ],
)
def test_a_message_is_of_the_owner_from_the_workstation(changed: dict[str, Any], said: str) -> None:
    assert said in missing(seen(replace(LETTER, **changed)))


@pytest.mark.parametrize(
    "changed", [{"account": "Hina.Tehei@moana.test", "subject": "recette 01"}, {"program": ""}]
)
def test_other_ways_to_write_are_as_good(changed: dict[str, Any]) -> None:
    others = (replace(LETTER, has_code=False), replace(LETTER, client=ELSEWHERE))
    facts = {Correspondence: seen(*others, replace(LETTER, **changed), *others)}

    assert run_check("K-105", PLAN, facts) is not None


def test_the_server_of_a_room_is_neither_asked_nor_judged() -> None:
    others = {name: node for name, node in PLAN.nodes.items() if name != SERVER}
    unhosted = asking(replace(PLAN, nodes=others), UNHOSTED)

    assert ask(unhosted) == ()
    assert "K-105" not in choose_checks("tai").meant_for(unhosted).ids
    assert "K-105" in choose_checks("tai").meant_for(PLAN).ids


def test_a_subject_says_of_which_server_the_mailbox_is() -> None:
    elsewhere, hosted = (tell_topics(plan)["mail"] for plan in (asking(PLAN, UNHOSTED), PLAN))

    assert "ceux du compte de l'annuaire" in elsewhere
    assert "recette" not in elsewhere
    assert "annexe confidentielle" in hosted
    assert "qui recopie ce code" in hosted


def test_a_mail_server_that_nobody_was_told_to_use_is_no_demand() -> None:
    plan = asking(PLAN, UNHOSTED)

    with pytest.raises(NotAsked):
        run_check("K-105", plan, {Correspondence: parse(plan, ())})


def test_a_server_that_does_not_run_is_not_verifiable() -> None:
    (question,) = ask(PLAN)

    with pytest.raises(NotUnderstood, match="ne fonctionne plus"):
        parse(PLAN, (answer_to(question, {"running": False, "logins": [], "messages": []}),))


@pytest.mark.parametrize("value", [[], {}, {"running": True}, {"running": True, "logins": [1]}])
def test_what_is_no_answer_of_the_server_is_not_understood(value: object) -> None:
    (question,) = ask(PLAN)

    with pytest.raises(NotUnderstood):
        parse(PLAN, (answer_to(question, value),))


TOLD = {
    "running": True,
    "logins": [["10.21.30.100", True]],
    "messages": [
        {"client": "", "account": "htehei", "tls": True, "sender": "x@moana.test"}
        | {"subject": "RECETTE 01", "program": "", "has_code": False}
    ],
}


def test_what_the_server_tells_is_read() -> None:
    (question,) = ask(PLAN)

    assert parse(PLAN, (answer_to(question, TOLD),)) == Correspondence(
        (Login(IPv4Address("10.21.30.100"), is_encrypted=True),),
        (Letter(None, "htehei", True, "x@moana.test", "RECETTE 01", "", False),),
    )


def test_a_mailbox_of_the_bench_is_that_of_an_account() -> None:
    view: Any = SimpleNamespace(
        find=lambda _cls: None, faces=lambda _name: ("linux", "mail"), blocks={}
    )

    (remark,) = find_wrong_servers(PLAN.demand(Mail), view)

    assert remark.message == "sans annuaire, la boîte n'est celle de personne"
    view.blocks = {"annuaire": {}}  # what is wrong with it is said there
    assert list(find_wrong_servers(PLAN.demand(Mail), view)) == []
