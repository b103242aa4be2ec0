"""Files of incidents: what is accepted, and what is said of the others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.content import SECURITY, list_files
from labctl.core.errors import SpecError
from labctl.facts.watched import Seen
from labctl.judge.catalogue import load_catalogue
from labctl.judge.incident import Glance, find_refusal
from labctl.plan.incident import fit, resolve
from labctl.spec.incident import Choice, LineName
from labctl.spec.incident_file import (
    list_incidents,
    load_incident,
    load_incidents,
    validate_incident,
)
from labctl.spec.security import load_all, load_security
from labctl.spec.step import Edit
from tests.plans import plan_of

GOOD = """\
id: P-901
title: "Le nom mène ailleurs"
says: "Le dossier ne s'ouvre plus."
level: 2
minutes: 8
needs: [K-106]
draw:
  wrong: {unused_host: SERVEURS}
  word: {one_of: [un, deux]}
  rank: {between: [1, 3]}
symptom: {check: K-085}
cause:
  - on: nas
    run: [/usr/bin/cat, /etc/hosts]
    healthy: {without: '${drawn.wrong}'}
  - on: commutateur
    cli: show running-config
    healthy: {output: 'hostname'}
    label: "le nom"
changes:
  - {check: K-106, because: "le nom"}
inject:
  - on: nas
    edit: {file: /etc/hosts, find: '^$', put: '${drawn.wrong} nas\\1'}
  - on: nas
    run: [/usr/bin/false]
    exits: [0, 1]
    face: linux
keeps:
  - {on: nas, file: /etc/resolv.conf}
undo:
  - on: commutateur
    cli: [end]
repairs:
  - {label: "une", steps: [{on: nas, run: [/usr/bin/true]}]}
  - {label: "autre", steps: [{on: nas, run: [/usr/bin/true]}]}
wrong_repairs:
  - {label: "non", steps: [{on: nas, run: [/usr/bin/true]}], leaves: [cause, restart]}
excludes: [P-902]
hints: [{text: "Comparez.", price: 2}]
questions: ["Pourquoi ?"]
traces:
  - {label: "journal", on: nas, run: [/usr/bin/cat, /var/log/syslog]}
"""


NAMED = "before: [{on: nas, run: [/usr/bin/true], healthy: {without: '${drawn.wrong}'}}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the incidents of a topic lie."""
    found = tmp_path / "checks" / "dns" / "incidents"
    found.mkdir(parents=True)
    return found


def mistakes_of(folder: Path, text: str) -> list[str]:
    """Return what is said of a file, its path left out."""
    path = folder / "P-901.yml"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        load_incident(path)
    return [str(mistake).removeprefix(str(path)) for mistake in caught.value.mistakes]


