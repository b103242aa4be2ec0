"""Budgets of the hosts of a room: which bench goes where, and a refusal with the numbers."""

from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.plan.build import build_plan
from labctl.plan.model import Hosting
from labctl.providers.libvirt.rooms import LibvirtRooms, VmHost
from labctl.spec.hosting import CPUS_PER_CORE, Host, Need, Wish, count_places, distribute
from labctl.spec.lint import validate_room
from labctl.spec.room import load_room
from tests.plans import CAHIER, PROVIDERS, ROOT, Desk, example_cahier, machines_with

ROOM = ROOT / "inventories" / "rooms" / "demo-libvirt.room.yml"
NEED = LibvirtRooms().need(machines_with(Desk.LINUX))
WINDOWS = LibvirtRooms().need(machines_with(Desk.WINDOWS))


def host_of(name: str, benches: int, **changes: int) -> VmHost:
    need = NEED.times(benches)
    values = {"memoire_mib": need.memory_mib, "disque_mib": need.disk_mib, "coeurs": need.cpus}
    return VmHost.model_validate(
        {"nom": name, "uri": "qemu:///system", "virt_type": "kvm", **values, **changes}
    )


def test_a_host_asks_for_nothing_of_its_own_unless_its_provider_says_so() -> None:
    far = Host.model_validate(
        {
            "nom": "loin",
            "acces": "ssh://labctl@loin",
            "memoire_mib": 1,
            "disque_mib": 1,
            "coeurs": 1,
        }
    )
    assert (far.way, far.at_home().way) == ("ssh://labctl@loin", "")
    assert (far.own, far.patience, far.list_mistakes()) == ({}, 1.0, ())


def wishes(chosen: dict[int, str | None], need: Need = NEED) -> dict[int, Wish]:
    return {bench: Wish(need, host) for bench, host in chosen.items()}


def test_a_host_carries_what_its_smallest_budget_allows() -> None:
    assert count_places(host_of("a", 4), NEED) == 4
    assert count_places(host_of("a", 4, memoire_mib=NEED.memory_mib * 3 - 1), NEED) == 2
    assert count_places(host_of("a", 4, disque_mib=NEED.disk_mib - 1), NEED) == 0
    assert count_places(host_of("a", 4, coeurs=1), NEED) == CPUS_PER_CORE // NEED.cpus


def test_benches_fill_the_first_host_then_the_next() -> None:
    found = distribute([host_of("a", 2), host_of("b", 2)], wishes(dict.fromkeys((1, 2, 3, 4))))

    assert found.hosts == {1: "a", 2: "a", 3: "b", 4: "b"}
    assert found.left == ()


def test_what_an_author_chose_is_served_first() -> None:
    found = distribute([host_of("a", 1), host_of("b", 1)], wishes({1: None, 2: "a"}))

    assert found.hosts == {1: "b", 2: "a"}


def test_a_bench_with_a_windows_takes_more() -> None:
    enough = host_of("a", 1, memoire_mib=WINDOWS.memory_mib, disque_mib=WINDOWS.disk_mib)

    assert WINDOWS.memory_mib > NEED.memory_mib
    assert distribute([host_of("a", 1)], wishes({1: None}, WINDOWS)).left == (1,)
    assert distribute([enough], wishes({1: None}, WINDOWS)).hosts == {1: "a"}
    assert distribute([enough], wishes({1: None}, WINDOWS) | wishes({2: None})).left == (2,)


@pytest.mark.parametrize(
    ("chosen", "left"), [({1: "a", 2: "a"}, (2,)), ({1: None, 2: None}, (2,)), ({1: "z"}, (1,))]
)
def test_benches_without_a_place_are_left(chosen: dict[int, str | None], left: tuple[int]) -> None:
    assert distribute([host_of("a", 1)], wishes(chosen)).left == left


URI = "qemu+unix:///system?socket=/run/labctl/libvirt/run/libvirt-sock"


