"""``docs/checks.md``: the catalogue as a page for trainers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from labctl.core.check import CheckSpec
from labctl.facts.registry import name_of
from labctl.spec.grid import Grid

HEAD = """\
# Catalogue des contrôles

Page produite par `make docs` : ce que chaque contrôle demande, le critère officiel qu'il éclaire,
s'il est jugé une fois ou pour chaque machine que le cahier nomme, ce qui le bloque, et la panne par
laquelle `labctl prove` vérifie qu'il sait dire non. Les points n'existent qu'en formation. Écrire
un contrôle : [writing-a-check.md](writing-a-check.md).
"""
FACTS_HEAD = """\
## Faits observés

Un contrôle ne parle à aucune machine : il compare le plan à ces faits.
"""
COVER_HEAD = """\
## Chaque critère du référentiel

Ce qui l'éclaire : des contrôles, des pannes (en dépannage) ; et pourquoi le jury regarde lui-même.
"""
JURY_HEAD = """\
## Ce qu'un cahier demande et que le jury regarde

Aucun contrôle ne lit ces clés, ou pas sur toute machine. La raison d'une clé vaut pour celles
qu'elle contient. « labctl validate » dit lesquelles un cahier demande ; les papiers du jury les
rangent sous leur critère.
"""


def render_catalogue(
    catalogue: Iterable[CheckSpec],
    grid: Grid,
    sabotages: Mapping[str, str],
    topics: Mapping[str, str],
) -> str:
    """Return the page: one table per critère of the grid, then the facts.

    ``sabotages`` say what tries each check, ``topics`` are the titles of the topics by name.
    """
    specs = sorted(catalogue, key=lambda spec: spec.id)
    lines = [HEAD]
    for criterion in grid.referential.criteria:
        mine = [spec for spec in specs if grid.entry_of(spec.id).criterion == criterion.id]
        if mine:
            lines.append(f"## {criterion.id} — {criterion.wording}\n")
            lines.extend(_table(mine, grid, sabotages))
    lines.append(COVER_HEAD)
    lines.extend(_cover(grid))
    lines.append(JURY_HEAD)
    lines.extend(_keys(grid))
    lines.append(FACTS_HEAD)
    facts = {fact for spec in specs for fact in (*spec.needs, *spec.witnesses)}
    lines.extend(_facts(facts, topics))
    return "\n".join(lines)


def _table(specs: Sequence[CheckSpec], grid: Grid, sabotages: Mapping[str, str]) -> Iterator[str]:
    yield "| | Contrôle | Jugé | Faits | Attend | Points | Éprouvé par |"
    yield "|---|---|---|---|---|---|---|"
    for spec in specs:
        facts = ", ".join(f"`{name_of(fact)}`" for fact in (*spec.needs, *spec.witnesses))
        after = ", ".join((*spec.after, *(f"{name} (en partie)" for name in spec.partly_after)))
        judged = "une fois" if spec.each is None else "par machine"
        tried, weight = sabotages.get(spec.id, "–"), grid.entry_of(spec.id).weight
        cells = (spec.id, spec.label, judged, facts, after or "–", str(weight), tried)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _cover(grid: Grid) -> Iterator[str]:
    yield "| Critère | Contrôles | Pannes | Le jury |"
    yield "|---|---|---|---|"
    for one in grid.referential.criteria:
        checks = sorted(name for name, entry in grid.entries.items() if entry.criterion == one.id)
        incidents = sum(one.id in served for served in grid.incidents.values())
        cells = (", ".join(checks), str(incidents) if incidents else "", grid.reason_of(one.id))
        yield f"| {one.id} {one.wording} | {' | '.join(cell or '–' for cell in cells)} |"
    yield ""


def _keys(grid: Grid) -> Iterator[str]:
    yield "| Clé | Critère | Pourquoi |"
    yield "|---|---|---|"
    criteria = {one.id for one in grid.referential.criteria}
    for name, why in grid.jury.items():
        if name not in criteria:
            yield f"| `{name}` | {grid.criterion_of(name) or '–'} | {why} |"
    yield ""


def _facts(facts: Iterable[type[Any]], topics: Mapping[str, str]) -> Iterator[str]:
    yield "| Thème | Fait | Champs |"
    yield "|---|---|---|"
    for fact in sorted(facts, key=name_of):
        path = fact.__module__.replace(".", "/") + ".py"
        fields = ", ".join(f"`{name}`" for name in fact.__dataclass_fields__)
        title = topics[name_of(fact).partition(".")[0]]
        yield f"| {title} | [`{name_of(fact)}`](../{path}) | {fields} |"
    yield ""
