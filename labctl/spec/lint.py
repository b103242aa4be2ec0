"""Check a cahier and its room entirely: every mistake at once, of form and of sense.

An author opts out of a rule for one line with ``# labctl: ignore RULE``, for a whole file with
``lint: {ignorer: [RULE]}``; mistakes of form cannot be ignored.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Network
from itertools import islice
from pathlib import Path

from labctl.core.errors import Mistake, SpecError
from labctl.core.i18n import _
from labctl.core.once import read_once
from labctl.spec.cahier import (
    Cahier,
    Resolved,
    find_origin,
    list_admitted,
    resolve_all,
    variant_values,
)
from labctl.spec.catalogue import (
    ADVICE_RULES,
    EXAM_RULES,
    FILE_RULES,
    FORM_RULES,
    NEEDED_RULES,
    SEATING_RULES,
    VARIANT_RULES,
    VariantRule,
    known_rules,
)
from labctl.spec.hosting import Providers
from labctl.spec.loader import Path_, Source, load
from labctl.spec.partial import build_view, can_read
from labctl.spec.room import Room, read_document
from labctl.spec.rule import load_rules
from labctl.spec.rules import exam
from labctl.spec.rules.official import Exams
from labctl.spec.rules.view import Finding, Seating, View
from labctl.spec.suggest import suggest
from labctl.spec.wanted import read_wanted

MOST = 40
"""Findings of one rule reported of one variant: more would tell its author nothing."""


def validate_cahier(
    file: Path, find_exams: Callable[[Source], Exams] | None = None
) -> tuple[Mistake, ...]:
    """Return every mistake of a cahier, of form and of sense.

    What is only advice is among them: ``list_refusals`` leaves it out.
    """
    source, mistakes = read_source(file)
    if source is None:
        return mistakes
    return check_cahier(source, exams=find_exams(source) if find_exams else None)


def validate_room(
    file: Path, providers: Providers, cahier: Path | None = None
) -> tuple[Mistake, ...]:
    """Return every mistake of a room, alone or with its cahier."""
    source, mistakes = read_source(file)
    if source is None:
        return mistakes
    return check_room(source, providers, None if cahier is None else read_source(cahier)[0])


def list_refusals(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Return the mistakes that refuse a file: all but advice."""
    return tuple(mistake for mistake in mistakes if mistake.severity == "error")


