"""Files of faults: what is accepted, and what is said of the others."""

from itertools import combinations
from pathlib import Path

import pytest

from labctl.core.content import SABOTAGES, list_files
from labctl.core.errors import SpecError
from labctl.judge.catalogue import load_catalogue
from labctl.spec.fault import clash, load_fault, load_faults, validate_fault

GOOD = """\
id: K-901
check: K-901
label: "Une panne"
steps:
  - on: nas
    run: ["/usr/bin/tee", "/etc/motd"]
    stdin: "bonjour"
  - on: commutateur
    cli: ["configure terminal", "end"]
revert:
  - on: nas
    run: ["/usr/bin/rm", "/etc/motd"]
also:
  - {check: K-902, because: "même service"}
settle_s: 5
"""


def mistakes_of(folder: Path, text: str) -> list[str]:
    """Return what is said of a file, its path left out."""
    path = folder / "K-901.yml"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        load_fault(path)
    return [str(mistake).removeprefix(str(path)) for mistake in caught.value.mistakes]


def test_steps_keep_their_machine_and_line(tmp_path: Path) -> None:
    (tmp_path / "K-901.yml").write_text(GOOD)
    fault = load_fault(tmp_path / "K-901.yml")
    assert [(step.node, step.line) for step in fault.steps] == [("nas", 5), ("commutateur", 8)]
    assert fault.steps[0].argv == ("/usr/bin/tee", "/etc/motd")
    assert fault.steps[0].stdin == "bonjour"
    assert fault.steps[1].cli == ("configure terminal", "end")
    assert fault.also == {"K-902": "même service"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("settle_s: 5", "settle: 5", ":15: clé « settle » inconnue"),
        ('label: "Une panne"\n', "", "clé « label » absente"),
        ("check: K-901", "check: panne", "« check » : forme incorrecte"),
        ("settle_s: 5", "settle_s: 600", "« settle_s » : valeur trop grande : 60.0 au plus"),
        ('"/etc/motd"]\n    stdin', "22]\n    stdin", "texte attendu"),
        ("id: K-901", "id: K-902", ":1: la panne s'appelle « K-902 », son fichier « K-901.yml »"),
        (
            '    cli: ["configure terminal", "end"]\n',
            "",
            "une étape a « cli », « run » ou « document », un seul",
        ),
    ],
)
def test_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in "\n".join(mistakes_of(tmp_path, GOOD.replace(old, new, 1)))


def test_mistakes_of_every_file_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "K-901.yml").write_text(GOOD.replace("settle_s", "attente"))
    (tmp_path / "K-902.yml").write_text("[]")
    with pytest.raises(SpecError) as caught:
        load_faults(tmp_path.glob("*.yml"))
    assert {Path(mistake.file).name for mistake in caught.value.mistakes} == {
        "K-901.yml",
        "K-902.yml",
    }


def test_every_shipped_check_has_its_sabotage() -> None:
    faults = load_faults(list_files(SABOTAGES).values())
    assert [fault.check for fault in faults] == [spec.id for spec in load_catalogue()]


def test_faults_that_keep_a_copy_under_the_same_name_cannot_be_there_at_once(
    tmp_path: Path,
) -> None:
    text = """
id: {name}
check: {name}
label: x
steps:
  - {{on: nas, run: [/usr/bin/cp, /etc/a, /root/{copy}]}}
revert:
  - {{on: nas, run: [/usr/bin/mv, /root/{copy}, /etc/a]}}
"""
    for name, copy in {"K-901": "sain", "K-902": "sain", "K-903": "a.K-903"}.items():
        (tmp_path / f"{name}.yml").write_text(text.format(name=name, copy=copy))
    first, second, third = load_faults(sorted(tmp_path.glob("*.yml")))

    assert clash(first, second)
    assert clash(second, first)
    assert not clash(first, third)


def test_the_shipped_faults_can_be_there_at_once() -> None:
    faults = load_faults(list_files(SABOTAGES).values())
    assert [(a.id, b.id) for a, b in combinations(faults, 2) if clash(a, b)] == []


def test_a_fault_is_for_a_check_that_exists(tmp_path: Path) -> None:
    path = tmp_path / "K-901.yml"
    path.write_text(GOOD)
    assert validate_fault(path) == validate_fault(path, {"K-901"}) == ()
    (found,) = validate_fault(path, {"K-902"})
    assert (found.line, found.message) == (2, "contrôle « K-901 » inconnu")
    assert found.hint == "vouliez-vous dire « K-902 » ?"


def test_a_fault_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (found,) = validate_fault(tmp_path / "K-901.yml")
    assert found.message == "fichier illisible : il n'existe pas"
