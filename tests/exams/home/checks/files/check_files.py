"""The family shares its files, and nobody else has them."""

from checks.files.demand import Files
from checks.files.facts import Sharing

from labctl.api import Expectation, Match, Node, Undecided, _, check, denial, require, truth


@check("N-001", asks=(Files, Node), needs=Sharing, each="on")
def check_address(_asked: Files, node: Node, found: Sharing) -> Match:
    """Le serveur de fichiers a l'adresse demandée."""
    wanted = frozenset(str(card.address) for card in node.interfaces if card.address)
    return require([Expectation(_("adresse du serveur"), wanted, found.addresses)])


@check("N-002", asks=Files, needs=Sharing, each="on")
def check_share(asked: Files, found: Sharing) -> Match:
    """Le partage demandé existe, et l'on peut y écrire."""
    section = found.sections.get(asked.share, {})
    problem = _("le partage demandé n'existe pas")
    return require(
        [
            truth(_("partage"), problem, holds=bool(section), gate=True),
            Expectation(_("en lecture seule"), "No", section.get("read only", "Yes")),
        ]
    )


@check("N-003", asks=Files, needs=Sharing, each="on", after=("N-001", "N-002"))
def check_strangers(_asked: Files, found: Sharing) -> Match:
    """Qui n'a pas de compte n'y entre pas."""
    if not found.answers:
        raise Undecided(_("le serveur ne répond pas au poste : rien ne dit qui entrerait"))
    is_in = found.stranger == "accepted"
    return require([denial(_("entrée sans compte"), _("on entre sans compte"), found=is_in)])


@check("N-004", asks=Files, needs=Sharing, each="on")
def check_protocol(_asked: Files, found: Sharing) -> Match:
    """Le serveur refuse les vieux protocoles."""
    said = found.sections.get("global", {}).get("server min protocol", "SMB2_02")
    return require([Expectation(_("protocole le plus ancien"), "SMB3", said)])