def room_with(folder: Path, old: str, new: str) -> Path:
    text = ROOM.read_text(encoding="utf-8")
    assert old in text
    file = folder / "x.room.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_shipped_room_has_no_mistake_and_its_benches_know_their_host() -> None:
    assert validate_room(ROOM, PROVIDERS) == ()

    plan = build_plan(example_cahier(), load_room(ROOM, PROVIDERS), 2)

    assert isinstance(plan.hosting, Hosting)
    assert (plan.hosting.name, plan.hosting.own["virt_type"]) == ("ici", "qemu")


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("memoire_mib: 7500", "memoire_mib: 4000", "capacite", "4000 MiB"),
        ("disque_mib: 16000", "disque_mib: 9000", "capacite", "disque 9000 MiB"),
        ("num: 2, ", "num: 2, hote: la-bas, ", "hote-inconnu", "la-bas"),
        ("fournisseur: libvirt\nhotes: ", "fournisseur: libvirt\n# ", "hote-absent", "hotes"),
        (URI, "qemu+tls://hote2/system", "hote-acces", "acces: ssh://compte@hote"),
        (URI, "qemu+ssh://hote2/system?no_verify=1", "hote-acces", "« no_verify »"),
    ],
)
def test_a_room_that_cannot_be_is_refused(
    tmp_path: Path, old: str, new: str, rule: str, said: str
) -> None:
    file = room_with(tmp_path, old, new)
    if rule == "hote-absent":
        lines = file.read_text().splitlines()
        file.write_text("\n".join(line for line in lines if "{nom: ici" not in line))

    mistakes = validate_room(file, PROVIDERS, CAHIER)

    assert [m.rule for m in mistakes] == [rule]
    assert said in f"{mistakes[0].message} {mistakes[0].hint}"


@pytest.mark.parametrize(
    "host",
    [
        '"qemu+ssh://root:Perle-lagon@hote2/system"',
        '"qemu+tls://root:Perle-lagon@hote2/system", acces: "ssh://hote2"',
        '"qemu+ssh://root@Perle-lagon@hote2/system"',
        '"qemu:///system", acces: "ssh://root:Perle-lagon@hote2"',
        '"qemu:///system", acces: "ssh://root@hote2?password=Perle-lagon"',
        '"qemu+ssh://[::1/system"',
        '"qemu:///system", acces: "ssh://[::1"',
        '"qemu:///system", acces: "ssh://-oProxyCommand=x y"',
    ],
)
def test_an_address_with_a_password_or_that_is_none_is_refused_and_not_repeated(
    tmp_path: Path, host: str
) -> None:
    mistakes = validate_room(room_with(tmp_path, f'"{URI}"', host), PROVIDERS)

    assert len(mistakes) == 1
    assert mistakes[0].message.startswith(("« uri » : adresse attendue", "« acces » : adresse"))
    assert "Perle" not in str(mistakes[0])


@pytest.mark.parametrize(
    ("host", "access", "uri"),
    [
        (f'"{URI}"', "", URI),
        ('"qemu+ssh://root@hote2/system?keyfile=/k"', "ssh://root@hote2?keyfile=/k",
         "qemu:///system"),
        ('"qemu+tls://hote2/system", acces: "ssh://hote2"', "ssh://hote2",
         "qemu+tls://hote2/system"),
    ],
)  # fmt: skip
def test_the_plan_says_how_a_host_is_reached(
    tmp_path: Path, host: str, access: str, uri: str
) -> None:
    room = room_with(tmp_path, f'"{URI}"', host)

    assert validate_room(room, PROVIDERS) == ()
    hosting = build_plan(example_cahier(), load_room(room, PROVIDERS), 2).hosting
    assert hosting == Hosting("ici", access, "labctl", 5.0, {"uri": uri, "virt_type": "qemu"})


@pytest.mark.parametrize(("virt_type", "rules"), [("qemu", ["poste-impossible"]), ("kvm", [])])
def test_a_windows_wants_a_host_that_does_not_emulate(
    tmp_path: Path, virt_type: str, rules: list[str]
) -> None:
    file = room_with(tmp_path, "virt_type: qemu, memoire_mib: 7500, disque_mib: 16000", "HOST")
    host = f"virt_type: {virt_type}, memoire_mib: 20000, disque_mib: 90000"
    text = (
        file.read_text()
        .replace("HOST", host)
        .replace("num: 2, ", "num: 2, genres: {poste: windows-11}, ")
    )
    file.write_text(text)

    assert [mistake.rule for mistake in validate_room(file, PROVIDERS)] == rules


def test_a_bench_that_has_no_host_has_no_plan(tmp_path: Path) -> None:
    room = load_room(room_with(tmp_path, "memoire_mib: 7500", "memoire_mib: 3000"), PROVIDERS)

    with pytest.raises(SpecError):
        build_plan(example_cahier(), room, 2)
