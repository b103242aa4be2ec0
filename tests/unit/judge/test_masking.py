"""Which incidents hide each other: by what their files declare, and the checks that wait."""

from dataclasses import replace

from labctl.core.check import CheckSpec
from labctl.core.ids import CheckId, NodeName
from labctl.judge.catalogue import Check, load_checks
from labctl.judge.masking import list_masked
from labctl.pipeline.incidents.orders import list_known
from labctl.spec.incident import Incident, KeptFile
from labctl.spec.step import Edit, Step
from labctl.spec.watch import Healthy, Watch
from tests.plans import plan_of
from tests.unit.judge.test_incident import INCIDENT

PLAN = plan_of(1)
DESK = PLAN.desks[0].name


def check(name: str, topic: str, *after: str) -> Check:
    def judged(_plan: object) -> list[NodeName]:
        return [DESK]

    spec = CheckSpec(CheckId(name), (), tuple(map(CheckId, after)), name, each=judged)
    return Check(spec, lambda: None, "", 1, topic)


CHECKS = (check("K-001", "addressing"), check("K-002", "joining", "K-001"), check("K-003", "dns"))


def looking(argv: str, node: str = "sonde") -> Watch:
    return Watch("s", CheckId(""), NodeName(node), (argv,), "", Healthy(0), 0.0, "", "", 1)


PLAIN = replace(INCIDENT, needs=(), symptom=(looking("/bin/a"),), cause=(), changes={})


def masks(one: Incident, other: Incident) -> bool:
    both = {"P-901": replace(one, id="P-901"), "P-902": replace(other, id="P-902")}
    found = list_masked(both, both, CHECKS, PLAN)
    assert ("P-902" in found["P-901"]) == ("P-901" in found["P-902"])
    return "P-902" in found["P-901"]


def test_what_has_nothing_in_common_may_be_together() -> None:
    assert not masks(PLAIN, PLAIN)


def test_what_changes_the_same_check_is_apart() -> None:
    one = replace(PLAIN, changes={CheckId("K-003"): "x"})
    assert masks(one, one)
    assert not masks(one, PLAIN)


def test_what_another_waits_for_is_not_broken_under_it() -> None:
    one = replace(PLAIN, changes={CheckId("K-001"): "x"})
    assert masks(replace(PLAIN, needs=(CheckId("K-002"),)), one)
    assert masks(replace(PLAIN, needs=(CheckId("K-001"),)), one)
    assert not masks(replace(PLAIN, needs=(CheckId("K-003"),)), one)


def test_a_symptom_is_not_looked_at_from_a_machine_that_is_cut_off() -> None:
    one = replace(PLAIN, changes={CheckId("K-001"): "x"})
    assert masks(one, replace(PLAIN, symptom=(looking("/bin/a", DESK),)))
    leaf = replace(PLAIN, changes={CheckId("K-003"): "x"})
    assert not masks(leaf, replace(PLAIN, symptom=(looking("/bin/a", DESK),)))


def test_the_same_file_is_changed_once() -> None:
    kept = replace(PLAIN, keeps=(KeptFile(DESK, "/etc/a", "", 1),))
    step = Step(DESK, (), (), "", 1, Edit("/etc/a", "x", "y"))
    assert masks(kept, replace(PLAIN, inject=(step,)))
    elsewhere = replace(step, node=NodeName("nas"))
    assert not masks(kept, replace(PLAIN, inject=(elsewhere,)))


def test_two_complaints_about_the_same_thing_are_apart() -> None:
    one = replace(PLAIN, symptom=(looking("x ${plan.demands.directory.people.0.login}"),))
    other = replace(PLAIN, symptom=(looking("y ${plan.demands.directory.leaver}"),))
    assert masks(one, other)
    assert not masks(one, replace(PLAIN, symptom=(looking("z ${plan.nodes.nas.hostname}"),)))


def test_what_a_file_excludes_is_apart() -> None:
    assert masks(replace(PLAIN, excludes=("P-902",)), PLAIN)


def test_shipped_incidents_that_hid_each_other_on_benches_are_apart() -> None:
    known = list_known(PLAN)
    found = list_masked(known.meant, known.there, load_checks(), PLAN)
    pairs = (("P-58", "P-61"), ("P-53", "P-71"), ("P-02", "P-05"), ("P-15", "P-64"))
    assert [pair for pair in pairs if pair[1] not in found[pair[0]]] == []
    assert all(len(others) < len(found) - 10 for others in found.values())
