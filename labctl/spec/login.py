"""Logins of people: the rule of the cahier, « initiale_prenom + nom »."""

import unicodedata


def build_login(given: str, surname: str) -> str:
    """Return the login of a person: first letter of the given name, then the surname."""
    return fold(given)[:1] + fold(surname)


def fold(text: str) -> str:
    """Return a name in lower case, without accents, spaces or apostrophes."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in bare.lower() if char.isalnum() or char == "-")
