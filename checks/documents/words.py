"""What a subject says of the documents to hand in, and how the solution fills them in."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath

from checks.documents.demand import Contents, Documents, Piece, list_pieces
from checks.documents.facts.in_force import list_addressed
from checks.documents.labels import find_label
from checks.hardware.demand import Hardware
from labctl.api import Filled, Given, Interface, Node, Plan

_CONTROLS = {
    "coherence": "cohérent avec ce qui est en place",
    "presence": "",
    "champs": "tous les champs du modèle remplis",
    "arithmetique": "calculs exacts",
}
_RESULTS = {
    "contents": "une table des matières faite par le logiciel",
    "merge_fields": "au moins un champ de fusion, sans source de données attachée",
    "filters": "un filtre automatique sur la liste",
    "print_areas": "une zone d'impression qui la contient",
}
_OPTIONAL = {
    "numero_ticket": "numéro du ticket",
    "numero_serie": "numéro de série",
    "etiquette": "étiquette",
    "adresse_ip": "adresse IP",
    "diagnostic": "diagnostic",
    "pieces_changees": "pièces changées",
}
"""Fields of the sheet that is given which a subject may leave out, as the sheet calls them."""
_EMPTY_HEAD = "| | |\n|---|---|\n"
_STEPS = 6


def fields(asked: Documents, plan: Plan) -> dict[str, object]:
    """Return the documents of this route, and what is expected of each, in words."""
    pieces = list_pieces(asked, plan)
    fitted = plan.find(Hardware) is not None
    return {
        "pieces": pieces,
        "wanted": {piece.name: _tell(piece) for piece in pieces},
        "has_sheet": any(piece.role == "sheet" for piece in pieces),
        "has_part": fitted and any("pieces_changees" in piece.fields for piece in pieces),
    }


def _tell(piece: Piece) -> str:
    said = [_CONTROLS[piece.control]] if _CONTROLS[piece.control] else []
    if piece.role == "sheet":
        left = [words for name, words in _OPTIONAL.items() if name not in piece.fields]
        said = [f"{said[0]}, sauf, au choix, {', '.join(left)}"] if left else said
    if piece.max_pages:
        said.append(
            "une page au plus" if piece.max_pages == 1 else f"{piece.max_pages} pages au plus"
        )
    if piece.contents:
        said.extend(_tell_contents(piece.contents))
    said.extend(_RESULTS[result] for result in _RESULTS if result in piece.results)
    return " ; ".join(said)


def _tell_contents(contents: Contents) -> Iterator[str]:
    for count, one, several in (
        (contents.headings, "un titre", "titres"),
        (contents.steps, "une étape numérotée", "étapes numérotées"),
        (contents.images, "une image", "images"),
    ):
        if count:
            yield f"{one} au moins" if count == 1 else f"{count} {several} au moins"
    if contents.names:
        yield f"y sont nommés : {', '.join(contents.names)}"
    yield "aucun mot de passe n'y est écrit"


def given(asked: Documents, plan: Plan) -> Iterator[Given]:
    """Yield the models: blank forms of the documents of their names."""
    for piece in list_pieces(asked, plan):
        if piece.template == "fourni":
            yield Given(f"modeles/{piece.name}", document=PurePath(piece.name).stem)


def filled(asked: Documents, plan: Plan) -> Iterator[Filled]:
    """Yield the documents filled in; the quote is its own topic's, a drawing is nobody's."""
    writers: Mapping[str, Callable[[Piece, Plan], str]] = {
        "coherence": lambda _piece, plan: _write_addresses(plan),
        "champs": _write_form,
        "presence": _write_free,
    }
    for piece in list_pieces(asked, plan):
        if piece.control in writers and not piece.name.endswith(".pdf"):
            yield Filled(piece.name, writers[piece.control](piece, plan))


def _write_addresses(plan: Plan) -> str:
    lines = [
        "# Réseaux\n\n| Réseau | VLAN | Adresse et masque | Passerelle |\n|---|---|---|---|",
        *(
            f"| {one.name} | {one.vid or ''} | {one.network} | {one.gateway or ''} |"
            for one in plan.segments.values()
            if one.network
        ),
        "\n# Machines\n\n| Machine | Carte | Adresse IP | Fixe ou DHCP |\n|---|---|---|---|",
        *(
            f"| {node.hostname} | {card.name} | {_say_address(card)} | {_say_way(card)} |"
            for node in list_addressed(plan)
            for card in node.interfaces
            if card.segment in plan.segments
        ),
    ]
    return "\n".join(lines) + "\n"


def _say_address(card: Interface) -> str:
    return str(card.address.ip) if card.address else ""


def _say_way(card: Interface) -> str:
    return "fixe ou réservée" if card.address else "DHCP"


def _write_form(piece: Piece, plan: Plan) -> str:
    return _write_sheet(piece, plan) if piece.fields else _write_minutes(plan)


def _write_sheet(piece: Piece, plan: Plan) -> str:
    node, card = _choose_machine(plan)
    known = {
        "client": plan.company,
        "date": "15/06/2026",
        "heure_debut": "08:30",
        "heure_fin": "10:00",
        "equipement": node.hostname,
        "etiquette": find_label(plan, node.name) or "sans étiquette",
        "adresse_ip": _say_address(card) or "DHCP",
        "pieces_changees": _tell_part(plan),
    }
    rows = (
        f"| {name.replace('_', ' ')} | {known.get(name, 'relevé sur place')} |"
        for name in piece.fields
    )
    return "# Fiche d'intervention\n\n" + _EMPTY_HEAD + "\n".join(rows) + "\n"


def _tell_part(plan: Plan) -> str:
    """Return the reference of the part that the subject has fitted."""
    hardware = plan.find(Hardware)
    return hardware.addition.module.part if hardware else "aucune"


def _choose_machine(plan: Plan) -> tuple[Node, Interface]:
    """Return the machine that the sheet is about: with an address and a label, if there is one."""
    found = [
        (node, card)
        for node in list_addressed(plan)
        for card in node.interfaces
        if card.segment in plan.segments
    ]
    return max(
        found,
        key=lambda one: (one[1].address is not None, bool(find_label(plan, one[0].name))),
    )


def _write_minutes(plan: Plan) -> str:
    rows = "\n".join(f"| {lot.title} | ☒ | rien à signaler |" for lot in plan.lots)
    return (
        f"Entre {plan.company}, représentée par M. Durand, et le prestataire, représenté par"
        f" Mme Martin.\n\n| Point | Vérifié | Remarque |\n|---|---|---|\n{rows}\n\n"
        "# Décision du client\n\n"
        "☒ Recette prononcée sans réserve ☐ avec les réserves ci-dessus ☐ refusée\n\n"
        f"Fait à {plan.town}, le 15/06/2026\n"
    )


def _write_free(piece: Piece, plan: Plan) -> str:
    return _write_result(piece, plan) if piece.results else _write_procedure(piece)


def _write_result(piece: Piece, plan: Plan) -> str:
    """Write a list of the machines, and ask of the office program what the user wants."""
    asked = "\n\n".join(f"{{{result}}}" for result in sorted(piece.results))
    rows = "\n".join(f"| {node.hostname} | {node.name} |" for node in list_addressed(plan))
    return f"# Machines\n\n| Machine | Nom |\n|---|---|\n{rows}\n\n{asked}\n"


def _write_procedure(piece: Piece) -> str:
    """Write a procedure: what it is about, then steps whose numbers are typed."""
    asked = piece.contents
    steps = "\n\n".join(
        f"Étape {number} : ouvrez les réglages, suivez ce qui est affiché, puis validez."
        for number in range(1, max(_STEPS, asked.steps + 1 if asked else 0))
    )
    names = [f"Il s'agit de : {name}." for name in (asked.names if asked else ())]
    images = ["![ce qui est affiché](ecran)"] * (asked.images if asked else 0)
    headings = [f"## Partie {number}" for number in range(2, asked.headings + 1 if asked else 0)]
    return "\n\n".join([f"# {PurePath(piece.name).stem}", *names, *headings, steps, *images]) + "\n"
