"""A whole exam, end to end: the documents tell exactly what each candidate did, minute by minute.

Simulated candidates of two routes come in by ssh on loopback, with what the printed papers say,
and type in the windows of their machines. One is right, one makes mistakes, one is rescued, one
tampers; in the small form two candidates do all of it. The session is a rehearsal, because labctl
lets nobody into an embedded bench in an exam; every paper is signed and every seal laid as in an
exam. Of the lots, what the right one types is said in ``tests/day/gestures.py``.
``make exam-day`` (``LABCTL_EXAM_DAY=whole``) has all four.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labctl.core.chain import parse_chain
from labctl.pipeline.place import load_place
from tests.candidate import HOST
from tests.commands import Command
from tests.day.desk import Desk
from tests.day.gestures import SHEET, SMALL, WHOLE, Bench, Part, repair_the_trunk, sheet_of
from tests.day.pack import read_pack
from tests.figures import Figures
from tests.printing import read_pdf

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(1200)]

PARTS = WHOLE if os.environ.get("LABCTL_EXAM_DAY") == "whole" else SMALL
PORT = 22850
INCIDENT = "P-07"
"""A network misses on a trunk: what the right candidate made of the switch can break."""
NAMES = {1: "Aimata Brillant", 2: "Tuterai Chang", 3: "Hereiti Deane", 4: "Manava Estall"}
SESSION = """\
schema: labctl/session/v1
id: jour
titre: "Session d'essai"
mode: formation
date: "2026-12-07"
centre: "Centre d'essai"
responsable: "Vaite Tapare"
surveillants: ["Heifara Lucas"]
salles: [demo]
parcours: {titre: {}, ccp1: {}}
candidats: jour.csv
horaires: {debut: "07:00"}
jurys:
  - {nom: J1, membres: ["Tehani Mana", "Philippe Roy"], local: "Salle 11"}
temps_jury:
  - {intitule: "Délibération", duree_min: 30, quand: apres}
plateau: {numeros_de_serie: {cle_usb: ["CLE-0001", "CLE-0002", "CLE-0003", "CLE-0004"]}}
"""
ACTS = {
    "start": "phase {exam_phase} commencée",
    "stop": "phase finie",
    "seal": "mis sous scellé",
    "unseal": "scellé ouvert",
    "incident": "incident : {text}",
}
"""What the minutes call the acts that move a candidate's day."""
BEFORE = "cahier,notices,annexe,porte,emargement,notice,depot,horaires"
AFTER = "deroule,guide-jury,pv-session,scelle,incidents"
SECRET = "nacre fenua lagon\n"  # noqa: S105  # of an archive that is thrown away


@dataclass
class Day:
    """The exam while it goes on: what the invigilator types, and what comes out."""

    command: Command
    folder: Path
    sheets: dict[tuple[int, int], Any] = field(default_factory=dict)  # by phase and bench

    @property
    def benches(self) -> str:
        return ",".join(map(str, PARTS))

    def act(self, verb: str, *words: str) -> None:
        self.command.must("session", verb, "jour", *words, "--by", "Heifara")

    def papers(self, what: str, folder: str) -> dict[str, str]:
        """Print papers; return the text of each, on one line."""
        where = self.folder / folder
        session = str(self.folder / "jour.session.yml")
        self.command.must(
            "print", self.benches, "--what", what, "--session", session, "--out", str(where)
        )
        return {
            path.stem: " ".join(read_pdf(path.read_bytes()).split()) for path in where.glob("*.pdf")
        }

    def grade(self, phase: int, benches: str) -> None:
        done = self.command.run("grade", benches, "--mode", "examen", "--json")
        assert done.returncode in (0, 3, 4), done.stderr[-3000:]
        for sheet in json.loads(done.stdout)["benches"]:
            self.sheets[phase, sheet["bench"]] = sheet

    def records(self) -> list[Mapping[str, Any]]:
        path = self.command.state / "sessions" / "jour" / "journal.jsonl"
        history = parse_chain(path.read_bytes())
        assert history.broken is None
        return list(history.records)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    (tmp_path / "jour.session.yml").write_text(SESSION)
    rows = [f"{NAMES[bench]};{part.route};{bench};J1" for bench, part in PARTS.items()]
    (tmp_path / "jour.csv").write_text("\n".join(("candidat;parcours;place;jury", *rows)) + "\n")
    (tmp_path / "secret").write_text(SECRET)
    command = Command(tmp_path / "state")
    yield Day(command, tmp_path)
    command.must("down", "--all", "--sealed")


