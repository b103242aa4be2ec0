"""What a document does not tell for sure is for a person."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from checks.documents.facts.papers import Paper
from labctl.api import Expectation, Match, Mismatch, Undecided, _, require


@contextmanager
def sure_of(paper: Paper) -> Iterator[None]:
    """Raise Undecided in the place of Mismatch where a document was perhaps not read as it is."""
    try:
        yield
    except Mismatch as exc:
        if paper.is_sure:
            raise
        raise Undecided(_explain(paper, exc.message)) from exc


def require_told(paper: Paper, judged: Iterable[tuple[Expectation, bool]]) -> Match:
    """Return what holds; each point comes with whether the document tells that it does not.

    Raise Mismatch as ``require`` does for what is told; Undecided where nothing else is wrong.
    """
    points = list(judged)
    untold = [point.subject for point, is_told in points if not (point.holds or is_told)]
    told = [point for point, is_told in points if point.holds or is_told]
    if untold and all(point.holds for point in told):
        raise Undecided(_explain(paper, ", ".join(untold)))
    return require(told)


def _explain(paper: Paper, what: str) -> str:
    if paper.is_scan:
        return _("%(name)s n'est qu'une image : le jury le lit") % {"name": paper.found}
    said = _("%(name)s ne le dit pas à coup sûr : %(what)s")
    return said % {"name": paper.found, "what": what}
