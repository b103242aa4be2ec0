"""Of an incident: facts from its course, points in training, never for a workaround."""

from dataclasses import replace
from decimal import Decimal

import pytest

from labctl.core.coming import Coming
from labctl.core.incident import Course, Looked, Told
from labctl.grade.incident import describe_incident, with_windows
from labctl.grade.model import Points
from labctl.spec.incident import Hint, Incident, LineName
from labctl.spec.incident_file import list_incidents, load_incident

KNOWN: Incident = replace(
    load_incident(list_incidents()["P-12"]),
    points=10,
    hints=(Hint("regardez le nom", 2), Hint("regardez la zone", 3)),
)
GREEN = dict.fromkeys(("symptom", "cause", "intact", "security"), "oui")


def look(minute: int, *, restart: bool = False, **lines: str) -> Looked:
    said = {**GREEN, **lines}
    reasons: dict[str, tuple[str, ...]] = {
        name: (f"{name} ?",) for name, told in said.items() if told != "oui"
    }
    return Looked(f"2026-11-28T05:{minute:02d}:00.000Z", said, reasons, restart)


def course(*looks: Looked, hints: int = 0, **moments: str) -> Course:
    known = {"begun": "2026-11-28T05:00:00.000Z", "shown": "2026-11-28T05:01:00.000Z", **moments}
    return Course(1, "P-12", hints=hints, looks=looks, **known)


def points_of(found: Course) -> Points:
    points = describe_incident(found, KNOWN).points
    assert points is not None
    return points


@pytest.mark.parametrize(
    ("found", "awarded", "pending"),
    [
        (course(look(9)), "10", "0"),
        (course(look(9), hints=2), "5", "0"),
        (course(look(9, intact="non")), "7.5", "0"),
        (course(look(9, security="non vérifiable"), hints=1), "5.5", "2.5"),
        (course(look(9), look(12, restart=True, symptom="non")), "8", "0"),
        (course(look(9, cause="non")), "0", "0"),
        (course(look(9, cause="non vérifiable")), "0", "10"),
        (course(look(9), helped="2026-11-28T05:08:00.000Z"), "0", "0"),
        (course(), "0", "10"),
        (course(look(9, intact="non", security="non", symptom="non"), hints=2), "0", "0"),
    ],
)
def test_points(found: Course, awarded: str, pending: str) -> None:
    assert points_of(found) == Points(Decimal(10), Decimal(awarded), Decimal(pending))


def test_what_never_showed_and_what_the_content_no_longer_has_is_worth_nothing() -> None:
    assert describe_incident(course(shown=""), KNOWN).points is None
    stranger = describe_incident(course(look(9)), None)
    assert (stranger.points, stranger.title) == (None, "")


def test_a_workaround_is_said_as_such() -> None:
    assert describe_incident(course(look(9, cause="non")), KNOWN).is_workaround
    assert not describe_incident(course(look(9)), KNOWN).is_workaround
    assert not describe_incident(course(look(9, cause="non", symptom="non")), KNOWN).is_workaround


def test_a_power_cut_is_a_line_of_its_own() -> None:
    found = describe_incident(course(look(9), look(12, restart=True, cause="non")), KNOWN)
    assert (found.looked, found.lines[1].told) == ("2026-11-28T05:09:00.000Z", Told.YES)
    assert found.lasting is not None
    assert (found.lasting.name, found.lasting.told) == (LineName.LASTING, Told.NO)
    assert found.lasting.reasons == ("cause ?",)
    assert describe_incident(course(look(9)), KNOWN).lasting is None


def test_what_a_power_cut_made_disappear_holds_nothing_and_is_nobodys() -> None:
    gone = "2026-11-28T05:12:00.000Z"
    seen = course(look(9, cause="non"), look(12, restart=True), helped=gone, vanished=gone)
    found = describe_incident(seen, KNOWN)
    assert (found.vanished, found.lasting, found.repaired_s) == (gone, None, None)
    assert (found.lines[1].told, found.points) == (Told.NO, points_of(course(helped=gone)))
    assert describe_incident(course(look(9)), KNOWN).vanished == ""


def test_a_line_names_what_broke() -> None:
    found = describe_incident(course(look(9, intact="non")), KNOWN)
    assert [line.reasons for line in found.lines] == [(), (), ("intact ?",), ()]
    assert found.is_there is False
    assert describe_incident(course(), KNOWN).is_there
    assert describe_incident(course(look(9, cause="non")), KNOWN).is_there


def test_time_counts_from_the_symptom_and_not_where_labctl_repaired() -> None:
    repaired = "2026-11-28T05:12:30.000Z"
    assert describe_incident(course(look(12), repaired=repaired), KNOWN).repaired_s == 690
    helped = course(look(12), repaired=repaired, helped="2026-11-28T05:12:00.000Z")
    assert describe_incident(helped, KNOWN).repaired_s is None
    later = course(look(12), repaired=repaired, helped="2026-11-28T05:20:00.000Z")
    assert describe_incident(later, KNOWN).repaired_s == 690


def test_windows_are_those_of_the_incident() -> None:
    comings = [
        Coming(f"2026-11-28T05:{minute}:00Z", event, about)
        for minute, event, about in (
            ("00", "window", "poste"),
            ("02", "window", "poste"),
            ("03", "line", "10.0.0.9"),
            ("05", "window", "commutateur"),
            ("20", "window", "poste"),
        )
    ]
    repaired = course(look(12), repaired="2026-11-28T05:12:30.000Z")
    found = with_windows(describe_incident(repaired, KNOWN), comings, {"poste": "PC-01"})
    assert [one.machine for one in found.windows] == ["PC-01", "commutateur"]
    never = with_windows(describe_incident(course(shown=""), KNOWN), comings, {})
    assert never.windows == ()


def test_one_that_could_not_be_injected_enlightens_no_critere() -> None:
    hidden = course(trouble="ne se montre pas")
    assert describe_incident(hidden, KNOWN, ["11.3"]).criteria == ()
    assert describe_incident(course(look(9)), KNOWN, ["11.3"]).criteria == ("11.3",)
