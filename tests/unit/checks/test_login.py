"""Logins of people, as a candidate who reads the rule of the cahier would write them."""

import pytest

from checks.directory.demand import build_login


@pytest.mark.parametrize(
    ("given", "surname", "login"),
    [
        ("Teva", "Maitere", "tmaitere"),
        ("Éloïse", "Lebœuf", "eleboeuf"),
        ("Œdipe", "Cœurdevey", "ocoeurdevey"),
        ("Lætitia", "Præ", "lprae"),
        ("Søren", "Großmann", "sgrossmann"),
        ("Teva", "Ta\u02bbaroa", "ttaaroa"),
        ("Teva", "Fa’atau", "tfaatau"),
        ("Jean-Marc", "d'Arcy de la Tour", "jdarcydelatour"),
        ("e\u0301tienne", "Noe\u0308l", "enoel"),
    ],
)
def test_a_login_has_the_letters_one_types(given: str, surname: str, login: str) -> None:
    assert build_login(given, surname) == login
