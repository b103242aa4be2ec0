"""The grille as people read and print it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labctl.core import i18n
from labctl.core.exhibit import Dossier
from labctl.core.verdict import Verdict
from labctl.grade.model import GradeSheet, Mode
from labctl.reports.html import write_proofs
from labctl.reports.registry import load
from tests.runs import SOLVED
from tests.sheets import make_dossier, make_sheet


def write(sheet: GradeSheet, folder: Path) -> str:
    (path,) = load("html").write([sheet], folder)
    return path.read_text(encoding="utf-8")


def change(verdict: Verdict, **changes: Any) -> GradeSheet:
    """Return a sheet in which the check that has a verdict says something else."""
    sheet = make_sheet()
    (competency,) = sheet.competencies
    alone, seen = competency.criteria
    verdicts = tuple(
        replace(one, **changes) if one.verdict is verdict else one for one in seen.verdicts
    )
    criteria = (alone, replace(seen, verdicts=verdicts))
    return replace(sheet, competencies=(replace(competency, criteria=criteria),))


def row(page: str, verdict: Verdict) -> str:
    """Return what the grille says of the check that has a verdict."""
    number = tuple(Verdict).index(verdict) + 1
    check = f"K-{number:03d}"
    found = re.search(rf'<tr>\n<td class="id" id="{check}">{check}</td>.*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_every_page_on_paper_has_its_number_and_its_bench(tmp_path: Path) -> None:
    page = write(make_sheet(), tmp_path)

    assert '@bottom-left { content: "Banc 07 · efefefefefefefef"; }' in page
    assert "@bottom-right { content:counter(page)" in page


def test_a_page_says_the_language_that_it_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for language in ("fr", "en", "fr"):
        monkeypatch.setenv(i18n.VARIABLE, language)
        said += re.findall('<html lang="(..)">', write(make_sheet(), tmp_path))

    assert said == ["fr", "en", "fr"]


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "01/01/2026 à 00:00 UTC"), ("en", "2026-01-01 00:00 UTC")]
)
def test_the_moment_is_written_as_people_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv(i18n.VARIABLE, language)

    assert f"<dd>{said}</dd>" in write(make_sheet(), tmp_path)


@pytest.mark.parametrize("text", ["hier", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_is_left_alone(tmp_path: Path, text: str) -> None:
    assert f"<dd>{text}</dd>" in write(replace(make_sheet(), collected_at=text), tmp_path)


def test_a_check_that_conforms_says_what_was_found_beside_its_label(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="VLAN 10"), tmp_path), Verdict.CONFORM)

    assert '<span>Contrôle 1</span><span class="detail">VLAN 10</span>' in said
    assert said.count("VLAN 10") == 1


def test_a_failure_is_told_once(tmp_path: Path) -> None:
    sheet = change(
        Verdict.NON_CONFORM,
        message="VLAN 10 : attendu ADMIN, trouvé rien ; Firefox n'est pas installé",
        expected="VLAN 10 : ADMIN ; Firefox installé : oui",
        found="VLAN 10 : rien ; Firefox installé : non",
    )

    said = row(write(sheet, tmp_path), Verdict.NON_CONFORM)

    assert [said.count(word) for word in ("ADMIN", "Firefox", "<b>")] == [1, 1, 0]


def test_what_the_message_does_not_tell_is_told(tmp_path: Path) -> None:
    sheet = change(
        Verdict.NON_CONFORM,
        message="la carte n'a pas d'adresse",
        expected="10.21.30.0/24",
        found="",
    )

    said = row(write(sheet, tmp_path), Verdict.NON_CONFORM)

    assert "<b>attendu\u00a0:</b> 10.21.30.0/24" in said
    assert "constaté" not in said


def test_a_value_inside_another_is_not_told(tmp_path: Path) -> None:
    sheet = change(Verdict.NON_CONFORM, message="10.0.0.11", expected="10.0.0.1", found="")

    assert "<b>attendu\u00a0:</b> 10.0.0.1<" in row(write(sheet, tmp_path), Verdict.NON_CONFORM)


def test_what_blocks_is_named_with_its_label(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="bloqué par K-001"), tmp_path), Verdict.BLOCKED)

    assert "bloqué par\u00a0: <a" in said
    assert re.sub("<[^>]*>", "", said).count("K-001 Contrôle 1") == 1
    assert said.count("bloqué par") == 1


def test_a_blocker_that_is_not_printed_has_no_link(tmp_path: Path) -> None:
    sheet = change(Verdict.BLOCKED, blocked_by=("K-099",))

    page = write(sheet, tmp_path)

    assert '<span class="check">K-099</span>' in row(page, Verdict.BLOCKED)
    assert '<li><a class="check" href="#K-004">' in page  # nothing printed stands for it


def test_the_first_page_has_a_line_for_each_criterion(tmp_path: Path) -> None:
    lines = re.findall(r"<tr><td class=.num.>.*?</tr>", write(make_sheet(), tmp_path), re.DOTALL)

    said = [re.sub("<[^>]*>", " ", line).split() for line in lines]
    assert said == [
        ["5.1", "Critère", "vu", "par", "le", "jury", "seul.", "jury", "seul"],
        ["5.2", "Critère", "constaté.", *"11111", "K-001", "K-002", "K-003"],
    ]


def test_a_criterion_that_is_only_blocked_says_by_what(tmp_path: Path) -> None:
    sheet = change(Verdict.BLOCKED, blocked_by=("K-099",))
    (competency,) = sheet.competencies
    blocked = competency.criteria[1].verdicts[3]
    elsewhere = replace(competency.criteria[1], id="5.3", verdicts=(blocked,))
    criteria = (*competency.criteria, elsewhere)
    page = write(replace(sheet, competencies=(replace(competency, criteria=criteria),)), tmp_path)

    line = page.partition('<td class="num">5.3</td>')[2].partition("</tr>")[0]
    assert "bloqué par\u00a0: " in line
    assert "K-099" in line


def test_what_to_ask_about_is_listed_with_what_it_blocks(tmp_path: Path) -> None:
    sheet = change(Verdict.BLOCKED, blocked_by=("K-002",))

    items = re.findall("<li><a.*?</li>", write(sheet, tmp_path), re.DOTALL)

    said = [" ".join(re.sub("<[^>]*>", " ", item).split()) for item in items]
    assert said == [
        "K-001 △ Contrôle 1 (aidé)",
        "K-002 ✗ Contrôle 2 bloque K-004",
        "K-003 ? Contrôle 3",
    ]


def test_on_a_solved_bench_what_conforms_is_not_asked_about(tmp_path: Path) -> None:
    sheet = make_sheet()
    solved = replace(sheet, provenance=replace(sheet.provenance, helps=(SOLVED,)))

    items = re.findall("<li><a.*?</li>", write(solved, tmp_path), re.DOTALL)

    assert [re.sub("<[^>]*>", " ", item).split()[0] for item in items] == ["K-002", "K-003"]


def test_what_conforms_after_help_is_counted_apart_in_the_synthesis(tmp_path: Path) -> None:
    alone = change(Verdict.CONFORM, assisted=False)

    helped, unhelped = (write(sheet, tmp_path) for sheet in (make_sheet(), alone))

    assert '<th class="few" title="aidé">△</th>' in helped
    assert "△" not in unhelped


def test_nothing_to_ask_about_is_said(tmp_path: Path) -> None:
    (competency,) = make_sheet().competencies
    silent = replace(competency, criteria=competency.criteria[:1])

    page = write(replace(make_sheet(), competencies=(silent,)), tmp_path)

    assert "tout ce que la machine a observé est conforme" in page


def test_a_number_leads_to_its_evidence(tmp_path: Path) -> None:
    sheet = make_sheet()
    page = write(sheet, tmp_path)
    proofs = write_proofs(sheet, make_dossier(), tmp_path)

    assert f'<a href="{proofs.name}#e3">#3</a>' in row(page, Verdict.CONFORM)
    said = proofs.read_text(encoding="utf-8")
    assert 'id="e3"' in said
    assert "<pre>l&#39;horloge</pre>" in said
    assert "01/01/2026 à 00:00 UTC" in said


def test_more_evidence_than_is_named_leads_to_all_of_it(tmp_path: Path) -> None:
    proof = make_sheet().competencies[0].criteria[1].verdicts[0].evidence[0]
    many = tuple(replace(proof, seq=seq) for seq in range(6))
    sheet = change(Verdict.CONFORM, evidence=many)

    assert 'href="banc-07-preuves.html#K-001">+2</a>' in row(
        write(sheet, tmp_path), Verdict.CONFORM
    )
    said = write_proofs(sheet, make_dossier(), tmp_path).read_text(encoding="utf-8")
    assert 'id="K-001"' in said
    assert [f'id="e{seq}"' in said for seq in range(6)] == [True] * 6


@pytest.mark.parametrize(
    ("dossier", "said"),
    [
        (make_dossier(answer=None), "la réponse enregistrée est perdue"),
        (make_dossier(answer=""), "réponse vide"),
        (make_dossier(is_cut=True), "coupé ici\u00a0; la suite\u00a0:</p>"),
        (make_dossier(trouble="pas répondu"), "pas répondu"),
        (make_dossier(body="select 1"), '<pre class="question">select 1</pre>'),
        (replace(make_dossier(), exhibits={}), "cette preuve est introuvable"),
        (replace(make_dossier(), broken="l’enregistrement 2 a été modifié"), "l’enregistrement 2"),
        (replace(make_dossier(), head="ab" * 32), "les empreintes diffèrent"),
    ],
)
def test_evidence_that_does_not_hold_is_said(tmp_path: Path, dossier: Dossier, said: str) -> None:
    page = write_proofs(make_sheet(), dossier, tmp_path).read_text(encoding="utf-8")
    assert said.replace("</p>", "") in page


def test_the_points_of_a_competency_are_in_its_own_heading(tmp_path: Path) -> None:
    page = write(make_sheet(Mode.TRAINING), tmp_path)

    heading = re.search(r"<h2><span>5\..*?</h2>", page, re.DOTALL)
    assert heading is not None
    assert "4,2 / 10,0 (+ 2,0 en attente)" in heading[0]


def test_the_decision_names_its_competency(tmp_path: Path) -> None:
    assert '<div class="decision"><b>Compétence 5</b>' in write(make_sheet(), tmp_path)


def test_no_line_begins_with_a_sign_of_french(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="port 5 : « poste »"), tmp_path), Verdict.NON_CONFORM)

    assert "port 5\u00a0: «\u00a0poste\u00a0»" in said


def test_a_fact_of_many_lines_is_one(tmp_path: Path) -> None:
    said = row(write(make_sheet(text="a\n" * 5000), tmp_path), Verdict.NON_CONFORM)

    assert said.count("a " * 300 + " […]</div>") == 1  # expected and found are in the message


def test_the_mode_is_said_in_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "en")

    assert "<dd>exam</dd>" in write(make_sheet(), tmp_path)


def test_the_room_counts_each_verdict_of_a_criterion(tmp_path: Path) -> None:
    *_pages, room = load("html").write([make_sheet(), make_sheet(bench=8)], tmp_path)

    assert room.read_text(encoding="utf-8").count("<td>1△ 1✗ 1? 1⊘ 1–</td>") == 2
