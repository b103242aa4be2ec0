"""Rules that count: the last value that is admitted, and the first that is refused.

Each is asked alone, of the shipped files with one value changed: a rule that is wrong by one either
refuses an honest subject or lets one through that no bench can be built from.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from checks.dhcp import rules as dhcp
from checks.directory import rules as directory
from checks.joining import rules as joining
from checks.shares import rules as shares
from checks.wireless import rules as wireless
from labctl.spec.cahier import resolve
from labctl.spec.complaint import Complaint
from labctl.spec.fields import Pattern
from labctl.spec.loader import Path_, Source, load
from labctl.spec.partial import build_view
from labctl.spec.room import read_document
from labctl.spec.rules import exam, given, naming, seating, segments
from labctl.spec.rules.view import Finding, Seating, View, is_outside
from labctl.spec.substitution import Substitution
from labctl.spec.topology import is_host
from labctl.spec.wanted import read_wanted
from tests.plans import CAHIER, PROVIDERS, ROOM

SCOPES = ("dhcp", "etendues")
ADMIN, OFFICE = (*SCOPES, 0, "plage"), (*SCOPES, 1, "plage")
A = ("variants", "A")
DIRECTOR = (*A, "personnes", "dir")
SSID = ("wifi", "ssid", 0, "nom")
SEAT = ("bancs", 4)


@cache
def right(file: Path) -> Source:
    """Return a shipped file, read once."""
    return load(file)


def put(tree: Any, path: Path_, value: Any) -> Any:
    """Return a tree with one value changed; a path that ends after a list makes it longer."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        inside = put(tree[key], rest, value) if key < len(tree) else value
        return (*tree[:key], inside, *tree[key + 1 :])
    return {**tree, key: put(tree[key], rest, value)}


def view_with(path: Path_, value: Any) -> View:
    """Return variant A of the shipped cahier with one value changed."""
    source = right(CAHIER)
    found = resolve(replace(source, tree=put(source.tree, path, value)), "A")
    assert found.subject is not None
    return View("A", found.subject.variants["A"], found.subject, demands=found.demands)


def seating_with(path: Path_, value: Any) -> Seating:
    """Return the shipped room with one value changed."""
    source = right(ROOM)
    changed = replace(source, tree=put(source.tree, path, value))
    document, _complaints = read_document(changed, PROVIDERS)
    assert document is not None
    cahier = right(CAHIER)
    names = ("tai-tp-pme-01", ("A", "B", "C"))
    rules = PROVIDERS[document.provider]
    return Seating(document, rules, *names, cahier=cahier, wanted=read_wanted(cahier))


def office_scope(first: int, last: int) -> Any:
    """Return a second range for the office; the first one is 100 to 179."""
    tree: Any = right(CAHIER).tree
    scope = tree["dhcp"]["etendues"][1]
    return {**scope, "plage": (first, last)}


Rule = Callable[[View], Iterator[Finding]]


def of(function: Any) -> Rule:
    """Return the rule of a topic that a function declares."""
    rule: Rule = function.labctl_rule.check
    return rule


LIMITS: tuple[tuple[Rule, Path_, Any, Any], ...] = (
    (of(dhcp.find_over_fixed), ADMIN, (2, 4), (1, 4)),
    (of(dhcp.find_over_fixed), OFFICE, (2, 14), (2, 15)),
    (of(dhcp.find_over_fixed), OFFICE, (16, 99), (15, 99)),
    (of(dhcp.find_over_probe), OFFICE, (100, 253), (100, 254)),
    (of(dhcp.find_overlaps), (*SCOPES, 3), office_scope(180, 190), office_scope(179, 190)),
    (of(dhcp.find_overlaps), (*SCOPES, 3), office_scope(90, 99), office_scope(90, 100)),
    (of(joining.find_long_names), ("machines", "poste", "nom"), "P" * 15, "P" * 16),
    (of(directory.find_long_computer), ("machines", "dc", "nom"), "D" * 15, "D" * 16),
    (of(shares.find_long_computer), ("machines", "nas", "nom"), "N" * 15, "N" * 16),
    (naming.find_long_names, ("machines", "routeur", "nom"), "R" * 63, "R" * 64),
    (of(directory.find_long_names), (*A, "netbios"), "N" * 15, "N" * 16),
    (of(wireless.find_long_names), SSID, "é" * 16, "é" * 16 + "e"),
    (segments.find_default_vids, (*A, "vids", "ADMIN"), 2, 1),
    (segments.find_default_vids, (*A, "vids", "ADMIN"), 1001, 1002),
    (segments.find_default_vids, (*A, "vids", "ADMIN"), 1006, 1005),
    (of(directory.find_bad_logins), DIRECTOR, ("T", "M" * 19), ("T", "M" * 20)),
    (of(directory.find_bad_logins), DIRECTOR, ("T", "M"), ("T", "'")),
)


