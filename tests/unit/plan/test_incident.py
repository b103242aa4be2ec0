"""An incident on a bench: what is drawn, what its texts become, what it needs."""

import re
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from labctl.core.command import paste
from labctl.core.errors import SpecError
from labctl.core.ids import BenchId, CheckId, NodeName
from labctl.pipeline.place import load_place
from labctl.plan.incident import draw_values, fit, resolve
from labctl.spec.incident import Choice, Incident, KeptFile, Trace
from labctl.spec.incident_file import list_incidents, load_incident, load_incidents
from labctl.spec.step import Step
from tests.plans import Desk, plan_of, with_second
from tests.unit.plan.test_fault import own_words
from tests.unit.spec.test_incident import GOOD

PLAN = plan_of(1)


@pytest.fixture
def incident(tmp_path: Path) -> Incident:
    folder = tmp_path / "checks" / "dns" / "incidents"
    folder.mkdir(parents=True)
    (folder / "P-901.yml").write_text(GOOD)
    return load_incident(folder / "P-901.yml")


def drawing(incident: Incident, **choice: object) -> Incident:
    """Return an incident for which one value is drawn."""
    return replace(incident, draw={"it": Choice(**choice)})  # type: ignore[arg-type]  # words


def test_the_same_seed_draws_the_same(incident: Incident) -> None:
    assert draw_values(incident, PLAN, "a") == draw_values(incident, PLAN, "a")
    drawn = {draw_values(incident, PLAN, str(seed))["wrong"] for seed in range(20)}
    assert len(drawn) > 1


def test_an_unused_host_is_of_the_segment_and_in_no_range(incident: Incident) -> None:
    network = PLAN.network_of("BUREAUTIQUE")
    one = drawing(incident, unused_host="BUREAUTIQUE")
    found = {IPv4Address(draw_values(one, PLAN, str(seed))["it"]) for seed in range(300)}
    assert found <= set(network.hosts())
    assert not any(
        IPv4Address("10.21.30.100") <= address <= IPv4Address("10.21.30.179") for address in found
    )


def test_a_number_is_between_its_ends(incident: Incident) -> None:
    one = drawing(incident, between=(1, 3))
    assert {draw_values(one, PLAN, str(seed))["it"] for seed in range(50)} == {"1", "2", "3"}


def test_a_value_may_be_of_the_plan(incident: Incident) -> None:
    one = drawing(incident, one_of=("${plan.nodes.nas.hostname}",))
    assert draw_values(one, PLAN, "") == {"it": "NAS-ARU-01"}


@pytest.mark.parametrize("segment", ["LOIN", "${plan.loin}"])
def test_a_segment_must_be_one_of_the_plan(incident: Incident, segment: str) -> None:
    with pytest.raises(SpecError):
        draw_values(drawing(incident, unused_host=segment), PLAN, "")


def test_values_are_quoted_in_regular_expressions(incident: Incident) -> None:
    found = resolve(incident, PLAN, {"wrong": "10.0.0.1"})
    assert found.cause[0].healthy.without == r"10\.0\.0\.1"
    edit = found.inject[0].edit
    assert edit is not None
    assert edit.put == "10.0.0.1 nas\\1"


def test_a_step_of_another_face_is_left_out(incident: Incident) -> None:
    steps = tuple(replace(one, face="windows") for one in incident.inject)
    one = replace(incident, inject=steps, symptom=incident.cause)
    assert resolve(one, PLAN, {"wrong": "x"}).inject == ()
    assert "rien à casser" in fit(one, PLAN)[1]


def test_a_step_on_the_desks_is_one_on_each(incident: Incident) -> None:
    step = Step(NodeName("${desks}"), (), ("/bin/true",), "", 1, face="linux")
    spread = replace(incident, undo=(step,))
    for plan in (PLAN, with_second(PLAN, Desk.LINUX)):
        found = resolve(spread, plan, draw_values(spread, plan, "")).undo
        assert [one.node for one in found] == [desk.name for desk in plan.desks]


def test_looks_on_the_desks_are_told_apart(incident: Incident) -> None:
    plan = with_second(PLAN, Desk.LINUX)
    look = replace(incident.cause[0], node=NodeName("${desks}"), face="")
    found = resolve(replace(incident, same=(look,)), plan, draw_values(incident, plan, "")).same
    assert len({one.name for one in found}) == len(plan.desks) == 2


