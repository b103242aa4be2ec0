"""Jinja filter: which secret is the first password of an account."""

from typing import Any

Document = dict[str, Any]


def password_names(directory: Document) -> dict[str, str]:
    """Return the name of the secret of each account that the candidate is told, by login."""
    first = directory["initial_password"].get("value")
    people = {person["login"]: first for person in directory["people"]}
    services = {one["name"]: one.get("password") for one in directory["service_accounts"]}
    references = {**people, **services}
    return {login: _name(reference) for login, reference in references.items() if reference}


def _name(reference: str) -> str:
    return reference.removeprefix("${secret:").removesuffix("}")


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"password_names": password_names}