@pytest.mark.parametrize(("rule", "path", "admitted", "refused"), LIMITS)
def test_a_cahier_is_refused_from_its_limit_on(
    rule: Rule, path: Path_, admitted: Any, refused: Any
) -> None:
    assert list(rule(view_with(path, admitted))) == []
    assert len(list(rule(view_with(path, refused)))) == 1


def test_a_limit_names_what_was_found_and_what_is_admitted() -> None:
    (found,) = of(joining.find_long_names)(view_with(("machines", "poste", "nom"), "P" * 16))
    assert found.message == f"le nom « {'P' * 16} » a 16 caractères : 15 au plus"
    (found,) = of(wireless.find_long_names)(view_with(SSID, "é" * 17))
    assert found.message == f"le nom de réseau « {'é' * 17} » fait 34 octets : 32 au plus"


Places = Callable[[Seating], Iterator[Finding]]
OF_ROOMS: tuple[tuple[Places, Path_, Any, Any], ...] = (
    (seating.find_outside_grid, (*SEAT, "rang"), 3, 4),
    (seating.find_outside_grid, (*SEAT, "colonne"), 3, 4),
    (given.find_shared_values, (*SEAT, "groupe"), "J2", "J1"),  # J1 serves four others
)


@pytest.mark.parametrize(("rule", "path", "admitted", "refused"), OF_ROOMS)
def test_a_room_is_refused_from_its_limit_on(
    rule: Places, path: Path_, admitted: Any, refused: Any
) -> None:
    assert list(rule(seating_with(path, admitted))) == []
    assert len(list(rule(seating_with(path, refused)))) == 1


@pytest.mark.parametrize(
    ("network", "hosts", "others"),
    [
        ("10.0.0.0/24", (1, 254), (-1, 0, 255, 256)),
        ("10.0.0.0/30", (1, 2), (0, 3)),
        ("10.0.0.0/31", (), (0, 1)),
    ],
)
def test_hosts_lie_between_the_network_and_its_broadcast_address(
    network: str, hosts: tuple[int, ...], others: tuple[int, ...]
) -> None:
    taken = IPv4Network(network)
    assert [is_host(taken, host) for host in hosts] == [True] * len(hosts)
    assert [is_host(taken, host) for host in others] == [False] * len(others)


def test_of_a_network_too_small_for_hosts_another_rule_speaks() -> None:
    assert is_outside(IPv4Network("10.0.0.0/30"), 3)
    assert not is_outside(IPv4Network("10.0.0.0/31"), 1)
    assert not is_outside(None, 1)


SLOW = "expression régulière trop libre : elle pourrait ne jamais finir"
LONG = "expression régulière attendue (200 caractères au plus)"


@pytest.mark.parametrize(
    ("admitted", "refused", "message"),
    [
        ("a*b+", "a*b+c{2,}", SLOW),  # loops
        ("a|b|c|d|e|f|g|h|i", "a|b|c|d|e|f|g|h|i|j", SLOW),  # choices
        ("(ab)", "(ab)*", SLOW),
        ("(a)b{2}", "(a){2}b", SLOW),
        (
            r"\*\*\*[*+][*+](a\)*)",
            r"\*\*\*[*+][*+](a\)*)*",
            SLOW,
        ),  # themselves
        ("a" * 200, "a" * 201, LONG),
    ],
)
def test_a_pattern_is_refused_from_its_limit_on(admitted: str, refused: str, message: str) -> None:
    reader = TypeAdapter(Pattern)
    assert reader.validate_python(admitted) == admitted
    with pytest.raises(ValidationError) as caught:
        reader.validate_python(refused)
    assert caught.value.errors()[0]["msg"] == message


def test_a_wrong_pattern_says_at_which_character() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Pattern).validate_python("ab[")
    assert caught.value.errors()[0]["msg"] == "expression régulière incorrecte, au caractère 3"


def test_a_variable_in_a_text_has_five_hundred_characters_at_most() -> None:
    complaints: list[Complaint] = []
    work = Substitution(right(CAHIER), {"fits": "f" * 500, "long": "l" * 501}, complaints)

    assert work.apply("<${fits}${long}>", ("title_fr",)) == f"<{'f' * 500}>"
    assert [complaint.mistake.message for complaint in complaints] == [
        "« ${long} » est trop longue pour être dans un texte : 500 au plus"
    ]


DOORS: tuple[Path_, ...] = (
    ("administration", "page", "mot_de_passe"),
    ("wifi", "ssid", 0, "cle"),
    ("wifi", "ssid", 1, "cle"),
    ("comptes_locaux", "admin_local", "mot_de_passe"),
)


@pytest.mark.parametrize(("first", "second"), tuple(combinations(DOORS, 2)))
def test_no_secret_opens_two_doors_whichever_they_are(first: Path_, second: Path_) -> None:
    tree = put(put(right(CAHIER).tree, first, "${secret:meme}"), second, "${secret:meme}")
    view = build_view(resolve(replace(right(CAHIER), tree=tree), "A"))
    assert view is not None
    (found,) = exam.find_double_secrets(view)
    assert found.path == second
    assert found.message.endswith(f"sert déjà en {'.'.join(map(str, first))}")
