"""A mailbox of a server of the bench, and one of a server of the room."""

from types import SimpleNamespace
from typing import Any

from checks.mail.demand import Mail
from checks.mail.rules import find_wrong_servers
from labctl.reports.printed.subject import tell_topics
from tests.mail_server import mail_plan
from tests.plans import plan_of

PLAN = mail_plan()


def test_a_subject_says_of_which_server_the_mailbox_is() -> None:
    shipped, hosted = (tell_topics(plan)["mail"] for plan in (plan_of(1), PLAN))

    assert "ceux du compte de l'annuaire" in shipped
    assert "code de recette" not in shipped
    assert "annexe confidentielle" in hosted
    assert "qui recopie ce code" in hosted


def test_a_plan_without_a_server_of_the_bench_does_not_name_it() -> None:
    assert "hosted_on" not in plan_of(1).demand(Mail).write()
    assert PLAN.demand(Mail).write()["hosted_on"] == "courrier"


def test_a_mailbox_of_the_bench_is_that_of_an_account() -> None:
    view: Any = SimpleNamespace(find=lambda _cls: None, faces=lambda _name: ("linux", "mail"))

    (remark,) = find_wrong_servers(PLAN.demand(Mail), view)

    assert remark.message == "sans annuaire, la boîte n'est celle de personne"
