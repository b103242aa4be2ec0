"""What may be done in a session, and when: every rule that forbids it, said at once; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from labctl.core.errors import RuleRefused, UsageError
from labctl.core.i18n import _, about, mark, say_moment
from labctl.session.state import BenchState, State

SIGN_IN, NOTICE, SUBJECT, DEPOSIT = "emargement", "notice", "sujet", "depot"
DOCUMENTS = {
    SIGN_IN: mark("émargement"),
    NOTICE: mark("notice des dispositifs de surveillance"),
    SUBJECT: mark("ouverture du sujet, devant témoin"),
    DEPOSIT: mark("dépôt des supports amovibles et des téléphones"),
}
"""What candidates sign, by its name in the journal."""
CANDIDATE = "candidat"
"""Who does what a candidate does at the menu of their bench, in the journal."""
EACH_MUST_SIGN = (SIGN_IN, NOTICE)
"""Before the first phase (RC 5: « dispositifs dont les candidats doivent être informés »)."""

Refusal = tuple[str, str]
"""Why something is refused, and what to do."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what, on which benches, by whom; one record of the journal."""

    kind: str
    by: str
    benches: tuple[int, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)

    def to_record(self) -> tuple[str, Mapping[str, object]]:
        """Return the kind and the body of its record."""
        return self.kind, {"by": self.by, "benches": list(self.benches), **self.detail}


def choose_benches(
    state: State, kind: str, wanted: Sequence[int], now: datetime
) -> tuple[int, ...]:
    """Return the wanted benches, by default all that an act can be done on.

    Where some have used up their time, a stop is for them: who was granted more goes on.
    Raises UsageError for a bench that is none of the session's.
    """
    unknown = [bench for bench in wanted if bench not in state.benches]
    if unknown:
        raise UsageError(
            _("la session « %(session)s » n'a personne au banc %(benches)s")
            % {"session": state.opening.session, "benches": ", ".join(map(str, unknown))},
            hint=_("bancs : %(known)s") % {"known": name_benches(state.benches)},
        )
    if wanted:
        return tuple(sorted(set(wanted)))
    apt = _APT.get(kind)
    found = [(b, one.clock) for b, one in sorted(state.benches.items()) if apt is None or apt(one)]
    benches = tuple(bench for bench, _clock in found)
    if kind != "stop":
        return benches
    return tuple(b for b, clock in found if clock and clock.left_s(now) <= 0) or benches


def list_running(state: State) -> tuple[int, ...]:
    """Return the benches whose phase is going on, be it in a pause."""
    return tuple(bench for bench, one in sorted(state.benches.items()) if _has_clock(one))


def name_benches(benches: Mapping[int, object] | Sequence[int]) -> str:
    """Return bench numbers as a person writes them: ``1-3, 7``."""
    spans: list[list[int]] = []
    for bench in sorted(benches):
        if spans and bench == spans[-1][-1] + 1:
            spans[-1][1:] = [bench]
        else:
            spans.append([bench])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _has_clock(one: BenchState) -> bool:
    return one.clock is not None and not one.clock.is_stopped


def _is_paused(one: BenchState) -> bool:
    return one.clock is not None and one.clock.is_paused


_APT: Mapping[str, Callable[[BenchState], bool]] = {
    "start": lambda one: not one.absent,
    "pause": lambda one: _has_clock(one) and not _is_paused(one),
    "resume": _is_paused,
    "stop": _has_clock,
}
"""On which benches an act is done that names none."""


def check_act(state: State, act: Act) -> None:
    """Raise RuleRefused, with everything that forbids an act on any of its benches."""
    if state.closed and act.kind != "archive":
        said = _("la session « %(session)s » est close depuis le %(moment)s")
        values = {"session": state.opening.session, "moment": say_moment(state.closed)}
        raise RuleRefused(said % values, hint=_("une session close ne change plus"))
    rule = _RULES.get(act.kind)
    found = [
        (bench, refusal)
        for bench in act.benches
        if rule
        for refusal in rule(state, state.benches[bench], act)
    ]
    if not found:
        _check_whole(state, act)
        return
    by_reason: dict[str, list[int]] = {}
    for bench, (message, _hint) in found:
        by_reason.setdefault(message, []).append(bench)
    lines = [
        about(_("bancs %(benches)s") % {"benches": name_benches(benches)}, message)
        for message, benches in by_reason.items()
    ]
    raise RuleRefused("\n".join(lines), hint=found[0][1][1])


def _check_whole(state: State, act: Act) -> None:
    if act.kind == "close":
        _check_close(state, act)
    elif act.kind == "archive" and not state.closed:
        raise RuleRefused(
            _("la session n'est pas close"),
            hint=f"labctl session close {state.opening.session}",
        )
    elif act.kind not in ("close", "archive") and not act.benches:
        raise RuleRefused(_("aucun banc n'est dans l'état voulu"), hint="labctl session status")


def _check_close(state: State, act: Act) -> None:
    session = state.opening.session
    if running := list_running(state):
        raise RuleRefused(
            _("la phase en cours n'est pas finie : bancs %(benches)s")
            % {"benches": name_benches(running)},
            hint=f"labctl session stop {session}",
        )
    left = [bench for bench, one in state.benches.items() if not one.is_done]
    if left and not act.detail.get("reason"):
        raise RuleRefused(
            _("toutes les phases n'ont pas eu lieu : bancs %(benches)s")
            % {"benches": name_benches(left)},
            hint=_("--reason MOTIF : clore quand même ; le motif est au journal"),
        )


def _rule_sign(_state: State, one: BenchState, act: Act) -> Iterator[Refusal]:
    document = str(act.detail["document"])
    if document in one.signed and not one.absent:  # who was noted absent by mistake signs again
        said = _("%(document)s : signé le %(moment)s")
        moment = say_moment(one.signed[document])
        yield said % {"document": _(DOCUMENTS[document]), "moment": moment}, ""


