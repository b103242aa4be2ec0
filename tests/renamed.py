"""The shipped cahier: machines, segments, shares, groups, accounts renamed, and one desk more."""

import re
from pathlib import Path

from tests.plans import CAHIER, ROOM

NAMES = (
    ("ADMIN", "GESTION"), ("SERVEURS", "SALLE"), ("BUREAUTIQUE", "ETUDES"), ("INVITES", "PUBLIC"),
    ("TRANSIT", "LIEN"), ("PARKING", "RESERVE"), ("COMMUN", "PARTAGE"), ("SCANS", "FICHES"),
    ("GG_DIRECTION", "EQ_D"), ("GG_COMPTA", "EQ_F"), ("GG_COMMERCIAL", "EQ_V"),
    ("GG_TECHNIQUE", "EQ_T"), ("svc-scan", "svc-num"), ("svc-sauvegarde", "svc-copie"),
    ("adm-local", "chef"),
)  # fmt: skip
"""What one company calls its networks, shares, groups and accounts, and another one."""
MACHINES = (
    ("routeur", "bord"), ("commutateur", "coeur"), ("dc", "tete"), ("nas", "coffre"),
    ("poste", "accueil"), ("imprimante", "presse"), ("point_acces", "antenne"),
)  # fmt: skip
SECOND_DESK = "atelier"
_SECOND = (
    (
        "\nliaisons:",
        '  atelier: {genre: workstation-linux, nom: "${code}-PS-${num}", etat: a_configurer,'
        " cartes: {eth0: {segment: ETUDES}}}\n\nliaisons:",
    ),
    (
        "\ncommutation:",
        '  - {nom: atelier, etiquette: "${site}-B1-P1-12", entre: [coeur.12, atelier],'
        " segments: [ETUDES]}\n\ncommutation:",
    ),
    ("nommage: {sur: accueil}", "nommage: {sur: [accueil, atelier]}"),
    ("adressage: {sur: accueil,", "adressage: {sur: [accueil, atelier],"),
    ("domaine: {sur: accueil,", "domaine: {sur: [accueil, atelier],"),
)
"""The lines of a second desk, a Linux one."""


def rename(text: str, names: tuple[tuple[str, str], ...]) -> str:
    """Return a text where whole words have other names."""
    for old, new in names:
        text = re.sub(rf"(?<![\w-])(?<!genre: ){old}(?![\w-])", new, text)
    return text


def write_renamed(content: Path) -> None:
    """Write a centre's content: the cahier ``autre`` and the room ``autre`` that uses it."""
    cahier = rename(CAHIER.read_text("utf-8"), (*NAMES, *MACHINES))
    kept = (  # words of a block and of the référentiel, no machines
        ("inventaire: {accueil:", "inventaire: {poste:"),
        ("commutateur_n3, bord,", "commutateur_n3, routeur,"),
        ("pc_filaire_wifi, antenne,", "pc_filaire_wifi, point_acces,"),
    )
    for old, new in (("id: tai-tp-pme-01", "id: autre"), *kept, *_SECOND):
        assert cahier.count(old) == 1, old
        cahier = cahier.replace(old, new)
    room = rename(ROOM.read_text("utf-8"), (("demo", "autre"), *MACHINES))
    room = room.replace("cahier: tai-tp-pme-01", "cahier: autre").replace('"autre:', '"demo:')
    for folder, suffix, text in (("cahiers", "cdc", cahier), ("rooms", "room", room)):
        file = content / "inventories" / folder / f"autre.{suffix}.yml"
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
