"""Packets sent from labctl's probe in a segment: what is open, who answers, what is offered.

The body of a question is ``{"trials": [{"kind": …}, …]}``, its answer ``{"results": [{…}, …]}``,
in the same order. Bytes are written in hexadecimal. Outcomes are ``open``, ``refused`` (something
said no), ``prohibited`` (ICMP: a filter said no), ``silent``, ``unroutable``, ``error`` (with
``detail``: the probe itself failed). Kinds, and what optional keys are there:

``link`` interface → ``{"up", "address"}``, address empty when there is none
``icmp`` host → ``{"outcome"}``
``tcp`` host, port → ``{"outcome"}``
``udp`` host, port, payload → ``{"outcome", "payload"}``
``http`` host, port, path, [name, tls, method, type, payload, nonce] →
    ``{"outcome", "status", "headers", "payload", "nonce"}``; status 0: no HTTP came back;
    ``nonce`` true puts a random word, given back, at the end of the path
``arp`` interface, hosts → ``{"macs": {host: [mac, …]}}``
``dhcp`` interface, [patient] → ``{"offers": [BOOTP message, …]}``; ``patient`` true: the DISCOVER
    is sent again for as long as RFC 2131 tells a client to, and ``"waited": true`` says so
``scan`` interface, network, except, tcp, udp (port → payload) →
    ``{"hosts": {host: {"mac", "tcp": {port: outcome}, "udp": {port: outcome}}},
    "left_out": how many more answered and were not tried}``

All trials of one probe run at once, in one thread in its namespace: the visit lasts as long as the
longest trial, not their sum. A trial that heard nothing is retried once when the others are done,
offers aside: a network may stand still for a second or two. A DISCOVER is not retried, since it was
sent several times. When the probe itself ran late, every result that rests on a silence is retried;
if the probe stays late, the result is unknown.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from labctl.connect.base import Answer, Question, Vantage
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.connect.vantage import run_from
from labctl.connect.wire.lag import Lag, list_briefly_silent, list_silent
from labctl.connect.wire.trials import Air, run_trial
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

LAG_S = 0.6
"""A probe that was kept waiting longer tries again what it heard no answer to."""
ATTEMPTS = 3


def open_wire(vantage: Vantage) -> "WireSession":
    """Return a session on the probe whose namespace is given."""
    return WireSession(vantage)


class WireSession:
    """One visit to one of labctl's probes."""

    def __init__(self, vantage: Vantage) -> None:
        self._vantage = vantage

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Try everything at once; one answer per question, in order, never an exception."""
        if not questions:
            return ()
        try:
            return run_from(self._vantage, lambda: asyncio.run(_ask_all(questions, deadline)))
        except ConnectError as exc:
            return refuse(questions, explain(exc))
        except OSError as exc:  # no descriptor left, no raw socket allowed
            why = _("la sonde ne peut pas émettre : %(why)s") % {"why": exc.strerror or exc}
            return refuse(questions, Unobserved(Reason.PROTOCOL, why))

    def close(self) -> None:
        """Do nothing: sockets live as long as a trial."""


async def _ask_all(questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
    """Ask everything; who waits for offers holds up no second try of the others."""
    groups: dict[bool, list[int]] = {}
    for at, question in enumerate(questions):
        groups.setdefault(_discovers(question), []).append(at)
    with Air(deadline.patience) as air:
        asked = ([questions[at] for at in group] for group in groups.values())
        heard = await asyncio.gather(*(_ask_until_sure(air, each, deadline) for each in asked))
    answers: dict[int, Answer] = {}
    for group, found in zip(groups.values(), heard, strict=True):
        answers.update(zip(group, found, strict=True))
    return tuple(answers[at] for at in range(len(questions)))


def _discovers(question: Question) -> bool:
    trials = cast("Sequence[Mapping[str, object]]", question.body["trials"])
    return any(trial.get("kind") == "dhcp" for trial in trials)


async def _ask_until_sure(
    air: Air, questions: Sequence[Question], deadline: Deadline
) -> list[Answer]:
    late_s = LAG_S * deadline.patience
    async with Lag() as lag:
        answers = await asyncio.gather(*(_ask(air, one, deadline) for one in questions))
    left = _list_left(answers, is_late=lag.worst_s > late_s)
    for _attempt in range(1, ATTEMPTS):
        if not left:
            break
        async with Lag() as lag:
            again = (_ask_again(air, answers[at], left[at], deadline) for at in left)
            heard = await asyncio.gather(*again)
        for at, answer in zip(left, heard, strict=True):
            answers[at] = answer
        is_late = lag.worst_s > late_s
        left = {at: silent for at in left if is_late and (silent := list_silent(answers[at]))}
    for at in left:
        late = _("la sonde était elle-même en retard de %(lag).1f s") % {"lag": lag.worst_s}
        answers[at] = replace(answers[at], trouble=Unobserved(Reason.TIMEOUT, late))
    return answers


def _list_left(answers: Sequence[Answer], *, is_late: bool) -> dict[int, list[int]]:
    """Return the trials of each answer that heard nothing and must be tried again."""
    search = list_silent if is_late else list_briefly_silent
    return {at: silent for at, answer in enumerate(answers) if (silent := search(answer))}


async def _ask(air: Air, question: Question, deadline: Deadline) -> Answer:
    trials = cast("Sequence[Mapping[str, object]]", question.body["trials"])
    watch = Stopwatch()
    answer = Answer(question, b"", None, None, watch.started_at, 0.0)
    left = deadline.within(question.timeout_s).remaining_s()
    try:
        async with asyncio.timeout(left):
            results = await asyncio.gather(*(run_trial(air, trial) for trial in trials))
    except TimeoutError:
        late = Unobserved(Reason.TIMEOUT, _("la sonde n’a pas fini à temps"))
        return replace(answer, trouble=late, elapsed_s=watch.elapsed_s())
    return _fill(replace(answer, elapsed_s=watch.elapsed_s()), results)


async def _ask_again(air: Air, before: Answer, silent: Sequence[int], deadline: Deadline) -> Answer:
    """Try what heard nothing once more; what was heard the first time stays."""
    trials = cast("Sequence[object]", before.question.body["trials"])
    body: dict[str, object] = {"trials": [trials[at] for at in silent]}
    heard = await _ask(air, replace(before.question, body=body), deadline)
    if heard.trouble is not None and heard.trouble.reason is Reason.TIMEOUT:
        answer = before
    elif before.trouble is not None or heard.trouble is not None:
        answer = replace(heard, question=before.question)
    else:
        results = json.loads(before.output)["results"]
        for at, result in zip(silent, json.loads(heard.output)["results"], strict=True):
            results[at] = result
        answer = _fill(replace(before, elapsed_s=before.elapsed_s + heard.elapsed_s), results)
    earlier = (*before.earlier, replace(before, earlier=()))
    return replace(answer, attempts=before.attempts + 1, earlier=earlier)


def _fill(answer: Answer, results: Sequence[object]) -> Answer:
    output = json.dumps({"results": results}, sort_keys=True).encode()
    if len(output) > answer.question.cap_bytes:
        much = Unobserved(Reason.OUTPUT_LIMIT, _("la machine envoie plus que permis"))
        return replace(answer, output=b"", trouble=much)
    return replace(answer, output=output)