def _rule_absent(_state: State, one: BenchState, _act: Act) -> Iterator[Refusal]:
    if one.absent:
        yield _("absent, noté le %(moment)s") % {"moment": say_moment(one.absent)}, ""
    elif one.clocks:
        hint = _("un candidat qui s'en va : arrêtez sa phase, et notez un incident")
        yield _("une phase a commencé"), hint


def _rule_start(state: State, one: BenchState, act: Act) -> Iterator[Refusal]:
    number = int(str(act.detail["exam_phase"]))
    session = state.opening.session
    if one.absent:
        hint = f"labctl session sign {session} {SIGN_IN} {one.seat.bench}"
        yield _("absent, noté le %(moment)s") % {"moment": say_moment(one.absent)}, hint
    elif not 1 <= number <= len(one.seat.phases):
        said = _("le parcours %(route)s a %(count)d phase(s), pas de phase %(number)d")
        values = {"route": one.seat.route, "count": len(one.seat.phases), "number": number}
        yield said % values, ""
    elif number <= one.exam_phase:
        said = _("la phase %(number)d a commencé le %(moment)s")
        moment = say_moment(one.clocks[number - 1].started.isoformat())
        yield said % {"number": number, "moment": moment}, _("une phase n'a lieu qu'une fois")
    elif number > one.exam_phase + 1:
        said = _("la phase %(number)d n'a pas eu lieu") % {"number": number - 1}
        yield said, f"labctl session start {session} {number - 1} {one.seat.bench}"
    elif _has_clock(one):
        said = _("la phase %(number)d n'est pas finie") % {"number": one.exam_phase}
        yield said, f"labctl session stop {session} {one.seat.bench}"
    elif state.opening.is_exam:
        yield from _find_unsigned(state, one)
        yield from _find_unsealed(one)


def _find_unsigned(state: State, one: BenchState) -> Iterator[Refusal]:
    """Yield what must be signed before the first phase, and is not recorded as signed."""
    for document in EACH_MUST_SIGN:
        if document not in one.signed:
            said = _("pas signé : %(document)s") % {"document": _(DOCUMENTS[document])}
            hint = f"labctl session sign {state.opening.session} {document} {one.seat.bench}"
            yield said, hint
    if not has_witness(state, one.seat.route):
        said = _("le sujet du parcours %(route)s n'a pas été ouvert devant un candidat témoin")
        hint = f"labctl session sign {state.opening.session} {SUBJECT} {one.seat.bench}"
        yield said % {"route": one.seat.route}, hint


def has_witness(state: State, route: str) -> bool:
    """Tell whether a candidate of a route saw its subject being opened."""
    return any(SUBJECT in one.signed for one in state.benches.values() if one.seat.route == route)


def _find_unsealed(one: BenchState) -> Iterator[Refusal]:
    phase, bench = one.next_phase, one.seat.bench
    if phase is None or not phase.behind_seal:
        return
    if one.seal is None:
        said = _("le poste n'a pas été mis sous scellé depuis la fin de la phase %(number)d")
        yield said % {"number": one.exam_phase}, f"labctl seal {bench}"
    elif not one.seal.opened:
        yield _("le poste est sous scellé"), f"labctl unseal {bench}"


def _rule_pause(_state: State, one: BenchState, _act: Act) -> Iterator[Refusal]:
    if not _has_clock(one):
        yield _("aucune phase n'est en cours"), ""
    elif _is_paused(one):
        yield _("déjà en pause"), ""


def _rule_resume(state: State, one: BenchState, act: Act) -> Iterator[Refusal]:
    clock = one.clock
    if clock is None:
        yield _("aucune phase n'a commencé"), f"labctl session start {state.opening.session} 1"
    elif clock.is_stopped and one.seal is not None:
        yield _("la phase est finie, et le poste a été mis sous scellé"), ""
    elif clock.is_stopped and not act.detail.get("reason"):
        hint = _("--reason MOTIF : la reprendre quand même ; le motif est au journal")
        yield _("la phase est finie"), hint
    elif not clock.is_stopped and not clock.is_paused:
        yield _("pas en pause"), ""


def _rule_stop(_state: State, one: BenchState, _act: Act) -> Iterator[Refusal]:
    if not _has_clock(one):
        yield _("aucune phase n'est en cours"), ""


def _rule_incident(_state: State, one: BenchState, act: Act) -> Iterator[Refusal]:
    if act.detail["given_s"] and not _has_clock(one):
        hint = _("sans --minutes : l'incident est noté, aucun temps n'est rendu")
        yield _("aucune phase n'est en cours : il n'y a pas de temps à rendre"), hint


def _rule_seal(state: State, one: BenchState, _act: Act) -> Iterator[Refusal]:
    if _has_clock(one):
        said = _("la phase %(number)d n'est pas finie") % {"number": one.exam_phase}
        yield said, f"labctl session stop {state.opening.session} {one.seat.bench}"


def _rule_unseal(_state: State, one: BenchState, _act: Act) -> Iterator[Refusal]:
    if one.seal is None or one.seal.opened:
        yield _("le poste n'est pas sous scellé"), f"labctl seal {one.seat.bench}"


_RULES: Mapping[str, Callable[[State, BenchState, Act], Iterator[Refusal]]] = {
    "sign": _rule_sign,
    "absent": _rule_absent,
    "start": _rule_start,
    "pause": _rule_pause,
    "resume": _rule_resume,
    "stop": _rule_stop,
    "incident": _rule_incident,
    "seal": _rule_seal,
    "unseal": _rule_unseal,
}
