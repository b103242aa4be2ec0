"""Acts on the objects of a bench: what is asked of Incus, once, and what a second time."""

import io
import tarfile

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.providers.incus import clusters, layout, works
from labctl.providers.incus.client import Client, Forgotten, Refused, open_client
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.link import Identity
from labctl.providers.incus.works import Said, Works
from labctl.providers.namespaces.bench import Phase
from labctl.providers.roles.nodefiles import NodeFile
from labctl.spec.hosting import Need
from tests.incus_server import Answer, StandIn, begun, error, sync
from tests.small_bench import small_plan

TAG, NODE = Tag("0a0a0a0a", 1), NodeName("sonde_wan")
NEED = Need(450, 3400, 1)
MACHINE = "/1.0/instances/sonde-wan"


@pytest.fixture
def bench(client: Client) -> Works:
    return Works(client, small_plan(), TAG, "n2")


def changes(standin: StandIn) -> list[str]:
    return [line for line in standin.list_asked() if not line.startswith("GET")]


def projects(*tags: Tag) -> Answer:
    return sync([{"name": tag.project, "config": tag.config(member="n2")} for tag in tags])


def networks(**tags: Tag) -> Answer:
    made = {"status": "Created"}
    return sync([{"name": name, "config": tag.config(), **made} for name, tag in tags.items()])


def test_a_project_lets_no_machine_near_the_member_and_says_what_was_promised(
    standin: StandIn, bench: Works
) -> None:
    standin.answer("GET /1.0/projects", projects())
    standin.answer("POST /1.0/projects", sync(None))

    works.make_project(bench, NEED)

    config = standin.asked[-1].document["config"]
    assert config["restricted"] == "true"
    assert layout.read_tag(config) == TAG
    assert layout.read_need(config) == NEED
    assert config["user.labctl.member"] == "n2"


def test_a_project_that_is_there_is_left_alone(standin: StandIn, bench: Works) -> None:
    standin.answer("GET /1.0/projects", projects(TAG))

    works.make_project(bench, NEED)

    assert changes(standin) == []


def test_only_the_networks_that_are_missing_are_made_on_every_member_first(
    standin: StandIn, bench: Works
) -> None:
    cable, management = layout.list_networks(bench.plan, TAG)
    standin.answer("GET /1.0/networks", networks(**{cable: TAG}))
    standin.answer("POST /1.0/networks", sync(None))

    works.make_networks(bench, ("n1", "n2"))

    made = [each for each in standin.asked if each.method == "POST"]
    assert [each.path for each in made] == [
        "/1.0/networks?target=n1",
        "/1.0/networks?target=n2",
        "/1.0/networks",
    ]
    assert {each.document["name"] for each in made} == {management}
    assert made[-1].document["config"]["ipv4.address"] == "none"
    assert layout.read_tag(made[-1].document["config"]) == TAG


def test_a_network_that_was_begun_before_a_kill_is_finished(standin: StandIn, bench: Works) -> None:
    standin.answer("GET /1.0/networks", networks())
    begun = error('Network "x" is already defined on member "n1"', 409)
    standin.answer("POST /1.0/networks", begun, *[sync(None)] * 5)

    works.make_networks(bench, ("n1", "n2"))

    assert len(changes(standin)) == 6


def test_a_network_whose_making_failed_is_removed_and_made_anew(
    standin: StandIn, bench: Works
) -> None:
    broken, *others = layout.list_networks(bench.plan, TAG)
    there = [{"name": name, "config": TAG.config(), "status": "Created"} for name in others]
    failed = {"name": broken, "config": {}, "status": "Errored"}
    standin.answer("GET /1.0/networks", sync([failed, *there]))
    standin.answer(f"DELETE /1.0/networks/{broken}", sync(None))
    standin.answer("POST /1.0/networks", sync(None))

    works.make_networks(bench, ("n1", "n2"))

    assert changes(standin) == [
        f"DELETE /1.0/networks/{broken}",
        "POST /1.0/networks?target=n1",
        "POST /1.0/networks?target=n2",
        "POST /1.0/networks",
    ]


GONE = error(
    "failed to notify peer 10.98.0.11:8443: Failed to delete bridge children interfaces: Failed to"
    ' run: ip -d -j link show veth1: exit status 1 (Device "veth1" does not exist.)',
    500,
)
"""Incus's answer when a machine ends while it looks at the links of a member; seen on 6.0.4."""


