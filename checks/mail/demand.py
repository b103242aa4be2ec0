"""The mailbox to set up on a machine; checks look at it where a machine of the bench holds it."""

from typing import Literal

from labctl.api import (
    Block,
    Demand,
    Domain,
    Machine,
    Machines,
    MailAddress,
    Name,
    Positive,
    TcpPort,
    Text,
    key,
)

HOSTED = "heberge_sur"
"""The key without which no check reads anything: the server of a room tells labctl nothing."""


class MailPort(Block):
    """One mail service; a server of the bench has this port alone, encrypted this way alone."""

    port: TcpPort = key("port", "port TCP")
    security: Literal["tls", "starttls"] = key("securite", "chiffrement")


class MailTrial(Block):
    """The message that proves the mailbox; a server of the bench holds its recipient's."""

    to: MailAddress = key("envoyer_a", "destinataire")
    subject: Text = key("objet", "objet")


class Mail(Demand):
    """The mailbox of a person, and the machine on which it is set up."""

    on: Machines = key("sur", "machines où la boîte est configurée")
    hosted_on: Machine | None = key(
        HOSTED,
        "machine du banc qui tient la boîte ; sans elle, le serveur de la salle",
        default=None,
        exclude_if=lambda name: name is None,  # a plan without it is what it was
    )
    server: Domain = key("serveur", "serveur de la salle", observed=False)
    imap: MailPort = key("imap", "lecture", observed_with=HOSTED)
    smtp: MailPort = key("smtp", "envoi", observed_with=HOSTED)
    mailbox: MailAddress = key("boite", "adresse : prenom.nom@domaine", observed=False)
    owner: Name = key("titulaire", "clé de personnes", observed_with=HOSTED)
    quota_mib: Positive = key("quota_mio", "quota, en Mio", observed=False)
    trial: MailTrial = key("essai", "message d'essai", observed_with=HOSTED)
