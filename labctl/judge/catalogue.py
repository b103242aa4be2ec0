"""The catalogue of checks: read from the content folders, verified once, put in order."""

import inspect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

from labctl.core import content
from labctl.core.check import CheckSpec
from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.ids import CheckId
from labctl.core.once import read_once
from labctl.core.paths import content_roots
from labctl.core.verdict import Match
from labctl.facts.registry import is_known, list_facts, name_of
from labctl.judge.declared import make_judge, make_spec
from labctl.plan.model import Node
from labctl.spec.declared import list_declared, list_proved, read_declared
from labctl.spec.suggest import suggest

_CHECK_ID = re.compile(r"[A-Z]-[0-9]{3}")
_DECLARATION = re.compile(r"@check\(\s*[\"']([A-Z]-[0-9]{3})[\"']")


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the catalogue: what it declares, its function, where it is written, its topic."""

    spec: CheckSpec
    function: Callable[..., Match | None]
    file: str
    line: int
    topic: str = ""


def load_catalogue() -> tuple[CheckSpec, ...]:
    """Return what every check declares, by id."""
    return tuple(check.spec for check in load_checks())


@read_once
def load_checks() -> tuple[Check, ...]:
    """Return every check by id; a centre's own file replaces the shipped one of the same name.

    Raises SpecError with every mistake: a file that does not load, an id used twice, a dependency
    that is unknown or goes round in a circle, a function that does not take what it needs.
    """
    found, mistakes = read_checks()
    if mistakes:
        raise SpecError(mistakes)
    return found


def read_checks() -> tuple[tuple[Check, ...], tuple[Mistake, ...]]:
    """Return every check that could be read, by id, and every mistake in their files."""
    mistakes: list[Mistake] = []
    found: list[Check] = []
    announced: set[str] = set()
    content.install()
    for name, path in sorted(list_files().items()):
        loaded = content.load_module(name, path)
        if isinstance(loaded, Mistake):
            mistakes.append(loaded)
            announced |= _announced(path)
        else:
            found.extend(_declared(loaded, path))
    written, wrong = _written()
    found.extend(written)
    mistakes.extend(wrong)
    announced |= _names_of_files()
    mistakes.extend(_mistakes(found, announced))
    return tuple(sorted(found, key=lambda check: check.spec.id)), tuple(sorted(mistakes))


def list_files() -> dict[str, Path]:
    """Return the files that declare checks, by their name below ``checks``."""
    return content.list_files(content.CHECKS)


def list_announced() -> frozenset[str]:
    """Return the ids that the files of the catalogue declare, also those that cannot be run."""
    return _names_of_files().union(*map(_announced, list_files().values()))


def find_unused(checks: Iterable[Check], served: Collection[str]) -> tuple[Mistake, ...]:
    """Return advice on each check that no grid lists: no exam would ever report it."""
    return tuple(
        _mistake(
            check,
            _("avertissement : %(check)s ne sert aucun critère d'aucune grille")
            % {"check": check.spec.id},
            _("donnez-lui une ligne dans inventories/grids"),
        )._replace(rule="controle-sans-critere", severity="warning")
        for check in checks
        if check.spec.id not in served
    )


def in_order(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks with every dependency before what depends on it, else by id."""
    known = {check.spec.id: check for check in checks}
    graph = TopologicalSorter[CheckId]()
    for name in sorted(known):
        graph.add(name, *(other for other in known[name].spec.waits_for if other in known))
    return tuple(known[name] for name in graph.static_order())


def dependants(catalogue: Iterable[CheckSpec], check: str) -> frozenset[CheckId]:
    """Return every check that waits for this one, at any distance, for all of it or for a part."""
    return _find_waiting(((spec.id, spec.waits_for) for spec in catalogue), CheckId(check))


def blocked_with(catalogue: Iterable[CheckSpec], check: str) -> frozenset[CheckId]:
    """Return every check that the failure of this one blocks whole, at any distance."""
    return _find_waiting(((spec.id, spec.after) for spec in catalogue), CheckId(check))


def _find_waiting(
    edges: Iterable[tuple[CheckId, tuple[CheckId, ...]]], check: CheckId
) -> frozenset[CheckId]:
    waiting: dict[CheckId, set[CheckId]] = {}
    for name, others in edges:
        for other in others:
            waiting.setdefault(other, set()).add(name)
    return frozenset(_closure(waiting, [check])) - {check}


def dependencies(catalogue: Iterable[CheckSpec], checks: Iterable[CheckId]) -> frozenset[CheckId]:
    """Return every check that these wait for, at any distance, themselves left out."""
    after = {spec.id: set(spec.waits_for) for spec in catalogue}
    chosen = list(checks)
    return frozenset(_closure(after, chosen)) - frozenset(chosen)