def lint(cahier: Cahier, room: Room, exams: Exams | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of sense of a cahier and of a room that uses it."""
    return lint_cahier(cahier, exams) + lint_room(room, cahier)


def lint_cahier(cahier: Cahier, exams: Exams | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of sense of a cahier."""
    return check_cahier(cahier.source, exams=exams)


def lint_room(room: Room, cahier: Cahier | None = None) -> tuple[Mistake, ...]:
    """Return every mistake of sense of a room."""
    known = None if cahier is None else cahier.source
    return _check_seating(room, known)


def check_cahier(
    source: Source,
    host_networks: Iterable[IPv4Network] = (),
    name: str = "",
    exams: Exams | None = None,
) -> tuple[Mistake, ...]:
    """Return every mistake of a cahier that was read; ``name`` is the one it is known by.

    ``exams`` are those there are, None when nobody listed them.
    """
    resolved = resolve_all(source)
    form = {complaint.mistake for each in resolved for complaint in each.complaints}
    around = _rules_around(tuple(host_networks), exams)
    found = [*_find_inside(source), *_check_variants(source, _build_views(source), around)]
    found += _find_other_name(source, name)
    return _finish(source, form, found)


@read_once
def _build_views(source: Source) -> tuple[View, ...]:
    views = map(build_view, resolve_all(source))
    return tuple(view for view in views if view is not None)


@read_once
def _find_inside(source: Source) -> tuple[tuple[str, Finding], ...]:
    """Return what a cahier breaks whatever is around it."""
    views = _build_views(source)
    rules = (*VARIANT_RULES, *_topic_rules(resolve_all(source)))
    return (*_check_variants(source, views, rules), *_check_file(source, views))


def check_room(
    source: Source,
    providers: Providers,
    cahier: Source | None,
    cahiers: Iterable[str] | None = None,
    name: str = "",
) -> tuple[Mistake, ...]:
    """Return every mistake of a room that was read, alone or with its cahier.

    ``cahiers`` are the names of all that are known, ``name`` the one the room is known by.
    """
    document, complaints = read_document(source, providers)
    if document is None:
        return _finish(source, (complaint.mistake for complaint in complaints), ())
    room = Room(source, document, providers[document.provider])
    return _check_seating(room, cahier, cahiers, name)


def _check_seating(
    room: Room, cahier: Source | None, cahiers: Iterable[str] | None = None, name: str = ""
) -> tuple[Mistake, ...]:
    seating = _seating(room, cahier, None if cahiers is None else tuple(cahiers))
    found = [(rule.id, finding) for rule in SEATING_RULES for finding in rule.check(seating)]
    found += _find_other_name(room.source, name)
    return _finish(room.source, (), found)


def _find_other_name(source: Source, name: str) -> Iterator[tuple[str, Finding]]:
    """A file that is known by a name holds what has that name: reports print the latter."""
    own = source.tree.get("id")
    if name and isinstance(own, str) and own != name:
        said = _("« %(id)s » est dans un fichier qui s'appelle « %(name)s »")
        hint = _("écrivez « id: %(name)s » : les relevés portent cet identifiant")
        values = {"id": own, "name": name}
        yield "identifiant-autre", Finding(("id",), said % values, hint % values)


def read_source(file: Path) -> tuple[Source | None, tuple[Mistake, ...]]:
    """Return a file as read, or None and what is wrong with its form."""
    try:
        return load(file), ()
    except SpecError as exc:
        return None, exc.mistakes


def _rules_around(
    host_networks: tuple[IPv4Network, ...], exams: Exams | None
) -> tuple[VariantRule, ...]:
    overlaps = partial(exam.find_host_overlaps, taken=host_networks)
    rules = (VariantRule("reseau-hote", ("segments",), overlaps),)
    if exams is None:
        return rules
    official_rules = (
        VariantRule(rule.id, rule.reads, partial(rule.check, exams=exams)) for rule in EXAM_RULES
    )
    return (*rules, *official_rules)


def _topic_rules(resolved: Iterable[Resolved]) -> Iterator[VariantRule]:
    """Yield the rules of the topics that a cahier names."""
    named = {topic.name: topic for each in resolved for topic in each.topics.values()}
    for rule in load_rules(named.values()):
        yield VariantRule(rule.id, rule.sections, rule.check)


def _check_variants(
    source: Source, views: tuple[View, ...], rules: tuple[VariantRule, ...]
) -> Iterator[tuple[str, Finding]]:
    """Yield what the variants break; what several of them break at one place is said once."""
    broken: dict[tuple[str, Path_], dict[str, tuple[Finding, ...]]] = {}
    for view in views:
        for rule in rules:
            if can_read(view, rule.reads):
                for found_there in islice(rule.check(view), MOST):
                    finding = _where_written(source, view, found_there)
                    found = broken.setdefault((rule.id, finding.path), {})
                    said = (*found.get(view.variant, ()), finding)
                    found[view.variant] = tuple(dict.fromkeys(said))
    for (rule_id, _path), by_variant in broken.items():
        yield from ((rule_id, finding) for finding in _gather(by_variant, len(views)))


def _where_written(source: Source, view: View, finding: Finding) -> Finding:
    """Return a finding at the line of the variant, when its value is written there."""
    origin = find_origin(source, view.variant, finding.path)
    return replace(finding, path=origin, used_at=finding.path if origin != finding.path else ())


def _gather(found: dict[str, tuple[Finding, ...]], total: int) -> Iterator[Finding]:
    """Yield findings of one rule at one place: alike in all variants, alike in some, different."""
    first = next(iter(found))
    same_everywhere = len(set(found.values())) == 1
    if (same_everywhere and len(found) == total) or found[first][0].path[:1] == ("variants",):
        yield from found[first]
    elif same_everywhere or len({len(findings) for findings in found.values()}) == 1:
        for finding in found[first]:
            yield _of_variants(finding, first, [name for name in found if name != first])
    else:
        for name, findings in found.items():
            yield from (_of_variants(finding, name, []) for finding in findings)


def _of_variants(finding: Finding, name: str, others: list[str]) -> Finding:
    values = {"name": name, "others": ", ".join(others), "message": finding.message}
    if others:
        said = _("variante %(name)s (de même %(others)s) : %(message)s")
    else:
        said = _("variante %(name)s : %(message)s")
    return replace(finding, message=said % values)


def _check_file(source: Source, views: tuple[View, ...]) -> Iterator[tuple[str, Finding]]:
    readable = tuple(view for view in views if can_read(view, ("segments",)))
    for rule in FILE_RULES:
        for view, finding in islice(rule.check(readable, source), MOST):
            yield rule.id, _where_written(source, view, finding)


def _seating(room: Room, cahier: Source | None, cahiers: tuple[str, ...] | None) -> Seating:
    if cahier is None:
        return Seating(room.document, room.rules, cahiers=cahiers)
    names, own = tuple(variant_values(cahier)), str(cahier.tree.get("id", ""))
    return Seating(
        *(room.document, room.rules, own, names, cahiers, cahier),
        wanted=read_wanted(cahier),
        kinds=list_admitted(cahier),
    )


def _finish(
    source: Source, form: Iterable[Mistake], found: Iterable[tuple[str, Finding]]
) -> tuple[Mistake, ...]:
    """Return all mistakes in the order of the file, without those the author opted out of."""
    everywhere = frozenset(rule for _path, rule in _opt_outs(source))
    kept = {
        _tell(source, rule, finding)
        for rule, finding in found
        if rule in NEEDED_RULES or not (rule in everywhere or rule in _ignored(source, finding))
    }
    return tuple(sorted({*form, *kept, *islice(_unknown_opt_outs(source), MOST)}))


def _tell(source: Source, rule: str, finding: Finding) -> Mistake:
    mistake = source.mistake(finding.path, finding.message, rule=rule, hint=finding.hint)
    if rule not in ADVICE_RULES:
        return mistake
    said = _("avertissement : %(message)s") % {"message": finding.message}
    return mistake._replace(message=said, severity="warning")


def _ignored(source: Source, finding: Finding) -> frozenset[str]:
    """Return the rules ignored on the line of a value, and on the one where it is used."""
    lines = {source.line_of(finding.path), source.line_of(finding.used_at or finding.path)}
    return frozenset(rule for line in lines for rule in source.ignored.get(line, ()))


def _opt_outs(source: Source) -> Iterator[tuple[Path_, str]]:
    """Yield the rules that ``lint.ignorer`` names."""
    lint = source.tree.get("lint")
    rules = lint.get("ignorer") if isinstance(lint, dict) else None
    for rank, rule in enumerate(rules if isinstance(rules, tuple) else ()):
        if isinstance(rule, str):
            yield ("lint", "ignorer", rank), rule


def _unknown_opt_outs(source: Source) -> Iterator[Mistake]:
    named = [(source.line_of(path), rule) for path, rule in _opt_outs(source)]
    named += [(line, rule) for line, rules in source.ignored.items() for rule in rules]
    known = known_rules() if named else frozenset()
    for line, rule in named:
        if rule in FORM_RULES or rule in NEEDED_RULES:
            said = _("la règle « %(rule)s » ne peut être ignorée") % {"rule": rule}
            yield Mistake(source.file, line, said, "regle-inconnue")
        elif rule not in known:
            said = _("règle « %(rule)s » inconnue") % {"rule": rule}
            hint = suggest(rule, known)
            yield Mistake(source.file, line, said, "regle-inconnue", hint)
