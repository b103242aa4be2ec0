"""What a subject says of the documents to hand in."""

from collections.abc import Iterator
from pathlib import PurePath

from checks.documents.demand import Documents, Piece
from labctl.api import Given, Plan

_CONTROLS = {
    "coherence": "cohérent avec ce qui est en place",
    "presence": "",
    "champs": "tous les champs du modèle remplis",
    "arithmetique": "calculs exacts",
}


def fields(asked: Documents, plan: Plan) -> dict[str, object]:
    """Return the documents of this route, and what is expected of each, in words."""
    pieces = _list_pieces(asked, plan)
    return {"pieces": pieces, "wanted": {piece.name: _tell(piece) for piece in pieces}}


def _list_pieces(asked: Documents, plan: Plan) -> list[Piece]:
    """Return the documents of the route of a bench."""
    return [one for one in asked.pieces if not one.routes or plan.route in one.routes]


def _tell(piece: Piece) -> str:
    said = [_CONTROLS[piece.control]] if _CONTROLS[piece.control] else []
    if piece.max_pages:
        said.append(
            "une page au plus" if piece.max_pages == 1 else f"{piece.max_pages} pages au plus"
        )
    return " ; ".join(said)


def given(asked: Documents, plan: Plan) -> Iterator[Given]:
    """Yield the models: blank forms of the documents of their names."""
    for piece in _list_pieces(asked, plan):
        if piece.template == "fourni":
            yield Given(f"modeles/{piece.name}", document=PurePath(piece.name).stem)
