"""Accounts of the client's people: their login and UPN follow the rules of the cahier."""

import unicodedata

from labctl.plan.model import Person
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


def build_login(given: str, surname: str) -> str:
    """Return the login: first letter of the given name, then the surname, 20 characters at most."""
    return (fold(given)[:1] + fold(surname))[:20]


def fold(text: str) -> str:
    """Return a name in lower case, without accents, spaces or apostrophes."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in bare.lower() if char.isalnum() or char == "-")
