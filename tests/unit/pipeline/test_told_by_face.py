"""What the paper asks is meant for the machine before the candidate, and for the route."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from labctl.judge.catalogue import load_checks
from labctl.pipeline.choosing import choose_checks
from labctl.pipeline.paper import bench_pages
from labctl.pipeline.place import ROOMS, Place, list_names, load_place
from labctl.plan.model import Plan
from labctl.plan.words import list_handed
from labctl.reports.printed.markup import unshield
from labctl.reports.printed.plain import render_plain
from labctl.reports.printed.subject import tell_topics
from tests.plans import WORKSTATION

pytestmark = pytest.mark.usefixtures("reading")
OF_WINDOWS = re.compile(
    r"\bwindows|ntfs|bitlocker|\bnla\b|smartscreen|uefi|\bsmb 1|\bxts\b|\b[a-z]:\\|hyper-v|winget"
    r"|profil de pare-feu|contrôle de compte|bureau à distance|tâche planifiée|session ouverte",
    re.IGNORECASE,
)
OF_LINUX = re.compile(r"linux de la famille|dossier des données", re.IGNORECASE)
OF_ANY = "PowerShell sous Windows"
"""Said of the computer that a candidate comes in from, not of a machine of the bench."""
IMPERATIVE = re.compile(
    r"\b(créez|mettez|choisissez|notez|enregistrez|étiquetez|désactivez|déplacez|retirez|liez|lancez"
    r"|restaurez|installez|testez|portez|doit|doivent|à faire|à mettre|à installer)\b",
    re.IGNORECASE,
)


@cache
def place_with(room: str, desk: str) -> Place:
    """Return a shipped room whose workstations are of a kind; of the cahier's own without one."""
    place = load_place(room, None)
    kinds = {WORKSTATION: desk} if desk else {}
    document = place.room.document.model_copy(update={"kinds": kinds, "hosts": ()})
    return replace(place, room=replace(place.room, document=document))


def list_cases() -> Iterator[tuple[str, str, str]]:
    """Yield each shipped room, what its workstations may be, and each route of its cahier."""
    for room in list_names(*ROOMS):
        place = load_place(room, None)
        for desk in list_desks(place.cahier.source.tree):
            yield from ((room, desk, route) for route in place.cahier.routes)


def list_desks(tree: Any) -> tuple[str, ...]:
    """Return the kinds among which a room chooses its workstations, one empty name for none."""
    kinds = tree["machines"][WORKSTATION]["genre"]
    return ("",) if isinstance(kinds, str) else tuple(kinds)


each_case = pytest.mark.parametrize(("room", "desk", "route"), tuple(list_cases()))


@each_case
def test_no_sentence_is_of_a_face_that_no_machine_has(room: str, desk: str, route: str) -> None:
    place = place_with(room, desk)
    faces = {face for node in place.plan(1, route).desks for face in node.faces}
    told = bench_pages(place, 1, ("cahier", "notices"), route, [])
    text = " ".join(map(render_plain, told.values())).replace(OF_ANY, "")

    foreign = [] if "windows" in faces else OF_WINDOWS.findall(text)
    foreign += [] if "linux" in faces else OF_LINUX.findall(text)
    assert foreign == []


@each_case
def test_what_only_a_windows_is_asked_is_told_where_there_is_one(
    room: str, desk: str, route: str
) -> None:
    plan = place_with(room, desk).plan(1, route)
    asked = {one.topic for one in choose_checks(plan.referential).meant_for(plan).chosen}
    only = {
        topic
        for topic in plan.demands
        if {one.spec.face for one in load_checks() if one.topic == topic} == {"windows"}
    }

    told = tell_topics(plan).keys()
    assert only & told == {topic for topic in only if _has_windows(plan.demands[topic], plan)}
    assert asked - told == set()


def _has_windows(asked: Any, plan: Plan) -> bool:
    return any("windows" in plan.nodes[name].faces for name in asked["on"])


@each_case
def test_what_is_delivered_is_told_as_it_is(room: str, desk: str, route: str) -> None:
    plan = place_with(room, desk).plan(1, route)
    told = tell_topics(plan)
    given = unshield(" ".join(told[topic] for topic in plan.delivered.topics if topic in told))

    assert IMPERATIVE.findall(given) == []


def test_beside_a_linux_what_is_of_windows_names_the_windows_alone() -> None:
    plan = place_with("demo-cabinet", "windows-standin").plan(1, "titre")
    linux = [one.hostname for one in plan.desks if "windows" not in one.faces]
    told = tell_topics(plan)

    assert linux
    for topic in ("storage", "protection", "hardening", "accounts", "desk", "software"):
        assert not [name for name in linux if name in unshield(told[topic])]


@pytest.mark.parametrize(
    ("desk", "accounts"),
    [
        ("workstation-linux", {""}),
        ("windows-standin", {"", "svc-sauvegarde", "adm-local"}),
    ],
)
def test_of_what_is_delivered_only_what_one_works_with_is_handed_over(
    desk: str, accounts: set[str]
) -> None:
    handed = list_handed(place_with("demo", desk).plan(1, "ccp1"))

    assert {one.account for one in handed} == accounts
    assert [one.what for one in handed if "sans fil" in one.what or "Page" in one.what] == (
        ["Clé du réseau sans fil MN-Personnel-01"] if desk == "windows-standin" else []
    )
