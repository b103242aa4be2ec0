"""Values of a bench put in a fault."""

import re
from dataclasses import replace

import pytest

from checks.directory.demand import Directory
from checks.group_policy.demand import Policies
from checks.shares.demand import Shares
from checks.switching.demand import list_ports
from labctl.core.content import SABOTAGES, list_files
from labctl.core.errors import SpecError
from labctl.core.ids import CheckId, NodeName
from labctl.pipeline.choosing import choose_checks, list_faults
from labctl.pipeline.place import load_place
from labctl.plan.fault import resolve
from labctl.spec.fault import Fault, load_faults
from labctl.spec.step import Step
from tests.plans import Desk, plan_of

PLAN = plan_of(1)
FAULTS = load_faults(list_files(SABOTAGES).values())


def fault_with(*words: str, node: str = "nas") -> Fault:
    """Return a fault of one command."""
    step = Step(NodeName(node), (), words, "", 7)
    return Fault("K-901", CheckId("K-901"), "", (step,), (step,), {}, 0.0, "K-901.yml")


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("plan.nodes.commutateur.hostname", "SW-ARU-01"),
        ("plan.nodes.commutateur.ports.poste.untagged", "BUREAUTIQUE"),
        ("plan.nodes.commutateur.ports.point_acces.tagged.1", "BUREAUTIQUE"),
        ("plan.segments.ADMIN.network", "10.21.10.0/27"),
        ("plan.segments.ADMIN.network.netmask", "255.255.255.224"),
        ("plan.demands.routing.svis.TRANSIT.ip", "10.21.255.2"),
        ("plan.demands.directory.people.cpt.login", "htehei"),
        ("plan.demands.directory.service_accounts.svc-scan.ou", "Services"),
        ("plan.demands.dhcp.scopes.INVITES.range.0", "10.21.40.20"),
        ("plan.demands.installation.windows.layout", "0000040c"),
        ("plan.nodes.poste.interfaces.eth0.mac", "02:4c:01:62:72:00"),
        ("plan.nodes.${machine}.hostname", "MN-PC-01"),
        ("spare_port", "GigabitEthernet1/0/12"),
        ("access_port.commutateur.cable", "uplink"),
        ("desk", "poste"),
        ("port_of.poste.cable", "poste"),
        ("neighbour.${desk}.interfaces.0.address.ip", "10.21.30.15"),
        ("port_of.point_acces.name", "GigabitEthernet1/0/9"),
        ("probe.${plan.demands.wireless.ssids.0.segment}.interfaces.0.name", "eth0"),
        ("plan.demands.directory.people.0.login", "tmaitere"),
        ("plan.demands.directory.people.-1.ou", "Technique"),
        ("plan.demands.routing.guests.forbidden.-1", "BUREAUTIQUE"),
        ("plan.demands.directory.logins.keys.0", "dir"),
        ("plan.segments.${plan.demands.routing.guests.segment}.vid", "40"),
        ("plan.nodes.${plan.demands.internet.on}.interfaces.lan0.segment", "TRANSIT"),
    ],
)
def test_reference_is_replaced(reference: str, value: str) -> None:
    found = resolve(fault_with(f"<${{{reference}}}>").on_machine("poste"), PLAN)
    assert found.steps[0].argv == (f"<{value}>",)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("plan.demands.routing.color", "« color » inconnu ; connus : back, default_route"),
        ("plan.demands.routing", "n'est pas une valeur simple"),
        ("plan.__class__", "« __class__ » inconnu"),
        ("plan.nodes.commutateur.hostname.upper", "« upper » inconnu"),
        ("switch.hostname", "le chemin doit commencer par plan."),
        ("", "le chemin doit commencer par plan."),
        ("machine", "le chemin doit commencer par plan."),
        ("plan.switch.${plan.nodes.commutateur.hostname", "il manque une accolade"),
        ("plan.demands.directory.people.9.login", "« 9 » inconnu"),
        ("port_of.internet.name", "« internet » n'est sur aucun port"),
        ("probe.PARKING.name", "« sonde_parking » inconnu"),
        ("neighbour.routeur.name", "nul n'a d'adresse fixe dans le réseau de « routeur »"),
    ],
)
def test_reference_that_leads_nowhere_is_refused(reference: str, said: str) -> None:
    with pytest.raises(SpecError, match=r"K-901\.yml:7: ") as caught:
        resolve(fault_with(f"${{{reference}}}"), PLAN)
    assert said in str(caught.value)


def test_unknown_machine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SpecError, match="pas de machine « serveur »") as caught:
        resolve(fault_with("/bin/true", node="serveur"), PLAN)
    assert "commutateur" in caught.value.mistakes[0].hint


def test_a_machine_is_named_by_the_plan() -> None:
    assert (
        resolve(fault_with("true", node="${plan.demands.internet.on}"), PLAN).steps[0].node
        == "routeur"
    )
    with pytest.raises(SpecError, match="« color » inconnu"):
        resolve(fault_with("true", node="${plan.color}"), PLAN)


def test_value_that_looks_like_a_reference_is_left_alone() -> None:
    """Values are not read again: a name in the plan cannot reach another value."""
    trap = replace(PLAN, company="${plan.town}")
    assert resolve(fault_with("${plan.company}"), trap).steps[0].argv == ("${plan.town}",)


@pytest.mark.parametrize("bench", [1, 2, 3])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_shipped_faults_fit_every_variant(fault: Fault, bench: int) -> None:
    plan = plan_of(bench, Desk.SIMULATED)
    found = resolve(fault.on_machine("poste"), plan)
    assert "${" not in repr((found.steps, found.revert))


def own_words(bench: int) -> set[str]:
    """Return the names that only one cahier gives: networks, groups, shares, accounts, ports."""
    plan = plan_of(bench, Desk.SIMULATED)
    directory = plan.demand(Directory)
    people = (*directory.people, directory.leaver)
    return {
        *plan.segments, *(group.name for group in directory.groups), *directory.services,
        *(person.login for person in people), *plan.demand(Shares).names,
        *(port.name for port in list_ports(plan)),
        *(gpo.name for gpo in plan.demand(Policies).gpos),
        *(n.hostname for n in plan.nodes.values() if n.hostname != n.name.replace("_", "-")),
    }  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_no_sabotage_holds_a_name_of_one_cahier(fault: Fault) -> None:
    words = {word for bench in (1, 2, 3) for word in own_words(bench)}
    steps = (*fault.steps, *fault.revert)
    said = "\n".join(text for s in steps for text in (*s.cli, *s.argv, s.stdin))

    found = [one for one in words if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", said)]

    assert len(words) > 40
    assert found == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_sabotage_finds_its_machines_in_the_plan(fault: Fault) -> None:
    named = {step.node for step in (*fault.steps, *fault.revert) if "${" not in step.node}
    assert named == set()


def test_a_machine_without_an_access_port_is_told_of() -> None:
    with pytest.raises(SpecError, match="aucun port n'est d'accès"):
        resolve(fault_with("${access_port.nas.name}"), PLAN)


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("room", ["demo", "demo-cabinet"])
def test_every_sabotage_fits_every_shipped_subject(room: str) -> None:
    place = load_place(room, None)
    for bench in place.one_bench_per_variant():
        plan = place.plan(bench)
        faults = list_faults(choose_checks(plan.referential), plan)
        assert len(faults) >= 86
        assert all("${" not in repr(resolve(fault, plan)) for fault in faults)
