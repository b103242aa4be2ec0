"""What a jury reads of a solved bench is so: nothing forbidden is said to be there."""

import pytest

from labctl.core.verdict import Match
from tests.checking import PLAN, run_check, solved_but


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("K-045", "évènements perdus une fois le journal plein : non"),
        ("K-054", "redémarrage en attente : non"),
        ("K-062", "port 23 du commutateur ouvert depuis INVITES : non"),
        ("K-067", "INVITES atteint dc, port 445 : non"),
        ("K-084", "privilèges de svc-scan : non"),
        ("K-095", "administration en HTTP depuis ADMIN : non"),
        ("K-095", "administration ouverte depuis WAN : non"),
        ("K-106", "réponse de 10.21.20.10 à un nom inventé : non"),
        ("K-106", "noms internes vus de INVITES : non"),
    ],
)
def test_what_must_not_be_is_said_not_to_be(check: str, said: str) -> None:
    match = run_check(check, PLAN, solved_but())

    assert isinstance(match, Match)
    assert said in match.expected.split(" ; ")
    assert said in match.found.split(" ; ")


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("K-001", "SKU de l'édition « Professionnel » : 48"),
        ("K-006", "volume D: de la taille demandée : oui"),
        ("K-029", "casque actif : oui ; casque par défaut : oui"),
        ("K-038", "lecteur S : "),
        ("K-049", "volume C: chiffré : oui"),
        ("K-065", "un seul serveur DHCP dans BUREAUTIQUE : oui"),
        ("K-071", "unité Anciens : oui"),
        ("K-091", "Internet depuis ADMIN : oui"),
    ],
)
def test_a_point_says_what_is_so(check: str, said: str) -> None:
    match = run_check(check, PLAN, solved_but())

    assert isinstance(match, Match)
    assert said in match.found
