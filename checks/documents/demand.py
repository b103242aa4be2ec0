"""The documents to hand in, and what is looked at in each."""

from typing import Annotated, Literal

from labctl.api import (
    Block,
    Demand,
    FileName,
    Machine,
    Name,
    Natural,
    NotAsked,
    Plan,
    Positive,
    _,
    any_of,
    as_written,
    computed,
    key,
)

RESULTS = {
    "table_des_matieres": "contents",
    "champs_de_fusion": "merge_fields",
    "filtre": "filters",
    "zone_d_impression": "print_areas",
}
"""What a user may want of an office program, and by what word a document is read."""


class Contents(Block):
    """What a procedure is made of, at least; never a password of the subject."""

    headings: Annotated[int, as_written(Positive)] = key("titres", "titres au moins")
    steps: Annotated[int, as_written(Positive)] = key("etapes", "étapes numérotées au moins")
    images: Annotated[int, as_written(Natural)] = key("images", "images au moins", default=0)
    names: tuple[Name, ...] = key("nomme", "noms qui y sont écrits", default=())


class Piece(Block):
    """One document to hand in; ``max_pages`` is 0 where there is no limit."""

    name: FileName = key("nom", "nom du fichier", unique=True)
    template: Literal["fourni", "libre"] = key("modele", "modèle fourni ou libre", observed=False)
    control: Literal["coherence", "presence", "champs", "arithmetique"] = key(
        "controle", "ce qui est contrôlé"
    )
    fields: tuple[Name, ...] = key(
        "champs", "champs à remplir ; sans eux, « champs » est un procès-verbal", default=()
    )
    routes: tuple[Name, ...] = key(
        "parcours", "parcours où il est demandé, tous si absent", default=()
    )
    max_pages: Annotated[int, as_written(Positive)] = key("max_pages", "pages au plus", default=0)
    contents: Contents | None = key(
        "contenu", "ce dont une procédure est faite : pour information", default=None
    )
    results: Annotated[frozenset[str], any_of(RESULTS, 1)] = key(
        "resultats",
        "ce que l'utilisateur demande à son logiciel de bureautique",
        default=frozenset(),
    )

    @property
    def role(self) -> str:
        """Return what it is: sheet, minutes, addresses, quote, guide, result, or other."""
        if self.control == "champs":
            return "sheet" if self.fields else "minutes"
        if self.results:
            return "result"
        if self.control == "presence":
            return "guide" if self.max_pages or self.contents else "other"
        return {"coherence": "addresses", "arithmetique": "quote"}[self.control]


class Shelved(Block):
    """A folder of a share in which documents may be put: the place for them without a way in.

    ``server`` is not ``on``: the block asks nothing of it.
    """

    server: Machine = key("serveur", "serveur de fichiers")
    share: Name = key("partage", "partage où le candidat écrit")
    name: FileName = key("nom", "nom du dossier, que le candidat crée")

    def place(self, plan: Plan) -> str:
        r"""Return what a user types to go there: ``\\NAS-ARU-01\COMMUN\DOSSIER-07``."""
        machine = plan.nodes.get(self.server)
        name = machine.hostname if machine else self.server
        return rf"\\{name}\{self.share}\{self.name}"


class Documents(Demand):
    """The documents to hand in, at the way in of the bench or in a folder of its file server."""

    folder: Shelved | None = key(
        "dossier", "dossier où les déposer aussi, le seul endroit sans entrée du banc", default=None
    )
    pieces: tuple[Piece, ...] = key("pieces", "documents")

    @computed
    def roles(self) -> dict[str, str]:
        """Return the name of the document of each role, the first of its kind."""
        found: dict[str, str] = {}
        for piece in self.pieces:
            found.setdefault(piece.role, piece.name)
        return found


def list_pieces(asked: Documents, plan: Plan) -> list[Piece]:
    """Return the documents of the route of a bench."""
    return [one for one in asked.pieces if not one.routes or plan.route in one.routes]


def find_piece(asked: Documents, plan: Plan, role: str) -> Piece:
    """Return the document of a role; NotAsked where the route has none."""
    for piece in list_pieces(asked, plan):
        if piece.role == role:
            return piece
    raise NotAsked(_("le sujet ne le demande pas"))