def test_a_network_is_made_and_removed_while_machines_come_and_go(
    standin: StandIn, bench: Works
) -> None:
    name, *others = layout.list_networks(bench.plan, TAG)
    standin.answer("GET /1.0/networks", networks(**dict.fromkeys(others, TAG)))
    members = [sync(None)] * 2
    standin.answer("POST /1.0/networks", *members, GONE, *members, GONE, *members, sync(None))
    standin.answer(f"DELETE /1.0/networks/{name}", GONE, sync(None), sync(None))

    works.make_networks(bench, ("n1", "n2"))

    made = [*(f"POST /1.0/networks?target={member}" for member in ("n1", "n2"))]
    made.append("POST /1.0/networks")
    removed = f"DELETE /1.0/networks/{name}"
    assert changes(standin) == [*made, removed, removed, *made, removed, *made]


def test_links_that_go_without_end_are_told_in_time(
    standin: StandIn, labctl: Identity, bench: Works
) -> None:
    standin.answer("GET /1.0/networks", networks())
    standin.answer("POST /1.0/networks", *[sync(None), sync(None), GONE] * 20)
    for name in layout.list_networks(bench.plan, TAG):
        standin.answer(f"DELETE /1.0/networks/{name}", *[sync(None)] * 20)
    with open_client(standin.server, labctl, Deadline.after(2)) as hurried:
        late = Works(hurried, bench.plan, TAG, "n2")
        with pytest.raises(Refused, match="bridge children"):
            works.make_networks(late, ("n1", "n2"))


def test_no_two_networks_are_made_at_once(standin: StandIn, bench: Works, labctl: Identity) -> None:
    """Incus would never answer either of them again."""
    standin.answer("GET /1.0/networks", networks())

    limit = Deadline.after(2)
    with clusters.alone(limit), open_client(standin.server, labctl, limit) as hurried:
        late = Works(hurried, bench.plan, TAG, "n2")
        with pytest.raises(ProviderError, match="leurs réseaux"):
            works.make_networks(late, ("n1", "n2"))

    assert changes(standin) == []


def test_no_two_networks_are_removed_at_once(standin: StandIn, labctl: Identity) -> None:
    """Incus looks at every other network of the member, and fails when one goes meanwhile."""
    standin.answer("GET /1.0/projects", projects())
    standin.answer("GET /1.0/networks", networks(lb0a0a0a0a0100=TAG))

    limit = Deadline.after(2)
    with (
        clusters.alone(limit),
        open_client(standin.server, labctl, limit) as hurried,
        pytest.raises(ProviderError, match="leurs réseaux"),
    ):
        works.remove(hurried, TAG)

    assert changes(standin) == []


def test_any_other_refusal_of_a_network_is_told(standin: StandIn, bench: Works) -> None:
    standin.answer("GET /1.0/networks", networks())
    standin.answer("POST /1.0/networks", error("No space left", 500))

    with pytest.raises(Refused, match="No space left"):
        works.make_networks(bench, ("n1",))


def test_a_machine_is_made_on_its_member_and_kept_as_it_was_made(
    standin: StandIn, bench: Works
) -> None:
    standin.answer("GET /1.0/instances", sync([]))
    standin.answer("POST /1.0/instances", sync(None))
    standin.answer(f"POST {MACHINE}/snapshots", sync(None))

    works.make_machine(bench, NODE, "labctl-00")

    made, snapshot = standin.asked[2:]
    assert made.path == "/1.0/instances?project=labctl-0a0a0a0a-01&target=n2"
    assert made.document["source"] == {"type": "image", "alias": "labctl-00"}
    assert made.document["profiles"] == []
    assert made.document["config"]["security.idmap.isolated"] == "true"
    assert layout.read_tag(made.document["config"]) == Tag("0a0a0a0a", 1, NODE)
    assert snapshot.document == {"name": works.CLEAN}


def test_what_a_machine_is_given_is_one_archive_in_which_folders_come_first(
    standin: StandIn, bench: Works
) -> None:
    standin.answer(f"POST {MACHINE}/files", sync(None))

    works.give(bench, NODE, {"etc/labctl/node.json": NodeFile(b"{}", 0o640)})

    (sent,) = [each for each in standin.asked if each.method == "POST"]
    assert sent.path.endswith("path=%2Fusr%2Flib%2Flabctl-incus%2Ffiles.tar")
    with tarfile.open(fileobj=io.BytesIO(sent.body)) as archive:
        found = [(each.name, each.mode, each.size) for each in archive]
    assert found == [
        ("etc", 0o755, 0),
        ("etc/labctl", 0o755, 0),
        ("etc/labctl/node.json", 0o640, 2),
    ]


