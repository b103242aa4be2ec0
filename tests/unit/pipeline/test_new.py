"""What ``labctl new`` writes: valid at once, under a name of its own, never over anything."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.facts.registry import is_known
from labctl.judge.catalogue import read_checks
from labctl.pipeline.new import draft_check, draft_incident, draft_room, draft_subject
from labctl.pipeline.place import CAHIERS, list_names, load_place
from labctl.pipeline.skeleton import Draft, choose_folder, read_skeleton
from labctl.pipeline.validate import validate
from labctl.spec.wanted import BenchValue
from tests.plans import ROOT

SHIPPED = "tai-tp-pme-01"


@pytest.fixture
def centre(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the folder of a centre that has written nothing."""
    use_content(tmp_path)
    return tmp_path


def write(draft: Draft) -> tuple[Path, ...]:
    draft.refuse_existing()
    draft.write()
    importlib.invalidate_caches()
    return draft.paths


def test_a_copied_subject_has_its_room_and_validates_at_once(centre: Path) -> None:
    cahier, room = write(draft_subject(centre, "copie", SHIPPED))
    assert validate(["copie"]).mistakes == ()
    place = load_place("copie", None)
    assert (place.cahier.id, place.room.id, place.room.benches) == (
        "copie",
        "copie",
        load_place("demo", None).room.benches,
    )
    for path in (cahier, room):
        assert path.read_text("utf-8").startswith("# ")
        assert "$schema" not in path.read_text("utf-8")


def test_a_subject_of_a_route_is_one_that_has_it(centre: Path) -> None:
    write(draft_subject(centre, "atelier", None, "ccp1"))
    assert validate(["atelier"]).mistakes == ()
    place = load_place("atelier", None)
    assert place.plan(1).route == "ccp1"
    assert place.cahier.routes[1:] == ("titre",)
    for source in (None, SHIPPED):
        with pytest.raises(UsageError, match="aucun sujet à copier n'a le parcours « ccp9 »"):
            draft_subject(centre, "autre", source, "ccp9")


def test_a_room_has_what_its_subject_wants_of_each_bench(centre: Path) -> None:
    write(draft_room(centre, "grande", SHIPPED, 20))
    assert validate(["grande"]).mistakes == ()
    room = load_place("grande", None).room
    values = [room.document.values_of(seat) for seat in room.document.seats]
    assert len({given["mac_ap"][1] for given in values}) == 20
    assert [len({given["mac_imp"][1] for given in values[:n]}) for n in (16, 20)] == [1, 2]


def test_a_room_of_a_subject_without_any_has_a_bench_for_each_variant(centre: Path) -> None:
    write(draft_subject(centre, "copie", SHIPPED))
    (centre / "inventories" / "rooms" / "copie.room.yml").unlink()
    write(draft_subject(centre, "autre", "copie"))
    write(draft_room(centre, "salle", "copie", None))
    assert [load_place(name, None).room.benches for name in ("autre", "salle")] == [(1, 2, 3)] * 2
    assert validate(["autre", "salle"]).mistakes == ()


def test_a_room_is_for_the_only_subject_of_the_centre(centre: Path) -> None:
    with pytest.raises(UsageError, match="--cahier"):
        draft_room(centre, "salle", None, None)
    write(draft_subject(centre, "mien", None))
    write(draft_room(centre, "salle", None, None))
    assert load_place("salle", None).cahier.id == "mien"


@pytest.mark.parametrize(
    ("kind", "example", "second"),
    [("texte", "Banc", "Banc-2"), ("nombre", 7, 8), ("adresse", "192.0.2.9", "192.0.2.10")],
)
def test_each_bench_has_a_value_of_its_own(kind: str, example: str | int, second: object) -> None:
    from labctl.pipeline.new import _value_of

    wanted = BenchValue.model_validate({"genre": kind, "usage": "essai", "exemple": example})
    assert [_value_of(bench, wanted) for bench in (1, 2)] == [example, second]


def test_a_check_comes_with_all_it_needs_and_takes_the_next_number(centre: Path) -> None:
    write(draft_check(centre, "accueil"))
    paths = write(draft_check(centre, "salle_d_eau"))
    assert validate([]).mistakes == ()
    checks, mistakes = read_checks()
    assert mistakes == ()
    own = {str(one.spec.id): one for one in checks if one.file.startswith(str(centre))}
    assert sorted(own) == ["L-001", "L-002"]
    (asked,) = own["L-002"].spec.asks
    assert asked.__name__ == "SalleDEau"
    assert is_known("salle_d_eau.Message")
    assert {path.suffix for path in paths} == {".md", ".py", ".yml"}
    assert not [path for path in paths if "nouveau" in path.read_text("utf-8").lower()]


@pytest.mark.parametrize("name", ["Accueil", "mon sujet", "../x", "é", ""])
def test_a_name_that_is_none_is_refused(centre: Path, name: str) -> None:
    with pytest.raises(UsageError, match="ne peut pas être un nom"):
        draft_subject(centre, name, None)
    with pytest.raises(UsageError, match="ne peut pas être un nom"):
        draft_room(centre, name, SHIPPED, None)
    with pytest.raises(UsageError, match="ne peut pas être un nom"):
        draft_check(centre, name)


def test_what_there_is_keeps_its_name(centre: Path) -> None:
    for taken in ("dhcp", "partages", "lots"):
        with pytest.raises(UsageError, match="existe déjà"):
            draft_check(centre, taken)
    with pytest.raises(UsageError, match="existe déjà"):
        draft_subject(centre, SHIPPED, None)
    with pytest.raises(UsageError, match="existe déjà"):
        draft_room(centre, "demo", SHIPPED, None)


def test_nothing_is_written_over_a_file(centre: Path) -> None:
    draft = draft_subject(centre, "mien", None)
    there = centre / "inventories" / "rooms" / "mien.room.yml"
    there.parent.mkdir(parents=True)
    there.symlink_to("nulle-part")
    with pytest.raises(UsageError, match=str(there)):
        draft.refuse_existing()
    assert list(list_names(*CAHIERS).values()) == [
        path for path in list_names(*CAHIERS).values() if not path.is_relative_to(centre)
    ]


def test_a_thing_without_a_skeleton_is_refused() -> None:
    with pytest.raises(UsageError, match="ne sait pas encore commencer « panne »"):
        read_skeleton("panne", {})


@pytest.mark.parametrize(
    ("name", "topic", "said"),
    [
        ("panne", "dns", "ne peut pas être un nom"),
        ("P-12", "dns", "existe déjà"),
        ("P-901", "dnss", "thème « dnss » inconnu"),
    ],
)
def test_a_new_incident_needs_a_name_and_a_topic(
    centre: Path, name: str, topic: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        draft_incident(centre, name, topic)


def test_the_folder_is_said_and_is_never_that_of_labctl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    assert choose_folder(None) == tmp_path
    assert choose_folder(str(tmp_path / "neuf")) == tmp_path / "neuf"
    with pytest.raises(UsageError, match="dites dans quel dossier"):
        choose_folder(None)
    with pytest.raises(UsageError, match="dossier de labctl"):
        choose_folder(str(ROOT / "inventories"))
