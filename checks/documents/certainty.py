"""What a document does not tell for sure is for a person."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from checks.documents.facts.papers import Paper
from labctl.api import Expectation, Match, Mismatch, Node, Undecided, _, about, require


@contextmanager
def sure_of(paper: Paper) -> Iterator[None]:
    """Raise Undecided in the place of Mismatch where a document was perhaps not read as it is."""
    try:
        yield
    except Mismatch as exc:
        unsure = say_unsure(paper)
        if not unsure:
            raise
        raise Undecided(about(unsure, exc.message)) from exc


def require_told(judged: Iterable[tuple[Expectation, str]]) -> Match:
    """Return what holds; each point comes with what makes a failure of it unsure, if anything does.

    Raise Mismatch as ``require`` does for what is sure; Undecided where nothing else is wrong.
    """
    points = list(judged)
    unsure: dict[str, list[str]] = {}
    for point, why in points:
        if why and not point.holds:
            unsure.setdefault(why, []).append(point.subject)
    sure = [point for point, why in points if point.holds or not why]
    if unsure and all(point.holds for point in sure):
        raise Undecided(_(" ; ").join(about(why, ", ".join(what)) for why, what in unsure.items()))
    return require(sure)


def say_unsure(paper: Paper) -> str:
    """Return what makes unsure what a document does not say; empty where it is sure."""
    return "" if paper.is_sure else say_untold(paper)


def say_untold(paper: Paper) -> str:
    """Return that a document does not tell everything, for who has to look at it."""
    said = _("%(name)s ne le dit pas à coup sûr")
    if paper.is_scan:
        said = _("%(name)s n'est qu'une image")
    elif paper.is_uncomputed:
        said = _("%(name)s a des formules sans résultat")
    return said % {"name": paper.found}


def say_silent(node: Node) -> str:
    """Return that a machine did not answer."""
    return _("%(name)s ne dit pas son adresse") % {"name": node.hostname}
