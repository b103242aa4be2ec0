"""What the candidate writes and labels: mail, tickets, labels, documents, quote."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.spec.fields import (
    Block,
    Domain,
    FileName,
    MailAddress,
    Name,
    Natural,
    Pattern,
    Positive,
    TcpPort,
    Text,
    Url,
    key,
)

Names = tuple[Name, ...]
Scale = Annotated[int, Field(ge=1, le=5)]


class MailPort(Block):
    """One mail service."""

    port: TcpPort = key("port", "port TCP")
    security: Literal["tls", "starttls"] = key("securite", "chiffrement")


class MailTrial(Block):
    """The message that proves the mailbox."""

    to: MailAddress = key("envoyer_a", "destinataire")
    subject: Text = key("objet", "objet")


class Mail(Block):
    """The mailbox to set up."""

    server: Domain = key("serveur", "serveur de la salle")
    imap: MailPort = key("imap", "lecture")
    smtp: MailPort = key("smtp", "envoi")
    mailbox: MailAddress = key("boite", "adresse : prenom.nom@domaine")
    owner: Name = key("titulaire", "clé de personnes")
    quota_mib: Positive = key("quota_mio", "quota, en Mio")
    trial: MailTrial = key("essai", "message d'essai")


class OpeningTicket(Block):
    """The ticket to open."""

    kind: Literal["demande", "incident"] = key("type", "demande ou incident")
    category: Text = key("categorie", "catégorie")
    urgency: Scale = key("urgence", "urgence (1 à 5)")
    impact: Scale = key("impact", "impact (1 à 5)")
    requester: Name = key("demandeur", "clé de personnes")
    item: Name = key("element", "élément lié")


class Inventory(Block):
    """What the inventory must hold."""

    workstation: Names = key("poste", "champs tenus pour le poste")
    network: Names = key("reseau", "machines inventoriées")


class RemoteHelp(Block):
    """How a user's screen may be taken over."""

    tools: Names = key("outils", "outils admis")
    consent: bool = key("consentement_obligatoire", "consentement de l'utilisateur")


class ServiceLevel(Block):
    """Delays of the contract."""

    pick_up_minutes: Positive = key("prise_en_compte_min", "prise en compte, en minutes")
    solve_minutes: Positive = key("resolution_min", "résolution, en minutes")


class SupportLevels(Block):
    """Who answers, and within what delay."""

    n1: Name = key("N1", "premier niveau")
    n2: Name = key("N2", "deuxième niveau")
    sla: ServiceLevel = key("sla", "délais")


class Assistance(Block):
    """The ticket tool and its rules."""

    tool: Name = key("outil", "logiciel de gestion")
    url: Url = key("url", "son adresse")
    entity: Text = key("entite", "entité du banc")
    opening: OpeningTicket = key("ticket_ouverture", "ticket à ouvrir")
    priorities: dict[Annotated[str, Field(pattern=r"^[1-5]x[1-5]$")], Scale] = key(
        "matrice_priorite", "urgence x impact → priorité"
    )
    inventory: Inventory = key("inventaire", "parc")
    remote_help: RemoteHelp = key("prise_en_main", "prise en main à distance")
    levels: SupportLevels = key("niveaux", "niveaux de support")


class Labelling(Block):
    """How cables and ports are labelled."""

    regex: Pattern = key("regex", "forme des étiquettes")
    links: dict[Name, Name] = key("liens", "port → étiquette du lien")
    same_description: Literal[True] = key(
        "description_port_identique", "description du port = étiquette"
    )


class Piece(Block):
    """One document to hand in."""

    name: FileName = key("nom", "nom du fichier")
    template: Literal["fourni", "libre"] = key("modele", "modèle fourni ou libre")
    control: Literal["coherence", "presence", "champs", "arithmetique"] = key(
        "controle", "ce qui est contrôlé"
    )
    fields: Names = key("champs", "champs à remplir", default=())
    max_pages: Positive | None = key("max_pages", "pages au plus", default=None)


class Deliverables(Block):
    """The documents to hand in."""

    folder: Text = key("dossier", "où les déposer")
    pieces: tuple[Piece, ...] = key("pieces", "documents")


class Commercial(Block):
    """The quote to prepare."""

    request: Text = key("demande", "ce que veut le client")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = key("devise", "devise")
    budget_max: Positive = key("budget_ttc_max", "budget, taxes comprises")
    catalogue: Literal["fourni"] = key("catalogue", "catalogue")
    required_lines: Names = key("lignes_obligatoires", "lignes obligatoires du devis")
    taxes: Name = key("taxes", "taux")
    validity_days: Natural = key("validite_j", "validité, en jours")