def _closure(edges: Mapping[CheckId, set[CheckId]], start: Sequence[CheckId]) -> Iterator[CheckId]:
    todo, seen = list(start), set(start)
    while todo:
        here = todo.pop()
        yield here
        todo.extend(edges.get(here, set()) - seen)
        seen |= edges.get(here, set())


def _declared(module: ModuleType, path: Path) -> Iterator[Check]:
    for _name, function in inspect.getmembers(module, inspect.isfunction):
        spec = getattr(function, "labctl_check", None)
        if isinstance(spec, CheckSpec) and function.__module__ == module.__name__:
            topic = module.__name__.split(".")[1]  # checks.<topic>.check_…
            yield Check(spec, function, str(path), function.__code__.co_firstlineno, topic)


def _written() -> tuple[tuple[Check, ...], tuple[Mistake, ...]]:
    """Return the checks that files declare without Python, and the mistakes of those files."""
    declared, mistakes = read_declared()
    proved = list_proved(declared)
    specs = ((one, make_spec(one, is_proved=one.id in proved)) for one in declared)
    return tuple(Check(s, make_judge(one), one.file, 1, one.topic) for one, s in specs), mistakes


def _names_of_files() -> frozenset[str]:
    return frozenset(path.stem for path in list_declared().values())


def _announced(path: Path) -> set[str]:
    """Return the ids that a file which could not be run would have declared."""
    try:
        return set(_DECLARATION.findall(path.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return set()


def _mistakes(checks: Sequence[Check], announced: set[str]) -> Iterator[Mistake]:
    """Yield what is wrong; what a file that could not be run declares is not missed."""
    yield from _repeated(checks)
    known = {check.spec.id for check in checks} | announced
    for check in checks:
        yield from _undeclared(check)
        takes = len(inspect.signature(check.function).parameters)
        asked = max(1, len(check.spec.asks))  # the plan, where no demand is named
        facts = len(check.spec.needs) + len(check.spec.witnesses)
        if takes != asked + facts:
            said = _(
                "%(check)s reçoit %(asked)s demande(s) (ou le plan) et %(facts)s fait(s),"
                " mais prend %(takes)s argument(s)"
            )
            values = {"asked": asked, "facts": facts, "takes": takes}
            yield _mistake(check, said % {"check": check.spec.id, **values})
        for other in check.spec.waits_for:
            if other not in known:
                yield _mistake(
                    check,
                    _("%(check)s dépend de %(other)s, qui n'existe pas")
                    % {"check": check.spec.id, "other": other},
                )
        if Node in check.spec.asks and check.spec.each is None:
            said = _("%(check)s demande une machine, et n'est jugé pour aucune")
            yield _mistake(check, said % {"check": check.spec.id}, 'each="on"')
    yield from _circles(checks)


def _undeclared(check: Check) -> Iterator[Mistake]:
    """Yield what a check says of itself and that means nothing: its id, its facts."""
    spec = check.spec
    if not _CHECK_ID.fullmatch(str(spec.id)):
        said = _("« %(check)s » n'est pas l'identifiant d'un contrôle") % {"check": spec.id}
        yield _mistake(check, said, _("une lettre et trois chiffres : L-001"))
    hint = _("la liste des faits est au bas de docs/checks.md")
    for fact in (*spec.needs, *spec.witnesses):
        name = getattr(fact, "__name__", str(fact))
        if not is_known(_name_of(fact)):
            said = _("%(check)s : aucune sonde ne donne le fait « %(fact)s »")
            values = {"check": spec.id, "fact": name}
            yield _mistake(check, said % values, suggest(name, _bare_names()) or hint)


def _name_of(fact: object) -> str:
    """Return the name of a fact as a check declares it: not always a type, in a file just begun."""
    return name_of(fact) if isinstance(fact, type) else str(fact)


def _bare_names() -> list[str]:
    """Return the names of all facts as a check writes them, without their topics."""
    return [name.rpartition(".")[2] for name in list_facts()]


def _repeated(checks: Sequence[Check]) -> Iterator[Mistake]:
    first: dict[CheckId, Check] = {}
    *_own, shipped = content_roots()
    for check in sorted(checks, key=lambda one: not Path(one.file).is_relative_to(shipped)):
        other = first.setdefault(check.spec.id, check)
        if other is not check:
            yield _mistake(
                check,
                _("%(check)s existe déjà : %(file)s:%(line)s")
                % {"check": check.spec.id, "file": other.file, "line": other.line},
            )


def _circles(checks: Sequence[Check]) -> Iterator[Mistake]:
    try:
        in_order(checks)
    except CycleError as exc:
        circle = [str(name) for name in exc.args[1]]
        at = next(check for check in checks if check.spec.id == circle[0])
        yield _mistake(at, _("dépendances en cercle : %(circle)s") % {"circle": " → ".join(circle)})


def _mistake(check: Check, message: str, hint: str = "") -> Mistake:
    return Mistake(check.file, check.line, message, hint=hint)
