"""What a session opens with, from its files: seats, phases, time that is granted."""

from collections.abc import Mapping
from datetime import timedelta

from labctl.session.roster import Candidate
from labctl.session.rules import ExamDay
from labctl.session.seating import ExamPhase, Opening, Seat


def describe_opening(day: ExamDay, juries: Mapping[int, str]) -> Opening:
    """Return what a session opens with; ``juries`` are those of the benches, as planned."""
    document = day.file.document
    keep = document.day + timedelta(days=document.retention.evidence_days)
    return Opening(
        session=document.id,
        title=document.title,
        day=document.day.isoformat(),
        mode=day.file.mode,
        referential=day.referential.id,
        keep_until=keep.isoformat(),
        seats=tuple(
            Seat(one.bench, one.route, one.jury or juries.get(one.bench, ""), _phases(day, one))
            for one in sorted(day.candidates, key=lambda one: one.bench)
        ),
    )


def _phases(day: ExamDay, candidate: Candidate) -> tuple[ExamPhase, ...]:
    """Return the phases of a candidate, with the time that is granted.

    What was prepared without the jury is closed until the jury comes (RC 5: « Le poste […] n'est
    pas accessible entre la phase préparatoire et le début du passage du candidat devant le jury »).
    """
    referential = day.referential
    parts = referential.phases(referential.routes[candidate.route])
    more = day.more_time(candidate, referential.practice)
    return tuple(
        ExamPhase(
            title=part.title,
            allowed_s=part.minutes * 60 + round(part.minutes * 60 * more),
            extra_s=round(part.minutes * 60 * more),
            jury=part.jury,
            behind_seal=part.jury and not (before is None or before.jury),
        )
        for before, part in zip((None, *parts), parts, strict=False)
    )
