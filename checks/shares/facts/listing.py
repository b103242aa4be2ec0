"""Probe of the list of shares, as ordinary users are shown it."""

from checks.directory.demand import Directory
from checks.shares.demand import Shares
from checks.shares.facts.access import SUCCESS, read_trial
from checks.shares.facts.shares import ShareListing
from labctl.api import Answer, Plan, Probe, Question, Transport, not_understood


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask what each person sees."""
    asked = plan.demand(Shares)
    return tuple(_seen(asked, person.login) for person in plan.demand(Directory).people)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> ShareListing:
    """Return the shares that anybody is shown: none when nobody has an account."""
    names: set[str] = set()
    for answer in answers:
        result = read_trial(answer)
        if result["missing"]:
            continue
        shares = result.get("shares")
        if result.get("list") != SUCCESS or not isinstance(shares, list):
            raise not_understood(answer.question.text, result.get("list"))
        names.update(map(str, shares))
    return ShareListing(frozenset(names))


def _seen(asked: Shares, login: str) -> Question:
    body: dict[str, object] = {"try": "visible", "principal": login}
    return Question(asked.on, Transport.SMB, f"{login} : partages visibles", body)


PROBE = Probe(ShareListing, ask, parse)