def test_a_whole_exam_is_told_minute_by_minute(day: Day, figures: Figures) -> None:
    prepare(day)
    benches = sit_down(day)
    work(day, benches)
    end_the_phase(day, benches)
    pass_before_the_jury(day, benches)
    texts = day.papers(AFTER, "after")
    day.act("close")
    for bench, part in PARTS.items():
        check_verdicts(day, bench, part)
        check_account(benches[bench], part, texts[f"banc-{bench:02d}-deroule"])
        check_evidence(day, bench)
        check_guide(part, texts[f"banc-{bench:02d}-guide-jury"])
    check_minutes(day, texts)
    check_grid(day)
    judge_again(day)
    figures.add("candidates of an exam day", "told", len(PARTS))


def prepare(day: Day) -> None:
    """Have the session hold, the benches up, each for its route, and the ways in open."""
    session = str(day.folder / "jour.session.yml")
    assert day.command.run("session", "check", session).returncode in (0, 3)
    day.command.must("session", "open", session, "--by", "Vaite")
    routes = sorted({part.route for part in PARTS.values()})
    with ThreadPoolExecutor(len(routes)) as both:
        for done in both.map(lambda route: build(day, route), routes):
            assert done
    day.command.must("access", day.benches, "--listen", HOST, "--first-port", str(PORT))


def build(day: Day, route: str) -> str:
    same = ",".join(str(bench) for bench, part in PARTS.items() if part.route == route)
    return day.command.must("up", same, "--route", route)


def sit_down(day: Day) -> dict[int, Bench]:
    """Hand the papers out and have what must be signed, signed; a candidate knows the papers."""
    texts = day.papers(BEFORE, "pack")
    assert all(NAMES[bench] in texts["salle-emargement"] for bench in PARTS)
    assert "CLE-0002" in texts["salle-depot"]
    for document in ("emargement", "notice", "depot"):
        day.act("sign", document, day.benches)
    day.act("sign", "sujet", "1", "2")
    place = load_place("demo", None)
    found = {}
    for bench, part in PARTS.items():
        folder = day.folder / f"desk-{bench}"
        folder.mkdir()
        desk = Desk(folder, bench, read_pack(day.folder / "pack", bench))
        found[bench] = Bench(desk, place.plan(bench, part.route), day.command.state)
    return found


def work(day: Day, benches: Mapping[int, Bench]) -> None:
    """Run the first phase: everybody works, one is rescued, a cut is noted and time given back."""
    day.act("start", "1")
    with ThreadPoolExecutor(len(benches)) as room:
        works = [
            room.submit(do_all, bench, PARTS[number].gestures) for number, bench in benches.items()
        ]
        for each in works:
            each.result()
    for bench, part in PARTS.items():
        if part.rescued:
            lot, reason = part.rescued
            day.command.must(
                "rescue", str(bench), "--lot", lot, "--reason", reason, "--by", "Heifara"
            )
    day.act("pause", "2", "--reason", "câble débranché")
    day.act("resume", "2")
    day.act("incident", "2", "câble de la salle rebranché", "--minutes", "5")


def do_all(bench: Bench, gestures: tuple[Any, ...]) -> None:
    for gesture in gestures:
        gesture(bench)


def end_the_phase(day: Day, benches: Mapping[int, Bench]) -> None:
    """Stop, let who tampers try, grade, seal."""
    day.act("stop")
    for number, bench in benches.items():
        do_all(bench, PARTS[number].after)
    day.grade(1, day.benches)
    day.command.must("seal", day.benches)


def pass_before_the_jury(day: Day, benches: Mapping[int, Bench]) -> None:
    """Open the seals, and run the phase before the jury: something breaks, and is repaired."""
    seen = ",".join(str(bench) for bench, part in PARTS.items() if part.route == "titre")
    day.command.must("unseal", seen)
    day.act("start", "2", *seen.split(","))
    day.command.must("access", "1", "--listen", HOST, "--first-port", str(PORT))
    broken = day.command.json("incident", "inject", "1", "--only", INCIDENT)["benches"]["1"]
    assert broken[-1]["shown"]
    repair_the_trunk(benches[1])
    looked = day.command.json("incident", "status", "1")["benches"]["1"]
    assert set(looked[-1]["looks"][-1]["lines"].values()) == {"oui"}, looked
    day.act("stop", *seen.split(","))
    day.grade(2, seen)


def check_verdicts(day: Day, bench: int, part: Part) -> None:
    """Each verdict that the day of a candidate leads to, in the sheet of the first phase."""
    verdicts = list_verdicts(day.sheets[1, bench])
    said = {check: verdicts[check]["verdict"] for check in part.verdicts}
    other = {check: verdicts[check] for check in said if said[check] != part.verdicts[check]}
    assert not other, other
    for check, words in part.found.items():
        assert words in verdicts[check]["found"] + verdicts[check]["message"], verdicts[check]


def list_verdicts(sheet: Any) -> dict[str, Any]:
    return {
        verdict["check"]: verdict
        for competency in sheet["competencies"]
        for criterion in competency["criteria"]
        for verdict in criterion["verdicts"]
    }


