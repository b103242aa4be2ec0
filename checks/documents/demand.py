"""The documents to hand in; no check reads them yet."""

from typing import Annotated, Literal

from labctl.api import Block, Demand, FileName, Name, Positive, as_written, key


class Piece(Block):
    """One document to hand in; ``max_pages`` is 0 where there is no limit."""

    name: FileName = key("nom", "nom du fichier")
    template: Literal["fourni", "libre"] = key("modele", "modèle fourni ou libre")
    control: Literal["coherence", "presence", "champs", "arithmetique"] = key(
        "controle", "ce qui est contrôlé"
    )
    fields: tuple[Name, ...] = key("champs", "champs à remplir", default=())
    routes: tuple[Name, ...] = key(
        "parcours", "parcours où il est demandé, tous si absent", default=()
    )
    max_pages: Annotated[int, as_written(Positive)] = key("max_pages", "pages au plus", default=0)


class Documents(Demand):
    """The documents to hand in, where candidates of the bench hand files in."""

    pieces: tuple[Piece, ...] = key("pieces", "documents", observed=False)
