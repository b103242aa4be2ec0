"""Judge benches: facts in, verdicts out, in one pytest run for all of them."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.core.progress import log
from labctl.core.verdict import BenchVerdicts, CheckVerdict, Provenance
from labctl.facts.evidence import Evidence
from labctl.judge.catalogue import Check, in_order
from labctl.judge.delivered import blame, list_broken
from labctl.judge.plugin import JudgePlugin, blank, list_cases
from labctl.judge.selection import Selection
from labctl.judge.unseen import list_unseen
from labctl.plan.document import digest

UNUSED_PLUGINS = (
    *("assertion", "cacheprovider", "debugging", "doctest", "faulthandler", "junitxml"),
    *("legacypath", "logging", "monkeypatch", "pastebin", "python_path", "recwarn"),
    *("setuponly", "setupplan", "stepwise", "subtests", "terminal", "terminalprogress"),
    *("threadexception", "tmpdir", "unittest", "unraisableexception", "warnings"),
)
# No file of the current folder, no plugin of the environment, no output: the catalogue decides.
ARGUMENTS = (
    *("-c", os.devnull, f"--rootdir={os.sep}", "--noconftest", "--capture=no"),
    "--disable-plugin-autoload",
    *(word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
)
FOREIGN_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_THEME")


@reading_once()
def judge(evidences: Sequence[Evidence], selection: Selection) -> tuple[BenchVerdicts, ...]:
    """Return the verdicts of each bench: one per check chosen for its kind and machine,
    whatever happens.

    Checks whose facts were not collected are no part of it, and are named in its provenance.
    The same evidence always gives the same verdicts.
    """
    if sys.flags.optimize:
        raise UsageError(
            _("Python est lancé avec -O, qui efface les assertions des contrôles"),
            hint=_("enlever -O et PYTHONOPTIMIZE"),
        )
    parts = [selection.meant_for(one.plan).within(one.facts, one.plan) for one in evidences]
    cases = [
        case
        for rank, (evidence, part) in enumerate(zip(evidences, parts, strict=True))
        for check in in_order((*part.chosen, *part.support))
        for case in list_cases(rank, evidence, check, part.entry_of(check.spec.id))
    ]
    plugin = JudgePlugin(cases)
    with _own_environment():
        code = pytest.main(list(ARGUMENTS), plugins=[plugin])
    if plugin.is_interrupted:
        raise KeyboardInterrupt
    log.debug(
        "pytest ended with %s after %s of %s verdicts", code, len(plugin.verdicts), len(cases)
    )
    return tuple(
        _bench(rank, evidence, part, plugin)
        for rank, (evidence, part) in enumerate(zip(evidences, parts, strict=True))
    )


def _bench(rank: int, evidence: Evidence, part: Selection, plugin: JudgePlugin) -> BenchVerdicts:
    plan, outside = evidence.plan, part.outside(evidence.plan)

    def found(check: Check) -> Iterator[CheckVerdict]:
        cases = list_cases(rank, evidence, check, part.entry_of(check.spec.id))
        return (plugin.verdicts.get(case.key) or blank(case) for case in cases)

    given = {one.spec.id: one for one in part.support if one.topic in plan.delivered.topics}
    broken = list_broken(verdict for check in given.values() for verdict in found(check))
    return BenchVerdicts(
        bench=plan.bench,
        variant=plan.variant,
        cahier=plan.cahier,
        isolation=evidence.isolation,
        collected_at=evidence.collected_at,
        plan_digest=digest(plan),
        evidence_head=evidence.head,
        verdicts=tuple(
            blame(verdict, check.topic, broken, given)
            for check in part.chosen
            for verdict in found(check)
        ),
        workstation=", ".join(dict.fromkeys(node.desk for node in plan.desks)),
        is_simulated=plan.is_simulated,
        provenance=Provenance(
            partial=bool(outside),
            only=evidence.only,
            outside=outside,
            helps=evidence.helps,
            restart=evidence.restart,
            stamp=evidence.stamp,
            broken=broken,
            unseen=list_unseen(evidence, part.chosen),
        ),
    )


@contextmanager
def _own_environment() -> Iterator[None]:
    """Hide the variables by which a shell would change how pytest runs."""
    hidden = {name: os.environ.pop(name) for name in FOREIGN_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
