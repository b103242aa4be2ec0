"""``docs/checks.md``: the catalogue as a page for trainers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from labctl.core.check import CheckSpec
from labctl.facts.registry import name_of

HEAD = """\
# Catalogue des contrôles

Page produite par `make docs` : ce que chaque contrôle demande, le critère officiel qu'il éclaire,
ce qui le bloque, et la panne par laquelle `labctl prove` vérifie qu'il sait dire non. Les points
n'existent qu'en formation. Écrire un contrôle : [writing-a-check.md](writing-a-check.md).
"""
FACTS_HEAD = """\
## Faits observés

Un contrôle ne parle à aucune machine : il compare le plan à ces faits.
"""


def render_catalogue(
    catalogue: Iterable[CheckSpec],
    wordings: Mapping[str, str],
    sabotages: Mapping[str, str],
    topics: Mapping[str, str],
) -> str:
    """Return the page: one table per critère, then the facts.

    ``wordings`` are the official texts by critère, ``sabotages`` what tries each check, ``topics``
    the titles of the topics by name.
    """
    specs = sorted(catalogue, key=lambda spec: (_official(spec.criterion), spec.id))
    lines = [HEAD]
    for criterion in dict.fromkeys(spec.criterion for spec in specs):
        mine = [spec for spec in specs if spec.criterion == criterion]
        lines.append(f"## {criterion} — {wordings[criterion]}\n")
        lines.extend(_table(mine, sabotages))
    lines.append(FACTS_HEAD)
    facts = {fact for spec in specs for fact in (*spec.needs, *spec.witnesses)}
    lines.extend(_facts(facts, topics))
    return "\n".join(lines)


def _official(criterion: str) -> tuple[int, ...]:
    return tuple(int(part) for part in criterion.split("."))


def _table(specs: Sequence[CheckSpec], sabotages: Mapping[str, str]) -> Iterator[str]:
    yield "| | Contrôle | Faits | Attend | Points | Éprouvé par |"
    yield "|---|---|---|---|---|---|"
    for spec in specs:
        facts = ", ".join(f"`{name_of(fact)}`" for fact in (*spec.needs, *spec.witnesses))
        after = ", ".join((*spec.after, *(f"{name} (en partie)" for name in spec.partly_after)))
        tried = sabotages.get(spec.id, "–")
        yield f"| {spec.id} | {spec.label} | {facts} | {after or '–'} | {spec.weight} | {tried} |"
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
