"""What a user asked of an office program is in the document that was handed in."""

from checks.documents.certainty import sure_of
from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Papers
from checks.documents.wording import is_blank
from labctl.api import Match, Mismatch, Plan, Undecided, _, check, mark, require, truth

RESULTS = {
    "contents": mark("table des matières du logiciel"),
    "merge_fields": mark("champ de fusion"),
    "filters": mark("filtre sur la liste"),
    "print_areas": mark("zone d'impression"),
}


@check("K-125", asks=(Documents, Plan), needs=Papers)
def check_office_result(asked: Documents, plan: Plan, papers: Papers) -> Match:
    """Ce que l'utilisateur demande à son logiciel de bureautique est dans le document rendu."""
    piece = find_piece(asked, plan, "result")
    paper = papers.need(piece, asked, plan)
    with sure_of(paper):
        if all(is_blank(cell) for row in paper.rows for cell in row):
            raise Mismatch(_("%(name)s est vide") % {"name": piece.name})
    names = {result: _(name) for result, name in RESULTS.items() if result in piece.results}
    points = [
        truth(
            name,
            _("%(name)s : pas de « %(what)s »") % {"name": piece.name, "what": name},
            holds=paper.counts[result] > 0,
        )
        for result, name in names.items()
        if result in paper.counts
    ]
    untold = [name for result, name in names.items() if result not in paper.counts]
    if untold and all(point.holds for point in points):
        said = _("%(name)s est d'un format qui ne le dit pas : %(what)s")
        raise Undecided(said % {"name": paper.found, "what": ", ".join(untold)})
    return require(points)