def test_files_and_traces_may_be_of_each_desk(incident: Incident) -> None:
    plan, everywhere = with_second(PLAN, Desk.LINUX), NodeName("${desks}")
    kept = KeptFile(everywhere, "/etc/hosts", "", 1)
    trace = Trace("hosts", everywhere, ("/bin/true",), "", "", 1)
    found = resolve(
        replace(incident, keeps=(kept,), traces=(trace,)), plan, draw_values(incident, plan, "")
    )
    desks = [desk.name for desk in plan.desks]
    assert [one.node for one in found.keeps] == [one.node for one in found.traces] == desks


def test_a_kind_is_a_face_too(incident: Incident) -> None:
    desk = plan_of(1, Desk.LINUX).desks[0]
    step = replace(incident.inject[1], node=desk.name, face=desk.kind)
    found = resolve(replace(incident, inject=(step,)), plan_of(1, Desk.LINUX), {"wrong": "x"})
    assert found.inject == (step,)


def test_every_missing_reference_is_said_at_once(incident: Incident) -> None:
    bad = replace(
        incident,
        says="${plan.rien}",
        inject=tuple(incident.inject[0].map(lambda _text: "${plan.rien}") for _each in "ab"),
        traces=tuple(one.map(lambda text: text.replace("nas", "nulle")) for one in incident.traces),
    )
    with pytest.raises(SpecError) as caught:
        resolve(bad, PLAN, {"wrong": "x"})
    assert len(caught.value.mistakes) == 4
    assert fit(bad, PLAN)[1]


def test_what_a_bench_lacks_is_named_in_plain_words(incident: Incident) -> None:
    bad = replace(incident, says="${plan.demands.rien.du.tout}")
    assert fit(bad, PLAN)[1] == "elle parle de ce que ce banc n'a pas : plan.demands.rien.du.tout"


def test_an_incident_means_nothing_without_its_topic(incident: Incident) -> None:
    assert "thème « loin »" in fit(replace(incident, topic="loin"), PLAN)[1]


def test_an_incident_means_nothing_when_nobody_sees_it(incident: Incident) -> None:
    assert fit(incident, PLAN)[1] == ""
    assert fit(incident, PLAN, [CheckId("K-085")])[1] == ""
    assert "aucun symptôme" in fit(incident, PLAN, ())[1]


def test_every_shipped_incident_resolves_somewhere() -> None:
    plans = [plan_of(1, desk) for desk in Desk]
    plans += [load_place(room, None).plan(BenchId(1)) for room in ("demo-cabinet", "demo-ccp2")]
    found = load_incidents(list_incidents().values())
    lost = [one.id for one in found if all(fit(one, plan)[1] for plan in plans)]
    assert lost == []


@pytest.mark.parametrize("room", ["demo", "demo-cabinet", "demo-ccp2"])
def test_an_incident_means_the_same_in_every_variant(room: str) -> None:
    place = load_place(room, None)
    plans = [place.plan(bench) for bench in place.one_bench_per_variant()]
    found = load_incidents(list_incidents().values())
    fitting = [{one.id for one in found if not fit(one, plan)[1]} for plan in plans]
    assert fitting == [fitting[0]] * len(plans)


def list_steps(one: Incident) -> tuple[Step, ...]:
    """Return all that may be done to a bench for an incident."""
    ways = (*one.repairs, *one.wrong_repairs)
    return (*one.inject, *one.undo, *(step for way in ways for step in way.steps))


def test_what_is_left_on_a_machine_does_not_tell_which_incident_it_is_of() -> None:
    plans = [plan_of(1, desk) for desk in Desk]
    rooms = ("demo-cabinet", "demo-ccp2", "demo-ccp3")
    plans += [load_place(room, None).plan(BenchId(1)) for room in rooms]
    found = load_incidents(list_incidents().values())
    steps = [
        (one.id, text)
        for plan in plans
        for one, why in (fit(each, plan) for each in found)
        if not why
        for step in list_steps(one)
        for text in (*step.texts, *(kept.file for kept in one.keeps))
    ]
    assert {name for name, _text in steps} == {one.id for one in found}
    assert [row for row in steps if re.search(r"\bP-[0-9]{2,3}\b", row[1])] == []


def test_no_step_ends_the_shell_that_takes_it() -> None:
    found = load_incidents(list_incidents().values())
    steps = [
        (one.id, step)
        for one in found
        for step in list_steps(one)
        if step.argv and step.argv[0].endswith("/pkill") and "-f" in step.argv
    ]
    assert steps
    assert [name for name, step in steps if re.search(step.argv[-1], paste(step.argv))] == []


def test_no_incident_holds_a_name_of_one_cahier() -> None:
    words = sorted({word for bench in (1, 2, 3) for word in own_words(bench)})
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
    found = {
        path.stem: said
        for path in list_incidents().values()
        if (said := set(pattern.findall(path.read_text("utf-8"))))
    }
    assert found == {}
