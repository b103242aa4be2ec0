"""What a room says of a cluster, what doctor finds of one, and what the provider's parts are."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from labctl.core.deadline import Deadline
from labctl.providers.incus import clusters
from labctl.providers.incus.link import Identity
from labctl.providers.incus.profile import PROFILE
from labctl.providers.incus.rooms import MACHINE, SEAT, IncusCluster, IncusRooms
from labctl.providers.incus.setup import IncusSetup
from labctl.spec.hosting import Need
from labctl.spec.kind import load_kind
from tests.incus_server import StandIn
from tests.incus_world import World

ASKED: Mapping[str, object] = {
    "nom": "grappe",
    "adresse": "n1.exemple.test",
    "empreinte": "0a" * 32,
    "certificat": "/etc/labctl/incus.crt",
    "cle": "/etc/labctl/incus.key",
    **{"memoire_mib": 16000, "disque_mib": 100000, "coeurs": 8},
}


def test_a_cluster_is_written_and_read_back_with_its_pin() -> None:
    host = IncusCluster.model_validate({**ASKED, "membre": "n2", "lenteur": 8.0})

    cluster = clusters.read(host.own)

    assert cluster.server.where == "n1.exemple.test:8443"
    assert cluster.server.fingerprint == "0a" * 32
    assert (cluster.wish, cluster.pool, host.patience) == ("n2", "default", 8.0)


@pytest.mark.parametrize(
    ("address", "host", "where"),
    [
        ("n1", "n1", "n1:8443"),
        ("n1:9443", "n1", "n1:9443"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7:8443"),
        ("[2001:db8::1]", "2001:db8::1", "[2001:db8::1]:8443"),
        ("[2001:db8::1]:9443", "2001:db8::1", "[2001:db8::1]:9443"),
    ],
)
def test_a_member_is_found_at_its_address_and_port(address: str, host: str, where: str) -> None:
    server = clusters.read(IncusCluster.model_validate({**ASKED, "adresse": address}).own).server

    assert (server.host, server.where) == (host, where)
    assert urlsplit(f"ws://{server.where}/1.0").hostname == host


@pytest.mark.parametrize(
    ("key", "value"),
    [("empreinte", "0A" * 32), ("empreinte", "0a"), ("adresse", "https://n1"), ("lenteur", 0.5)],
)
def test_what_is_no_address_or_no_fingerprint_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        IncusCluster.model_validate({**ASKED, key: value})


def test_a_cluster_has_no_way_by_ssh() -> None:
    host = IncusCluster.model_validate({**ASKED, "acces": "ssh://labctl@n1"})

    assert [each.key for each in host.list_mistakes()] == ["acces"]
    assert IncusCluster.model_validate(ASKED).list_mistakes() == ()


def test_a_bench_needs_what_its_machines_do_and_the_jury_s_instance() -> None:
    router, probe = load_kind("router"), load_kind("probe")

    need = IncusRooms().need((router, probe))

    assert router.budget is not None
    assert probe.budget is None
    assert need == Need(
        router.budget.memory_mib + MACHINE.memory_mib + SEAT.memory_mib,
        router.budget.disk_mib + MACHINE.disk_mib + SEAT.disk_mib,
        router.budget.vcpus + MACHINE.cpus + SEAT.cpus,
    )


def test_no_kind_is_refused_before_the_cluster_is_asked() -> None:
    for kind in ("windows-11", "router"):
        assert IncusRooms().refuse(load_kind(kind), ()) is None


def test_doctor_looks_at_each_member_of_a_cluster(standin: StandIn, labctl: Identity) -> None:
    standin.cluster = World({"n1": 4000, "n2": 8000})
    found = {each.name: each for each in IncusSetup().examine([describe(standin, labctl)])}

    assert found["grappe grappe"].found == "Incus 6.0.4"
    assert found["grappe grappe : réserve default"].ok
    assert "8000 Mio" in found["grappe grappe : membre n2"].found


@pytest.mark.parametrize(
    ("able", "told"),
    [((), "aucun membre : pas de vrai Windows"), (("n2",), "n2"), (("n1", "n2"), "n1, n2")],
)
def test_doctor_tells_which_members_can_run_a_windows(
    standin: StandIn, labctl: Identity, able: tuple[str, ...], told: str
) -> None:
    standin.cluster = World({"n1": 4000, "n2": 8000}, with_kvm=frozenset(able))

    found = {each.name: each for each in IncusSetup().examine([describe(standin, labctl)])}

    virtual = found["grappe grappe : virtualisation matérielle"]
    assert (virtual.ok, virtual.found) == (True, told)


def test_doctor_tells_a_member_that_is_off_from_one_that_was_evacuated(
    standin: StandIn, labctl: Identity
) -> None:
    members = dict.fromkeys(("n1", "n2", "n3"), 4000)
    standin.cluster = World(members, statuses={"n2": "Evacuated", "n3": "Offline"})

    found = {each.name: each for each in IncusSetup().examine([describe(standin, labctl)])}

    evacuated, off = (found[f"grappe grappe : membre {name}"] for name in ("n2", "n3"))
    assert (evacuated.ok, evacuated.found) == (False, "évacué")
    assert evacuated.hint == "incus cluster restore n2"
    assert (off.ok, off.found) == (False, "ne répond pas")


def test_doctor_tells_that_a_cluster_shows_another_key(standin: StandIn, labctl: Identity) -> None:
    host = describe(standin, labctl).model_copy(update={"fingerprint": "0" * 64})

    (*_here, last) = IncusSetup().examine([host])

    assert not last.ok
    assert "montre une autre clé" in last.found
    assert standin.asked == []


def describe(standin: StandIn, labctl: Identity) -> IncusCluster:
    own = {
        "adresse": standin.server.where,
        "empreinte": standin.server.fingerprint,
        "certificat": str(labctl.certificate),
        "cle": str(labctl.key),
    }
    return IncusCluster.model_validate({**ASKED, **own})


def test_the_parts_that_the_profile_names_are_there() -> None:
    for part in (PROFILE.provider, PROFILE.setup):
        module, name = part.split(":")
        assert hasattr(__import__(module, fromlist=[name]), name)
    assert PROFILE.isolation == "conteneurs non privilégiés"
    assert PROFILE.budget(["router"]).up_s > Deadline.after(60).remaining_s()