def test_an_incident_is_read(folder: Path) -> None:
    (folder / "P-901.yml").write_text(GOOD)
    found = load_incident(folder / "P-901.yml")
    assert (found.id, found.topic, found.level, found.survives_restart) == ("P-901", "dns", 2, True)
    assert found.draw["word"] == Choice(one_of=("un", "deux"))
    assert found.draw["rank"] == Choice(between=(1, 3))
    assert [watch.name for watch in found.watches] == [
        "P-901/symptom/0",
        "P-901/cause/0",
        "P-901/cause/1",
    ]
    assert found.inject[0].edit == Edit("/etc/hosts", "^$", "${drawn.wrong} nas\\1")
    assert found.inject[1].exits == (0, 1)
    assert found.inject[0].line == 23
    assert found.wrong_repairs[0].leaves == (LineName.CAUSE, LineName.LASTING)
    assert found.changes == {"K-106": "le nom"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: 2", "level: 4", ":4: « level » : valeur trop grande : 3 au plus"),
        ("id: P-901", "id: P-902", ":1: la panne s'appelle « P-902 », son fichier « P-901.yml »"),
        (
            '  - {label: "autre", steps: [{on: nas, run: [/usr/bin/true]}]}\n',
            "",
            "liste trop courte : 2 élément(s) au moins",
        ),
        ("leaves: [cause, restart]", "leaves: []", "liste trop courte : 1 élément(s) au moins"),
        ("leaves: [cause, restart]", "leaves: [causes]", "valeur non admise"),
        ("drawn.wrong} nas", "drawn.bad} nas", ":23: « ${drawn.bad} » n'est pas tiré"),
        ("one_of: [un, deux]", "one_of: []", "un tirage a soit « one_of »"),
        ("between: [1, 3]", "between: [3, 1]", "un tirage a soit « one_of »"),
        ("symptom: {check: K-085}", "symptom: {check: K-085, on: nas}", "on regarde « check »"),
        ("symptom: {check: K-085}", "symptom: {}", "on regarde « check »"),
        ("symptom: {check: K-085}", "symptom: {check: K-085, settle_s: 5}", "sans « settle_s »"),
        ("symptom: {check: K-085}", "symptom: []", "liste trop courte"),
        ("healthy: {output: 'hostname'}", "healthy: {}", "« healthy » a au moins"),
        ("    exits: [0, 1]\n", "    cli: [x]\n", "« run », « edit », « powershell »"),
        (", run: [/usr/bin/cat, /var/log/syslog]", "", "une trace a soit « run », soit « cli »"),
        ('questions: ["Pourquoi ?"]', "questions: []", "liste trop courte"),
        ("find: '^$'", "find: '('", "expression régulière incorrecte"),
        ("file: /etc/resolv.conf", "file: resolv.conf", "forme incorrecte"),
        ("level: 2", "level: 2\nsame: [{check: K-085}]", "« same » regarde une machine"),
        ("level: 2", "level: 2\nbefore: [{check: K-085}]", "un contrôle se dit dans « needs »"),
        ("level: 2", f"level: 2\n{NAMED.replace('wrong', 'bad')}", "${drawn.bad} » n'est pas tiré"),
        ("level: 2", "level: 2\nrequest: true", "une demande (« request ») n'en a pas"),
        ("    cli: show run", "    cim: {hive: HKLM}\n    x: show run", "« cim » : namespace"),
        (
            "    cli: show running-config\n    healthy: {output",
            "    cim: {hive: HKLM, key: A, values: {B: string}}\n    healthy: {exit: 0, output",
            "n'a pas de code de fin",
        ),
    ],
)
def test_mistake_is_named_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in "\n".join(mistakes_of(folder, GOOD.replace(old, new, 1)))


def test_mistakes_of_every_file_are_said_at_once(folder: Path) -> None:
    (folder / "P-901.yml").write_text(GOOD.replace("level", "niveau"))
    (folder / "P-902.yml").write_text("[]")
    with pytest.raises(SpecError) as caught:
        load_incidents(folder.glob("*.yml"))
    assert {Path(one.file).name for one in caught.value.mistakes} == {"P-901.yml", "P-902.yml"}


def test_incidents_come_by_id(folder: Path) -> None:
    (folder / "P-902.yml").write_text(GOOD.replace("P-901", "P-902").replace("P-902]", "P-901]"))
    (folder / "P-901.yml").write_text(GOOD)
    found = load_incidents(sorted(folder.glob("*.yml"), reverse=True))
    assert [one.id for one in found] == ["P-901", "P-902"]


def test_what_an_incident_names_must_exist(
    folder: Path, tmp_path: Path, use_content: Callable[[Path], None]
) -> None:
    use_content(tmp_path)
    (folder / "P-901.yml").write_text(GOOD)
    said = [one.message for one in validate_incident(folder / "P-901.yml", {"K-106"})]
    assert said == ["contrôle « K-085 » inconnu", "panne « P-902 » inconnue"]


def test_checks_are_not_looked_up_when_nobody_knows_them(
    folder: Path, tmp_path: Path, use_content: Callable[[Path], None]
) -> None:
    use_content(tmp_path)
    (folder / "P-901.yml").write_text(GOOD.replace("excludes: [P-902]\n", ""))
    assert validate_incident(folder / "P-901.yml") == ()
    assert list_incidents()["P-901"] == folder / "P-901.yml"


def test_an_ill_formed_incident_is_told_of(folder: Path) -> None:
    (folder / "P-901.yml").write_text("[]")
    assert validate_incident(folder / "P-901.yml")[0].line == 1


