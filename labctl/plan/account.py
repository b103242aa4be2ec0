"""Accounts of the client's people: their login and UPN follow the rules of the cahier."""

from labctl.plan.model import Person
from labctl.spec.login import build_login, fold
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant


def build_people(subject: Subject, variant: Variant) -> tuple[Person, ...]:
    """Return the accounts to create, in the order of the cahier."""
    return tuple(
        build_person(subject, variant, account.person) for account in subject.directory.accounts
    )


def build_person(subject: Subject, variant: Variant, key: str) -> Person:
    """Return one person; who is not to be created (the leaver) keeps no OU, title nor group."""
    given, surname = variant.people[key]
    asked = {account.person: account for account in subject.directory.accounts}.get(key)
    return Person(
        key=key,
        given_name=given,
        surname=surname,
        login=build_login(given, surname),
        upn=f"{fold(given)}.{fold(surname)}@{subject.directory.domain}",
        title=asked.title if asked else "",
        ou=asked.ou if asked else "",
        groups=frozenset(asked.groups if asked else ()),
    )
