"""Grade sheets for tests of reports: every verdict, one hostile text everywhere it can be."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from labctl.core.exhibit import Dossier, Exhibit
from labctl.core.incident import Told
from labctl.core.verdict import CheckVerdict, EvidenceRef, Reason, Verdict
from labctl.grade.model import (
    SCHEMA,
    CompetencySheet,
    CriterionSheet,
    GradeSheet,
    HintSheet,
    IncidentSheet,
    LineSheet,
    Mode,
    Points,
    WindowSheet,
)
from labctl.spec.incident import LineName


def make_sheet(mode: Mode = Mode.EXAM, *, bench: int = 7, text: str = "texte") -> GradeSheet:
    """Return a sheet whose facts and names all carry the given text."""
    points = Points(Decimal(10), Decimal("4.25"), Decimal(2)) if mode is Mode.TRAINING else None
    proof = (EvidenceRef(text, text, "2026-01-01T00:00:00Z", 3, "ab" * 32),)
    verdicts = tuple(
        CheckVerdict(
            f"K-{number:03d}",
            "5.2",
            f"Contrôle {number}",
            2,
            verdict,
            reason=Reason.TIMEOUT if verdict is Verdict.UNVERIFIABLE else None,
            message=text,
            expected=text,
            found=text,
            earned=Decimal("0.5"),
            assisted=number == 1,
            blocked_by=("K-001",) if verdict is Verdict.BLOCKED else (),
            evidence=proof,
        )
        for number, verdict in enumerate(Verdict, start=1)
    )
    criteria = (
        CriterionSheet("5.1", "Critère vu par le jury seul.", (), points),
        CriterionSheet("5.2", "Critère constaté.", verdicts, points),
    )
    competency = CompetencySheet(5, "Intervenir", ("MSP", "ET"), criteria, points)
    return GradeSheet(
        SCHEMA,
        mode,
        "titre",
        bench,
        "A",
        text,
        text,
        text,
        "namespace",
        "2026-01-01T00:00:00Z",
        "cd" * 32,
        "ef" * 32,
        {verdict.value: 1 for verdict in Verdict},
        (competency,),
    )


def make_incident(mode: Mode = Mode.EXAM, text: str = "texte", **changes: Any) -> IncidentSheet:
    """Return an incident that was only worked around, and that a hint was taken for."""
    points = Points(Decimal(10), Decimal(0), Decimal(0)) if mode is Mode.TRAINING else None
    lines = (
        LineSheet(LineName.SYMPTOM, Told.YES),
        LineSheet(LineName.CAUSE, Told.NO, (text,)),
        LineSheet(LineName.INTACT, Told.NO, (f"K-058 : {text}", f"K-061 : {text}")),
        LineSheet(LineName.SECURE, Told.UNKNOWN, (text,)),
    )
    made = IncidentSheet(
        ticket=1,
        id="P-07",
        title=text,
        criteria=("5.1", "5.2"),
        begun="2026-01-01T10:00:00Z",
        shown="2026-01-01T10:01:00Z",
        repaired="",
        undone="",
        helped="",
        looked="2026-01-01T10:20:00Z",
        lines=lines,
        is_workaround=True,
        lasting=LineSheet(LineName.LASTING, Told.NO, (text,)),
        windows=(
            WindowSheet("2026-01-01T10:02:00Z", "PC-01"),
            WindowSheet("2026-01-01T10:09:00Z", "SW-01"),
        ),
        hints=(HintSheet(text, 2 if mode is Mode.TRAINING else 0),),
        points=points,
    )
    return replace(made, **changes)


def make_dossier(**changes: Any) -> Dossier:
    """Return the answer that the verdicts of ``make_sheet`` come from."""
    exhibit = Exhibit(
        seq=3,
        node="poste",
        transport="ssh",
        question="/bin/date",
        body="",
        at="2026-01-01T00:00:00Z",
        elapsed_s=0.1,
        exit_code=0,
        trouble="",
        digest="ab" * 32,
        size=9,
        answer="l'horloge",
        is_cut=False,
    )
    return Dossier("20260101T000000.000000Z", "ef" * 32, {3: replace(exhibit, **changes)}, "")
