"""A fault: commands that break one thing on a working bench, and those that repair it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, key
from labctl.spec.loader import Source, load
from labctl.spec.step import CheckName, Line, Step, StepBlock, read_steps
from labctl.spec.suggest import suggest

MACHINE = "${machine}"
"""In a fault: the machine that its check is judged for."""
COPYING = (("/usr/bin/cp",), ("/usr/bin/mv",))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as its file says it; ``${plan.…}`` and ``${machine}`` are still to be resolved.

    ``also`` are checks that it changes besides its own and those that wait for it, with the reason.
    ``settle_s`` is the longest that the fault may need to show, where that is longer than usual.
    ``alone`` says why it cannot be tried beside other faults; empty where it can.
    """

    id: str
    check: CheckId
    label: str
    steps: tuple[Step, ...]
    revert: tuple[Step, ...]
    also: dict[CheckId, str]
    settle_s: float
    file: str
    alone: str = ""
    machine: str = ""  # the only one that it breaks something on, of those of its check

    def on_machine(self, machine: str) -> "Fault":
        """Return the fault on one machine of its check; itself when it names none."""
        if not any(MACHINE in text for step in (*self.steps, *self.revert) for text in step.texts):
            return self

        def name_machine(text: str) -> str:
            return text.replace(MACHINE, machine)

        steps, revert = (
            tuple(step.map(name_machine) for step in part) for part in (self.steps, self.revert)
        )
        return replace(self, steps=steps, revert=revert, machine=machine)


class SideEffect(Block):
    """A check that a fault also changes."""

    check: CheckName = key("check", "contrôle qui change aussi")
    because: Line = key("because", "pourquoi")


class FaultDocument(Block):
    """The file of a fault."""

    id: Line = key("id", "nom de la panne, celui du fichier")
    check: CheckName = key("check", "contrôle que la panne éprouve")
    label: Line = key("label", "la panne en une phrase")
    steps: tuple[StepBlock, ...] = key("steps", "ce qui casse", min_length=1)
    revert: tuple[StepBlock, ...] = key("revert", "ce qui répare", min_length=1)
    also: tuple[SideEffect, ...] = key("also", "autres contrôles touchés", default=())
    settle_s: float = key(
        "settle_s", "secondes au plus avant que l'effet se voie", default=0.0, ge=0, le=60
    )
    alone: str = key("alone", "pourquoi la panne n'est pas essayée avec d'autres", default="")


def load_fault(path: Path) -> Fault:
    """Read a fault; SpecError with every mistake of its file."""
    source = load(path)
    try:
        document = FaultDocument.model_validate(source.tree)
    except ValidationError as exc:
        complaints = explain(exc, source, FaultDocument)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in complaints))) from exc
    if document.id != path.stem:
        message = _("la panne s'appelle « %(id)s », son fichier « %(file)s »")
        words = {"id": document.id, "file": path.name}
        raise SpecError((source.mistake(("id",), message % words, rule="valeur"),))
    return _fault(source, document)


def load_faults(paths: Iterable[Path]) -> tuple[Fault, ...]:
    """Read faults, by id; SpecError with the mistakes of all of them."""
    faults: list[Fault] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            faults.append(load_fault(path))
        except SpecError as exc:
            mistakes.extend(exc.mistakes)
    if mistakes:
        raise SpecError(tuple(sorted(mistakes)))
    return tuple(sorted(faults, key=lambda fault: fault.id))


def validate_fault(path: Path, checks: Collection[str] | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of a fault; ``checks`` are the ids known, None when nobody knows."""
    try:
        fault = load_fault(path)
    except SpecError as exc:
        return exc.mistakes
    if checks is None or fault.check in checks:
        return ()
    said = _("contrôle « %(name)s » inconnu") % {"name": fault.check}
    hint = suggest(fault.check, checks)
    return (load(path).mistake(("check",), said, rule="valeur", hint=hint),)


def _fault(source: Source, document: FaultDocument) -> Fault:
    return Fault(
        document.id,
        CheckId(document.check),
        document.label,
        read_steps(source, ("steps",), document.steps),
        read_steps(source, ("revert",), document.revert),
        {CheckId(effect.check): effect.because for effect in document.also},
        document.settle_s,
        source.file,
        document.alone,
    )


def clash(first: Fault, second: Fault) -> bool:
    """Tell whether two faults cannot be there at once: they keep a copy under the same name."""
    return _meet(_kept(first), _named(second)) or _meet(_kept(second), _named(first))


def _meet(some: Iterable[tuple[str, str]], others: Collection[tuple[str, str]]) -> bool:
    """Tell whether two have a word in common, unless on machines that are known to differ."""
    return any(
        word == other and (not where or not there or where == there)
        for where, word in some
        for there, other in others
    )


def _kept(fault: Fault) -> set[tuple[str, str]]:
    """Return the files that the repair needs: what it copies or moves back, and on what machine."""
    copies = (step for step in fault.revert if step.argv[:1] in COPYING)
    return {
        (_place(fault, step), word)
        for step in copies
        for word in step.argv[1:-1]
        if word.startswith("/")
    }


def _named(fault: Fault) -> set[tuple[str, str]]:
    return {(_place(fault, step), word) for step in fault.steps for word in step.argv[1:]}


def _place(fault: Fault, step: Step) -> str:
    """Return the machine of a step where it is that of the check: others may have two names."""
    return fault.machine if step.node == fault.machine else ""
