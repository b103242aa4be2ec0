"""Routes of a cahier against a référentiel: phases, compétences, sharing."""

from dataclasses import replace

from labctl.pipeline.exam import find_exams, load_referential
from labctl.spec.cahier import resolve
from labctl.spec.partial import build_view
from labctl.spec.rules import official
from labctl.spec.rules.official import Exams
from labctl.spec.rules.view import View
from tests.plans import example_cahier

EXAMS = find_exams(example_cahier().source)
NOBODY = Exams((), (), None)


def view() -> View:
    """Return variant A of the shipped cahier."""
    found = build_view(resolve(example_cahier().source, "A"))
    assert found is not None
    return found


def test_the_phases_of_a_route_are_the_parts_of_its_trial_on_a_bench() -> None:
    tai = load_referential("tai")
    phases = {name: tai.phases(route) for name, route in tai.routes.items()}
    assert {name: [part.minutes for part in parts] for name, parts in phases.items()} == {
        "titre": [180, 40],
        "ccp1": [120],
        "ccp2": [60],
        "ccp3": [70, 20],
    }
    assert [part.jury for part in phases["titre"]] == [False, True]


def test_a_route_without_a_trial_on_a_bench_is_refused() -> None:
    spoken = load_referential("tai").model_copy(update={"practice": "QP"})
    exams = replace(EXAMS, named=spoken)
    found, *_others = official.find_unknown_phases(view(), exams)
    assert found.message == "le parcours « ccp1 » n'a aucune épreuve sur un banc"


def test_of_an_unknown_referential_nothing_is_said() -> None:
    rules = (
        official.find_wrong_time,
        official.find_unknown_phases,
        official.find_strange_competencies,
        official.find_forgotten_competencies,
        official.find_wrong_sharing,
    )
    assert [list(rule(view(), NOBODY)) for rule in rules] == [[]] * 5


def test_a_cahier_need_not_say_who_shares_what() -> None:
    known = view()
    silent = replace(known, subject=known.subject.model_copy(update={"sharing": None}))
    assert not list(official.find_wrong_sharing(silent, EXAMS))
    assert not list(official.find_wrong_sharing(known, EXAMS))