def check_account(bench: Bench, part: Part, text: str) -> None:
    """What the account of a bench tells, in the order of the day, and nothing of a neighbour's."""
    names = {str(node.name): node.hostname for node in bench.plan.nodes.values()}
    told = ["session ouverte", "phase 1 commencée", "connexion du candidat depuis 127.0.0.1"]
    told += [words.format(**names) for words in part.told]
    told += ["phase finie", "relevé :", "mis sous scellé"]
    missing = [words for words in told if words not in text]
    assert missing == [], text
    order = [text.index(words) for words in (*told[:3], *told[-3:])]
    assert order == sorted(order), text
    number = bench.desk.bench
    assert NAMES[number] in text
    assert not any(NAMES[other] in text for other in PARTS if other != number)
    assert ("configuration de secours" in text) == bool(part.rescued)
    assert ("câble débranché" in text) == (number == 2)
    assert "Fiche corrigée" not in text
    assert (f"panne {INCIDENT} : symptôme observé" in text) == (number == 1)
    assert (f"panne {INCIDENT} : réparée" in text) == (number == 1)


def check_evidence(day: Day, bench: int) -> None:
    """The sheet that was handed in before the stop is in the evidence, as it was then."""
    digest = sha256(sheet_of(bench)).hexdigest()
    for journal in day.command.state.glob(f"runs/{bench:02d}/*/evidence/journal.jsonl"):
        history = parse_chain(journal.read_bytes())
        assert history.broken is None
        kept = {one["name"]: one["digest"] for one in history.records if one["kind"] == "document"}
        assert kept == {SHEET: digest}


def check_guide(part: Part, text: str) -> None:
    """The guide asks about what does not conform and what was helped, and decides nothing."""
    asked = {check for check, verdict in part.verdicts.items() if verdict != "conforme"}
    assert [check for check in asked if check not in text] == []
    assert [
        check for check, verdict in part.verdicts.items() if check not in asked and check in text
    ] == []
    assert not re.search(r"non acquis|\bscore\b|\d+ points?\b|/ ?20\b", text, re.IGNORECASE)


def check_minutes(day: Day, texts: Mapping[str, str]) -> None:
    """The minutes hold every act of the journal at its minute, by its author, and its head."""
    record = texts["salle-pv-session"]
    acts = [one for one in day.records() if one["kind"] not in ("close", "archive")]
    for one in acts:
        if one["kind"] in ACTS:
            at = f"{datetime.fromisoformat(one['at']).astimezone():%H:%M}"
            told = ACTS[one["kind"]].format(**one)
            assert re.search(rf"{at} {one['by']} [\d, -]+ {re.escape(told)}", record), (
                at,
                told,
                record,
            )
    head = day.records()[len(acts)]["prev"]
    squeezed = {name: text.replace(" ", "") for name, text in texts.items()}
    assert all(head in squeezed[name] for name in squeezed if "guide" not in name)
    assert "temps rendu : 5 min" in record
    assert "câble de la salle rebranché" in texts["salle-incidents"]


def check_grid(day: Day) -> None:
    """The grid of the jury: each candidate's facts, help said as help, no decision."""
    page = (day.command.state / "sessions/jour/grilles/jury.html").read_text()
    for bench, part in PARTS.items():
        assert NAMES[bench] in page
        for check, verdict in part.verdicts.items():
            assert re.search(rf"{verdict}\W.*{check}|{check}.*{verdict}", page), (bench, check)
    assert "incident 1" in page
    assert f"panne {INCIDENT}" in page
    assert "checked" not in page


def judge_again(day: Day) -> None:
    """Archive, open it on another state folder, judge there: the same verdicts, offline."""
    secret = str(day.folder / "secret")
    archive = day.command.json(
        "session", "archive", "jour", "--passphrase", secret, "--by", "Vaite"
    )
    other = Command(day.folder / "other")
    words = ("session", "extract", archive["file"], str(day.folder / "out"), "--passphrase", secret)
    opened = other.json(*words)
    assert (opened["head"], opened["session"]) == (archive["head"], "jour")
    assert archive["head"] in (day.command.state / "sessions/jour/grilles/jury.html").read_text()
    judged = []
    before = {sheet["evidence_head"]: list_verdicts(sheet) for sheet in day.sheets.values()}
    for run in opened["runs"]:
        if read_head(Path(run)) not in before:  # of what was seen before the power cut
            continue
        done = other.run("grade", "--from", run, "--mode", "examen", "--json")
        assert done.returncode in (0, 3, 4), done.stderr
        judged += json.loads(done.stdout)["benches"]
    again = {sheet["evidence_head"]: list_verdicts(sheet) for sheet in judged}
    for head, verdicts in before.items():
        assert {check: one["verdict"] for check, one in again[head].items()} == {
            check: one["verdict"] for check, one in verdicts.items()
        }


def read_head(run: Path) -> str:
    return parse_chain((run / "evidence/journal.jsonl").read_bytes()).head
