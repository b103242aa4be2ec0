"""The mailbox to set up on a machine; no check reads it yet."""

from typing import Literal

from labctl.api import (
    Block,
    Demand,
    Domain,
    Machines,
    MailAddress,
    Name,
    Positive,
    TcpPort,
    Text,
    key,
)


class MailPort(Block):
    """One mail service."""

    port: TcpPort = key("port", "port TCP")
    security: Literal["tls", "starttls"] = key("securite", "chiffrement")


class MailTrial(Block):
    """The message that proves the mailbox."""

    to: MailAddress = key("envoyer_a", "destinataire")
    subject: Text = key("objet", "objet")


class Mail(Demand):
    """The mailbox of a person, and the machine on which it is set up."""

    on: Machines = key("sur", "machines où la boîte est configurée")
    server: Domain = key("serveur", "serveur de la salle", observed=False)
    imap: MailPort = key("imap", "lecture", observed=False)
    smtp: MailPort = key("smtp", "envoi", observed=False)
    mailbox: MailAddress = key("boite", "adresse : prenom.nom@domaine", observed=False)
    owner: Name = key("titulaire", "clé de personnes", observed=False)
    quota_mib: Positive = key("quota_mio", "quota, en Mio", observed=False)
    trial: MailTrial = key("essai", "message d'essai", observed=False)
