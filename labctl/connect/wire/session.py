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

Everything asked of one probe is tried at once, by one thread in its namespace: it lasts as long as
the longest trial, not as their sum. When the probe itself was kept waiting, what rests on silence
is tried again, and in the end not known.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from labctl.connect.base import Answer, Question, Vantage
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.connect.vantage import run_from
from labctl.connect.wire.lag import Lag, rests_on_silence
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
    answers: dict[int, Answer] = {}
    left = list(range(len(questions)))
    lag, most_s = Lag(), LAG_S * deadline.patience
    with Air(deadline.patience) as air:
        for attempt in range(1, ATTEMPTS + 1):
            async with Lag() as lag:
                heard = await asyncio.gather(*(_ask(air, questions[at], deadline) for at in left))
            for at, answer in zip(left, heard, strict=True):
                answers[at] = replace(answer, attempts=attempt)
            left = [at for at in left if lag.worst_s > most_s and rests_on_silence(answers[at])]
            if not left:
                break
        for at in left:
            late = _("la sonde était elle-même en retard de %(lag).1f s") % {"lag": lag.worst_s}
            answers[at] = replace(answers[at], trouble=Unobserved(Reason.TIMEOUT, late))
    return tuple(answers[at] for at in range(len(questions)))


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
    output = json.dumps({"results": results}, sort_keys=True).encode()
    if len(output) > question.cap_bytes:
        much = Unobserved(Reason.OUTPUT_LIMIT, _("la machine envoie plus que permis"))
        return replace(answer, trouble=much, elapsed_s=watch.elapsed_s())
    return replace(answer, output=output, elapsed_s=watch.elapsed_s())
