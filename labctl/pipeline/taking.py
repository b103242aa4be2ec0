"""Deeds are done on the machines of a bench: by this labctl, or by the one beside the bench.

Which they are, what is kept of it and what it is for is known here alone: the labctl beside a
bench is told what to do on which machine, and says what came of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from labctl.configure.deeds import Deed, Done, Hands
from labctl.configure.faults import OwnHands, Ways, open_hands
from labctl.configure.files import Original
from labctl.connect.base import Endpoints
from labctl.core.deadline import Deadline
from labctl.core.errors import InfrastructureError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.pipeline.order import Order
from labctl.pipeline.remote import Refused, ask_beside
from labctl.pipeline.shelf import fill_shelf
from labctl.plan.model import Plan
from labctl.providers.parts import load_observer

Parts = Sequence[Sequence[Deed]]
"""Deeds; those of a part are done one after another, parts at once."""


def do_parts(plan: Plan, parts: Parts, limit: Deadline, report: Report) -> None:
    """Do deeds on a bench; InfrastructureError at the first of a part that fails."""
    for done in _have_done(plan, parts, limit, report, goes_on=False):
        for one in done:
            one.require()


def try_parts(plan: Plan, parts: Parts, limit: Deadline, report: Report) -> tuple[str, ...]:
    """Do all deeds on a bench, also after one that failed; return what is said of those."""
    done = _have_done(plan, parts, limit, report, goes_on=True)
    return tuple(one.trouble for part in done for one in part if one.trouble)


@contextmanager
def lend_hands(plan: Plan, limit: Deadline, report: Report) -> Iterator[Hands]:
    """Give what does deeds on a bench, where this labctl reaches it or from beside it."""
    observer = load_observer(plan.provider)
    if observer.serve_argv(plan):
        yield FarHands(plan, limit, report)
    else:
        with open_hands(observer.endpoints(plan), limit) as hands:
            yield hands


@dataclass(slots=True)
class FarHands:
    """Has deeds done by the labctl beside a bench: each call is an order of its own."""

    plan: Plan
    deadline: Deadline
    report: Report

    def do(self, deeds: Sequence[Deed]) -> tuple[Original | None, ...]:
        """Do one deed after another; InfrastructureError, from its cause, at the first failure."""
        return tuple(one.require() for one in self._have_done(deeds, goes_on=False))

    def try_all(self, deeds: Sequence[Deed]) -> tuple[str, ...]:
        """Do all of them, also after one that failed; return what is said of those that did."""
        return tuple(one.trouble for one in self._have_done(deeds, goes_on=True) if one.trouble)

    def _have_done(self, deeds: Sequence[Deed], *, goes_on: bool) -> Sequence[Done]:
        done = _have_done(self.plan, [deeds], self.deadline, self.report, goes_on=goes_on)
        return done[0] if done else ()


def take_on(order: Order, _report: Report) -> tuple[tuple[Done, ...], ...]:
    """Do the deeds that are ordered; whoever ordered them holds the bench.

    Returns what came of each, part by part. A part ends with the first that failed, unless the
    order goes on after one.
    """
    from pydantic import TypeAdapter

    plan, limit = order.plan, order.begin()
    plain = json.dumps(order.options["parts"])
    parts = TypeAdapter(tuple[tuple[Deed, ...], ...]).validate_json(plain)
    endpoints = load_observer(plan.provider).endpoints(plan)
    take = partial(_take_part, plan, endpoints, limit, goes_on=order.options["goes_on"])
    with ThreadPoolExecutor(max_workers=max(1, len(parts))) as pool:
        return tuple(pool.map(take, parts))


def _take_part(
    plan: Plan, endpoints: Endpoints, limit: Deadline, deeds: Sequence[Deed], *, goes_on: bool
) -> tuple[Done, ...]:
    def shelve(documents: Mapping[str, bytes], deadline: Deadline) -> None:
        fill_shelf(plan, endpoints, documents, deadline, anew=True)

    with open_hands(endpoints, limit, Ways(shelve=shelve)) as hands:
        return tuple(_attempt(hands, deeds, goes_on=goes_on))


def _attempt(hands: OwnHands, deeds: Sequence[Deed], *, goes_on: bool) -> Iterator[Done]:
    for deed in deeds:
        done = hands.attempt(deed)
        yield done
        if done.trouble and not goes_on:
            return


def _have_done(
    plan: Plan, parts: Parts, limit: Deadline, report: Report, *, goes_on: bool
) -> tuple[tuple[Done, ...], ...]:
    """Do deeds from here or from beside the bench, in one order; return what came of each."""
    from pydantic import TypeAdapter

    if not any(parts):
        return ()
    typed = tuple(map(tuple, parts))
    plain = TypeAdapter(tuple[tuple[Deed, ...], ...]).dump_python(typed, mode="json")
    options: dict[str, Any] = {"parts": plain, "goes_on": goes_on}
    order = Order("take", plan.bench, (plan,), limit.remaining_s(), options=options)
    beside = load_observer(plan.provider).serve_argv(plan)
    if not beside:
        return take_on(order, report)
    try:
        done: tuple[tuple[Done, ...], ...] = ask_beside(beside, order, report)
    except Refused as exc:  # as if it had been tried from here
        raise InfrastructureError(exc.message, hint=exc.hint) from exc
    if len(done) != len(typed) or not all(map(_is_told, typed, done)):
        raise InfrastructureError(_("la réponse de l'hôte n'est pas comprise"))
    return done


def _is_told(deeds: Sequence[Deed], done: Sequence[Done]) -> bool:
    """Tell whether an answer says of each deed what came of it: all, or up to one that failed.

    A file that is to be changed must have been read.
    """
    is_whole = len(done) == len(deeds) or (0 < len(done) < len(deeds) and bool(done[-1].trouble))
    return is_whole and all(
        bool(one.trouble) or (one.original is not None) == deed.reads
        for deed, one in zip(deeds, done, strict=False)
    )