@pytest.mark.parametrize("phase", list(Phase))
def test_what_is_under_way_is_noted_on_the_cluster(
    standin: StandIn, bench: Works, phase: Phase
) -> None:
    kept = {"restricted": "true", "user.labctl.phase": "building"}
    where = f"/1.0/projects/{TAG.project}"
    standin.answer(f"GET {where}", sync({"config": kept, "description": "d"}))
    standin.answer(f"PUT {where}", sync(None))

    works.note(bench, phase, (NODE,))

    words = {"user.labctl.phase": str(phase), "user.labctl.nodes": NODE}
    assert standin.asked[-1].document == {"config": {**kept, **words}, "description": "d"}


@pytest.mark.parametrize(
    ("status", "asked"),
    [("Stopped", [f"PUT {MACHINE}/state?project={TAG.project}"]), ("Running", [])],
)
def test_a_machine_that_runs_is_not_started_again(
    standin: StandIn, bench: Works, status: str, asked: list[str]
) -> None:
    standin.answer(f"GET {MACHINE}", sync({"status": status}))
    standin.answer(f"PUT {MACHINE}/state", sync(None))

    works.start(bench, NODE)

    assert changes(standin) == asked


def test_a_command_gives_its_code_and_what_it_said_and_leaves_no_log(
    standin: StandIn, bench: Works
) -> None:
    logs = {"1": f"{MACHINE}/logs/out", "2": f"{MACHINE}/logs/err"}
    standin.answer(f"POST {MACHINE}/exec", sync({"return": 3, "output": logs}))
    for path, content in ((logs["1"], b"caf\xc3\xa9"), (logs["2"], b"\xff")):
        standin.answer(f"GET {path}", content)
        standin.answer(f"DELETE {path}", sync(None))

    said = works.run(bench, NODE, ("/bin/true",))

    assert said == Said(3, "café", "\N{REPLACEMENT CHARACTER}")
    assert len([line for line in changes(standin) if line.startswith("DELETE")]) == 2


@pytest.mark.parametrize("answer", [None, {"return": "0"}, {"return": 0}])
def test_a_command_of_which_nothing_is_said_is_told_in_a_sentence(
    standin: StandIn, bench: Works, answer: object
) -> None:
    standin.answer(f"POST {MACHINE}/exec", sync(answer))

    with pytest.raises(ProviderError, match="commande dans « sonde_wan »"):
        works.run(bench, NODE, ("/bin/true",))


def test_down_takes_what_carries_the_tag_of_the_bench_and_nothing_else(
    standin: StandIn, bench: Works
) -> None:
    other = Tag("0a0a0a0a", 2)
    machine = {
        "name": "sonde-wan",
        "project": TAG.project,
        "status": "Running",
        "config": TAG.config(),
    }
    standin.answer("GET /1.0/projects", projects(TAG, other))
    standin.answer("GET /1.0/instances", sync([machine]))
    standin.answer("GET /1.0/networks", networks(lb1=TAG, lb2=other))
    standin.answer(f"PUT {MACHINE}/state", sync(None))
    standin.answer(f"DELETE {MACHINE}", sync(None))
    standin.answer(f"GET /1.0/projects/{TAG.project}", sync({"used_by": []}))
    standin.answer(f"DELETE /1.0/projects/{TAG.project}", sync(None))
    standin.answer("DELETE /1.0/networks/lb1", sync(None))

    assert works.remove(bench.client, TAG)

    assert changes(standin) == [
        f"PUT {MACHINE}/state?project={TAG.project}",
        f"DELETE {MACHINE}?project={TAG.project}",
        f"DELETE /1.0/projects/{TAG.project}",
        "DELETE /1.0/networks/lb1",
    ]