def test_every_shipped_incident_is_in_order() -> None:
    checks = {str(spec.id) for spec in load_catalogue()}
    mistakes = [
        one for path in list_incidents().values() for one in validate_incident(path, checks)
    ]
    assert mistakes == []


def test_shipped_security_names_known_checks() -> None:
    known = {spec.id for spec in load_catalogue()}
    named = [check for one in load_all(list_files(SECURITY).values()) for check in one.checks]
    assert set(named) <= known


def test_security_of_a_topic_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dns" / SECURITY
    path.parent.mkdir()
    path.write_text(
        "checks: [K-106]\nwatches:\n  - {label: x, on: nas, run: [/bin/true], healthy: {exit: 0}}\n"
    )
    found = load_security(path)
    assert (found.topic, *found.checks) == ("dns", "K-106")
    assert [watch.name for watch in found.watches] == ["dns/watches/0"]


def test_mistakes_of_security_are_said_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / name / SECURITY for name in ("dns", "dhcp")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("check: [K-106]\n")
    with pytest.raises(SpecError) as caught:
        load_all(paths)
    assert len(caught.value.mistakes) == 2


WINDOWS = """\
id: P-901
title: "Le disque entier est exclu"
says: "L'antivirus ne trouve rien."
level: 1
minutes: 5
draw: {path: {one_of: ["C:", "D:"]}}
symptom:
  on: poste
  cim:
    namespace: root/cimv2
    class: Win32_Service
    where: "Name='${drawn.path}'"
    properties: [State]
  healthy: {without: Stopped}
cause:
  on: poste
  cim: {hive: HKLM, key: 'SOFTWARE\\${drawn.path}', values: {Start: dword}}
  healthy: {output: Start}
inject:
  - {on: poste, powershell: "Add-MpPreference -ExclusionPath '${drawn.path}'"}
  - {on: poste, instruction: "Débranchez ${drawn.path}."}
repairs:
  - {label: "une", steps: [{on: poste, run: [/usr/bin/true]}]}
  - {label: "autre", steps: [{on: poste, run: [/usr/bin/true]}]}
questions: ["Pourquoi ?"]
"""


def test_a_windows_is_asked_and_told_with_what_was_drawn(folder: Path) -> None:
    path = folder / "P-901.yml"
    path.write_text(WINDOWS)
    incident = resolve(load_incident(path), plan_of(1), {"path": "C:"})
    assert [one.cim and one.cim.body() for one in incident.watches] == [
        {
            "namespace": "root/cimv2",
            "class": "Win32_Service",
            "where": "Name='C:'",
            "properties": ("State",),
        },
        {"hive": "HKLM", "keys": "SOFTWARE\\C:", "values": {"Start": "dword"}},
    ]
    assert incident.inject[0].powershell == "Add-MpPreference -ExclusionPath 'C:'"
    assert incident.inject[1].instruction == "Débranchez C:."
    assert incident.is_by_hand


def test_what_an_incident_takes_for_granted_is_looked_at_before_it_only(folder: Path) -> None:
    (folder / "P-901.yml").write_text(GOOD.replace("level: 2", f"level: 2\n{NAMED}"))
    found = resolve(load_incident(folder / "P-901.yml"), plan_of(1), {"wrong": "a.b"})
    (before,) = found.before
    assert (before.name, before.healthy.without) == ("P-901/before/0", r"a\.b")
    assert found.looks_before == (before, *found.looks)
    assert before not in found.looks


def test_a_request_breaks_nothing_and_means_something(folder: Path) -> None:
    path = folder / "P-901.yml"
    start, end = WINDOWS.index("inject:"), WINDOWS.index("repairs:")
    path.write_text(WINDOWS[:start] + "request: true\n" + WINDOWS[end:])
    incident = replace(load_incident(path), topic="dns")
    assert fit(incident, plan_of(1))[1] == ""
    unwell = Glance({}, {one.name: Seen(one.name, False, "") for one in incident.watches})
    assert find_refusal(incident, unwell) == ""
