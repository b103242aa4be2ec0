"""The printer over IPP (RFC 8011)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.printing.demand import Printing
from checks.printing.facts.ipp import (
    GET_JOBS,
    GET_PRINTER_ATTRIBUTES,
    JOB,
    PRINTER,
    Group,
    parse_response,
    render_request,
)
from labctl.api import (
    Answer,
    NotUnderstood,
    Outcome,
    Plan,
    Probe,
    Question,
    Results,
    _,
    card_of,
    outcome_of,
    payload_of,
    results_of,
    try_from,
)


@dataclass(frozen=True, slots=True)
class PrinterState:
    """State of the print queue, asked at its address from its own segment.

    ``segment_works``: the gateway of that segment answers ARP; a silent printer is then really
    silent, and may still be asking for its address.
    """

    answers: bool
    state: int  # printer-state: 3 idle, 4 processing, 5 stopped; 0 unknown
    reasons: tuple[str, ...]  # printer-state-reasons that keep it from printing
    completed_jobs: tuple[str, ...]  # job names, or « n° 1 » where the printer forgot it
    segment_works: bool = True


IPP_PORT = 631
SETTLE_S = 6.0
COMPLETED = 9  # job-state
PROCESSING = 4  # printer-state
HTTP_OK = 200


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for its state and finished jobs on each path a queue may be at."""
    segment = plan.segment_of(plan.demand(Printing).on)
    gateway = str(plan.segments[segment].gateway)
    arp: dict[str, object] = {
        "kind": "arp",
        "interface": card_of(plan, segment),
        "hosts": (gateway,),
    }
    trials = [_trial(plan, path, request) for path in _paths(plan) for request in _requests()]
    return (try_from(plan, segment, [arp, *trials]),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> PrinterState:
    """Read the first path that answers; a silent printer is a fact."""
    arp, *results = results_of(answers[0])
    macs = arp.get("macs")
    works = isinstance(macs, dict) and any(macs.values())
    silent = PrinterState(
        answers=False, state=0, reasons=(), completed_jobs=(), segment_works=works
    )
    if all(outcome_of(result) is not Outcome.OPEN for result in results):
        return silent
    printer, jobs = _first_understood(tuple(results))
    reasons = filter(_prevents, printer.texts("printer-state-reasons"))
    return PrinterState(
        answers=True,
        state=printer.number("printer-state"),
        reasons=tuple(sorted(reasons)),
        completed_jobs=tuple(
            next(iter(job.texts("job-name")), f"n° {job.number('job-id')}")
            for job in jobs
            if job.number("job-state") == COMPLETED
        ),
        segment_works=works,
    )


def is_settled(_plan: Plan, fact: PrinterState) -> bool:
    """Tell whether the printer answers and prints nothing, or its segment does not work yet."""
    is_printing = fact.state == PROCESSING and not fact.completed_jobs
    return (fact.answers and not is_printing) or not fact.segment_works


def _prevents(reason: str) -> bool:
    """Tell whether a reason is an error: a report or a warning keeps no job from completing.

    RFC 8011, 5.4.12: a reason without a suffix is an error too.
    """
    return reason != "none" and not reason.endswith(("-report", "-warning"))


def _paths(plan: Plan) -> tuple[str, ...]:
    return ("/ipp/print", f"/printers/{plan.demand(Printing).queue}")


def _requests() -> tuple[tuple[int, tuple[str, ...], dict[str, str]], ...]:
    return (
        (GET_PRINTER_ATTRIBUTES, ("printer-state", "printer-state-reasons"), {}),
        (GET_JOBS, ("job-id", "job-name", "job-state"), {"which_jobs": "completed"}),
    )


def _trial(
    plan: Plan, path: str, request: tuple[int, tuple[str, ...], dict[str, str]]
) -> dict[str, object]:
    operation, wanted, keywords = request
    host = str(plan.address_of(plan.demand(Printing).on))
    message = render_request(operation, f"ipp://{host}:{IPP_PORT}{path}", wanted, **keywords)
    return {
        "kind": "http",
        "host": host,
        "port": IPP_PORT,
        "method": "POST",
        "path": path,
        "type": "application/ipp",
        "payload": message.hex(),
    }


def _first_understood(results: Results) -> tuple[Group, tuple[Group, ...]]:
    """Return the printer and its jobs, from the path that knows a printer."""
    problem = NotUnderstood(_("le port de l'imprimante répond, et pas en IPP"))
    for state, jobs in zip(results[::2], results[1::2], strict=True):
        try:
            printers = _groups(state, PRINTER)
            if printers:
                return printers[0], _groups(jobs, JOB)
        except NotUnderstood as exc:
            problem = exc
    raise problem


def _groups(result: Mapping[str, Any], tag: int) -> tuple[Group, ...]:
    if result.get("status") != HTTP_OK:
        raise NotUnderstood(
            _("l'imprimante répond l'état HTTP %(status)s") % {"status": result.get("status")}
        )
    return tuple(group for group in parse_response(payload_of(result)) if group.tag == tag)


PROBE = Probe(PrinterState, ask, parse, settle_s=SETTLE_S, is_settled=is_settled)
