"""What is wrong in a declared check that its file alone does not show: names, and references."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.judge.declared import lacks_topic
from labctl.pipeline.exam import list_referentials
from labctl.pipeline.place import CAHIERS, list_names
from labctl.plan.fault import resolve
from labctl.plan.incident import fit_watches
from labctl.plan.model import Plan
from labctl.spec.declared import Declared
from labctl.spec.loader import Path_, load
from labctl.spec.suggest import suggest


def check_declared(
    declared: Declared, checks: Collection[str] | None, plans: Collection[Plan]
) -> Iterator[Mistake]:
    """Yield the mistakes of a check whose file is well formed.

    ``checks`` are the ids known, None when nobody knows. A reference is wrong when none of the
    plans that the check is for resolves it.
    """
    yield from _find_strangers(declared, checks)
    meant = [plan for plan in plans if _is_meant(declared, plan)]
    found = (_list_unresolved(declared, plan) for plan in meant)
    yield from min(found, key=len, default=())


def _find_strangers(declared: Declared, checks: Collection[str] | None) -> Iterator[Mistake]:
    known: list[tuple[Path_, str, Iterable[str], str]] = [
        (("exam",), declared.exam, list_referentials(), _("référentiel « %(name)s » inconnu"))
    ]
    known += [
        (("subjects", rank), name, list_names(*CAHIERS), _("cahier « %(name)s » inconnu"))
        for rank, name in enumerate(declared.subjects)
    ]
    if checks is not None and declared.fault:
        also = list(declared.fault.also)
        known += [
            (("sabotage", "also", rank), name, checks, _("contrôle « %(name)s » inconnu"))
            for rank, name in enumerate(also)
        ]
    source = load(Path(declared.file))
    for path, name, names, said in known:
        if name not in names:
            hint = suggest(name, names, _("connus : %(names)s"))
            yield source.mistake(path, said % {"name": name}, rule="valeur", hint=hint)


def _is_meant(declared: Declared, plan: Plan) -> bool:
    if declared.subjects:
        return plan.cahier in declared.subjects
    return plan.referential == declared.exam and not lacks_topic(declared, plan)


def _list_unresolved(declared: Declared, plan: Plan) -> tuple[Mistake, ...]:
    _looks, wrong = fit_watches(declared.file, declared.looks, plan)
    if declared.fault is None:
        return wrong
    try:
        resolve(replace(declared.fault, file=declared.file), plan)
    except SpecError as exc:
        return (*wrong, *exc.mistakes)
    return wrong