def test_down_takes_the_discs_of_the_bench_and_no_volume_of_another_kind_or_pool_by_mistake(
    standin: StandIn, client: Client
) -> None:
    pools, where = "/1.0/storage-pools", f"project={TAG.project}"
    disc = f"{pools}/fast%20one/volumes/custom/disc-poste"
    used = [
        f"{disc}?{where}&target=n2",
        f"{pools}/default/volumes/virtual-machine/poste?{where}",
        f"/1.0/instances/poste?{where}",
    ]
    standin.answer("GET /1.0/projects", projects(TAG))
    standin.answer("GET /1.0/instances", sync([]))
    standin.answer("GET /1.0/networks", networks())
    standin.answer(f"GET /1.0/projects/{TAG.project}", sync({"used_by": used}))
    standin.answer(f"DELETE {disc}", sync(None))
    standin.answer(f"DELETE /1.0/projects/{TAG.project}", sync(None))

    assert works.remove(client, TAG)

    first = f"DELETE {disc}?{where}&target=n2"
    assert changes(standin) == [first, f"DELETE /1.0/projects/{TAG.project}"]


def test_a_machine_that_a_killed_labctl_still_makes_is_removed_once_it_is_made(
    standin: StandIn, client: Client
) -> None:
    made = {"project": TAG.project, "status": "Stopped", "config": TAG.config()}
    machine = {"name": "sonde-wan", **made}
    why = 'Instance is busy running a "create" operation'
    standin.answer("GET /1.0/projects", projects(TAG))
    standin.answer("GET /1.0/instances", sync([machine]))
    standin.answer("GET /1.0/networks", networks())
    standin.answer(f"DELETE {MACHINE}", error(why, 400), sync(None))
    standin.answer(f"GET /1.0/projects/{TAG.project}", sync({"used_by": []}))
    standin.answer(f"DELETE /1.0/projects/{TAG.project}", sync(None))

    assert works.remove(client, TAG)

    assert changes(standin)[:2] == [f"DELETE {MACHINE}?project={TAG.project}"] * 2


@pytest.mark.parametrize("end", [sync(None), error("The instance is already stopped", 400)])
def test_a_machine_that_a_killed_labctl_still_starts_is_ended_and_removed(
    standin: StandIn, client: Client, end: Answer
) -> None:
    made = {"project": TAG.project, "status": "Stopped", "config": TAG.config()}
    standin.answer("GET /1.0/projects", projects(TAG))
    standin.answer("GET /1.0/instances", sync([{"name": "sonde-wan", **made}]))
    standin.answer("GET /1.0/networks", networks())
    standin.answer(f"DELETE {MACHINE}", error("Instance is running", 400), sync(None))
    standin.answer(f"PUT {MACHINE}/state", end)
    standin.answer(f"GET /1.0/projects/{TAG.project}", sync({"used_by": []}))
    standin.answer(f"DELETE /1.0/projects/{TAG.project}", sync(None))

    assert works.remove(client, TAG)

    where = f"project={TAG.project}"
    once_more = (f"PUT {MACHINE}/state?{where}", f"DELETE {MACHINE}?{where}")
    assert changes(standin)[:3] == [f"DELETE {MACHINE}?{where}", *once_more]


def test_down_of_nothing_says_so(standin: StandIn, client: Client) -> None:
    standin.answer("GET /1.0/projects", projects())
    standin.answer("GET /1.0/networks", networks())

    assert not works.remove(client, TAG)
    assert changes(standin) == []


def test_a_machine_that_stopped_before_anybody_asked_what_became_of_it_is_stopped(
    standin: StandIn, bench: Works
) -> None:
    forgotten = error("Operation not found", 404)
    standin.answer(f"GET {MACHINE}", sync({"status": "Running"}), sync({"status": "Stopped"}))
    standin.answer(f"PUT {MACHINE}/state", begun("op1"))
    standin.answer("GET /1.0/operations/op1/wait", forgotten)
    standin.answer("GET /1.0/operations/op1", forgotten)

    works.stop(bench, NODE)

    assert len(changes(standin)) == 1


def test_a_machine_of_which_nobody_knows_what_became_and_that_runs_is_told(
    standin: StandIn, bench: Works
) -> None:
    forgotten = error("Operation not found", 404)
    standin.answer(f"GET {MACHINE}", sync({"status": "Running"}))
    standin.answer(f"PUT {MACHINE}/state", begun("op1"))
    standin.answer("GET /1.0/operations/op1/wait", forgotten)
    standin.answer("GET /1.0/operations/op1", forgotten)

    with pytest.raises(Forgotten, match="Operation not found"):
        works.stop(bench, NODE)
