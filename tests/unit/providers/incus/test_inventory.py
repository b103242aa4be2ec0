"""What is labctl's on a cluster, told by tags alone, and what the members have left."""

import pytest

from labctl.core.errors import ProviderError
from labctl.providers.incus import inventory
from labctl.providers.incus.client import Client
from labctl.providers.incus.inventory import Network
from labctl.providers.incus.layout import Tag
from labctl.providers.incus.placement import Claim, Member, place
from labctl.spec.hosting import Need
from tests.incus_server import StandIn, error, sync

OURS, OTHER = "0a0a0a0a", "0b0b0b0b"
GIB = 1 << 30


def project(name: str, tag: Tag | None, **more: str) -> dict[str, object]:
    return {"name": name, "config": tag.config(**more) if tag else {"features.images": "false"}}


def test_only_projects_with_our_tag_are_ours_whatever_their_name(
    standin: StandIn, client: Client
) -> None:
    standin.answer(
        "GET /1.0/projects",
        sync(
            [
                project("default", None),
                project("labctl-0a0a0a0a-07", None),
                project("labctl-0b0b0b0b-01", Tag(OTHER, 1)),
                project("renamed", Tag(OURS, 2), member="n2", need="450 3400 1"),
            ]
        ),
    )

    found = inventory.list_projects(client, OURS)

    assert found == (inventory.Project(Tag(OURS, 2), "renamed", "n2", Need(450, 3400, 1)),)


def test_a_hundred_benches_are_found_with_one_question(standin: StandIn, client: Client) -> None:
    tags = [Tag(OURS, bench) for bench in range(1, 101)]
    standin.answer("GET /1.0/projects", sync([project(tag.project, tag) for tag in tags]))

    assert [each.tag for each in inventory.list_projects(client, OURS)] == tags
    assert len(standin.asked) == 2


def test_machines_say_where_they_are_and_whether_they_run(standin: StandIn, client: Client) -> None:
    tag = Tag(OURS, 1, "sonde_wan")
    running = {
        "name": "sonde-wan",
        "project": tag.project,
        "location": "n2",
        "status": "Running",
        "config": tag.config(),
        "devices": {"root": {"type": "disk"}},
    }
    foreign = {"name": "web", "project": tag.project, "status": "Running", "config": {}}
    standin.answer("GET /1.0/instances", sync([foreign, running, {**running, "status": "Stopped"}]))

    first, second = inventory.list_machines(client)

    assert (first.tag, first.member, first.is_running) == (tag, "n2", True)
    assert not second.is_running
    assert standin.asked[-1].path == "/1.0/instances?recursion=1&all-projects=true"


def test_machines_of_a_member_that_does_not_answer_are_not_taken_for_absent(
    standin: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory, "_SILENCE_S", 0.2)
    lost = {"name": "dc", "project": "labctl-0a0a0a0a-01", "location": "n2", "status": "Error"}
    standin.answer("GET /1.0/instances", sync([{**lost, "config": None}]))

    with pytest.raises(ProviderError, match=r"« n2 » .* ne répond pas ; s'y trouve : dc$"):
        inventory.list_machines(client, "labctl-0a0a0a0a-01")

    assert inventory.list_machines(client) == ()  # whose they are, nobody says


def test_networks_are_found_by_their_tag_and_when_begun_by_their_name(
    standin: StandIn, client: Client
) -> None:
    tag = Tag(OURS, 1)
    networks = [
        {"name": "lb0a0a0a0a01zz", "config": tag.config(), "status": "Created"},
        {"name": "lb0a0a0a0a0100", "config": {}, "status": "Pending"},
        {"name": "lb0b0b0b0b0100", "config": {}, "status": "Pending"},
        {"name": "lb0a0a0a0a0101", "config": {}, "status": "Created"},
        {"name": "eth0", "config": {}, "status": ""},
    ]
    standin.answer("GET /1.0/networks", sync(networks))

    assert inventory.list_networks(client, OURS) == (
        Network(tag, "lb0a0a0a0a01zz", is_whole=True),
        Network(tag, "lb0a0a0a0a0100", is_whole=False),
    )


def members(standin: StandIn, *names: tuple[str, str]) -> None:
    listed = [{"server_name": name, "status": status} for name, status in names]
    standin.answer("GET /1.0/cluster/members", sync(listed))


def test_a_member_offers_what_its_own_system_does_not_need(
    standin: StandIn, client: Client
) -> None:
    members(standin, ("n1", "Online"), ("n2", "Offline"))
    memory = {"total": 64 * GIB, "used": 4 * GIB}
    standin.answer("GET /1.0/resources", sync({"memory": memory, "cpu": {"total": 16}}))
    space = {"total": 500 * GIB, "used": 100 * GIB}
    standin.answer("GET /1.0/storage-pools/default/resources", sync({"space": space}))

    first, second = inventory.list_members(client, "default")

    assert first == Member("n1", Need(65280, 510976, 128), Need(61440, 409600, 128))
    assert not second.is_online
    assert place([first, second], [Claim(1, Need(450, 3400, 1))]).members == {1: "n1"}
    assert [each.path.partition("?")[2] for each in standin.asked[-3:]] == ["target=n1"] * 3


@pytest.mark.parametrize(
    ("environment", "able"),
    [({"driver": "lxc | qemu"}, True), ({"driver": "lxc"}, False), ({}, False), (None, False)],
)
def test_a_member_runs_virtual_machines_when_incus_has_its_driver(
    standin: StandIn, client: Client, environment: object, able: bool
) -> None:
    members(standin, ("n1", "Online"))
    standin.answer("GET /1.0", sync({"auth": "trusted", "environment": environment}))
    amount = {"total": 64 * GIB, "used": 0}
    standin.answer("GET /1.0/resources", sync({"memory": amount, "cpu": {"total": 16}}))
    standin.answer("GET /1.0/storage-pools/default/resources", sync({"space": amount}))

    (found,) = inventory.list_members(client, "default")

    assert found.has_kvm is able


@pytest.mark.parametrize("code", [0, 500])
def test_a_member_that_has_just_lost_its_power_offers_nothing(
    standin: StandIn, client: Client, code: int
) -> None:
    members(standin, ("n1", "Online"))
    standin.answer("GET /1.0/resources", error("Unable to connect to: 192.0.2.1:8443", code))

    (found,) = inventory.list_members(client, "default")

    assert not found.is_online


def test_who_may_not_ask_is_told_so(standin: StandIn, client: Client) -> None:
    members(standin, ("n1", "Online"))
    standin.answer("GET /1.0/resources", error("Certificate is restricted", 403))

    with pytest.raises(ProviderError, match="restricted"):
        inventory.list_members(client, "default")


def test_a_member_that_does_not_say_what_it_has_is_named(standin: StandIn, client: Client) -> None:
    members(standin, ("n1", "Online"))
    standin.answer("GET /1.0/resources", sync(None))
    standin.answer("GET /1.0/storage-pools/default/resources", sync(None))

    with pytest.raises(ProviderError, match="« n1 »"):
        inventory.list_members(client, "default")


def test_a_list_that_is_none_is_an_error_of_the_provider(standin: StandIn, client: Client) -> None:
    standin.answer("GET /1.0/projects", sync(["/1.0/projects/default"]))

    with pytest.raises(ProviderError, match="liste"):
        inventory.list_projects(client, OURS)
