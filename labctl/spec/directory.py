"""The directory of the client: ``annuaire``."""

from typing import Annotated, Literal

from pydantic import Field

from labctl.spec.fields import Block, Domain, Drive, IdleTime, Name, PasswordLength, Text, key
from labctl.spec.variant import Lockout


class Group(Block):
    """One security group."""

    name: Name = key("nom", "nom du groupe")
    scope: Literal["globale"] = key("portee", "étendue du groupe")


class Account(Block):
    """An account to create."""

    person: Name = key("cle", "clé de personnes")
    ou: Name = key("ou", "unité d'organisation")
    groups: tuple[Name, ...] = key("groupes", "groupes dont il est membre")
    title: Text = key("titre", "fonction")


class InitialPassword(Block):
    """What the first password must be."""

    change_at_first: Literal[True] = key(
        "changer_a_la_premiere_ouverture", "à changer à la première ouverture"
    )
    never_expires: Literal[False] = key("n_expire_jamais", "n'expire jamais")


class Leaver(Block):
    """The account of who left the company."""

    person: Name = key("cle", "clé de personnes")
    move_to: Name = key("deplacer_vers", "unité d'organisation d'arrivée")
    remove_groups: Literal[True] = key("retirer_des_groupes", "retirer de ses groupes")
    delete: Literal[False] = key("supprimer", "supprimer le compte")


class ServiceAccount(Block):
    """An account nobody sits at."""

    name: Annotated[str, Field(min_length=1, max_length=20)] = key(
        "nom", "identifiant (20 au plus)"
    )
    ou: Name = key("ou", "unité d'organisation")


class PasswordPolicy(Block):
    """Password and lock-out policy of the domain."""

    min_length: PasswordLength = key("longueur_min", "longueur minimale")
    complexity: bool = key("complexite", "complexité exigée")
    history: Annotated[int, Field(ge=0, le=24)] = key(
        "historique", "mots de passe retenus (24 au plus)"
    )
    max_age_days: Annotated[int, Field(ge=0, le=999)] = key("age_max_j", "âge maximal, en jours")
    lockout: Lockout = key("verrouillage", "verrouillage des comptes")


class GpoRules(Block):
    """What a group policy sets."""

    inactivity_s: IdleTime | None = key(
        "InactivityTimeoutSecs", "verrouillage de session, en secondes", default=None
    )
    no_autorun: Annotated[int, Field(ge=0, le=255)] | None = key(
        "NoDriveTypeAutoRun",
        "exécution automatique : un bit par sorte de lecteur, 255 pour toutes",
        default=None,
    )
    smart_screen: Annotated[int, Field(ge=0, le=2)] | None = key(
        "EnableSmartScreen", "SmartScreen : 1 pour l'activer", default=None
    )
    drives: tuple[Drive, ...] = key("lecteurs", "lecteurs réseau", default=())


class Gpo(Block):
    """A group policy, and where it must be linked."""

    name: Name = key("nom", "nom de la stratégie")
    state: Literal["existante_non_liee"] = key("etat", "état de départ")
    link_to: Name = key("lier_a", "unité d'organisation, « . » pour la racine")
    rules: GpoRules = key("regles", "ce que la stratégie fixe")


class Directory(Block):
    """What the directory must hold."""

    domain: Domain = key("domaine", "nom DNS du domaine")
    netbios: Name = key("netbios", "nom NetBIOS")
    root_ou: Annotated[
        str, Field(pattern=r"^OU=[A-Za-z0-9_-]([A-Za-z0-9 _-]{0,62}[A-Za-z0-9_-])?$")
    ] = key("ou_racine", "OU racine : OU=MN")
    ous: tuple[Name, ...] = key("ou", "unités d'organisation sous la racine")
    groups: tuple[Group, ...] = key("groupes", "groupes de sécurité")
    accounts: tuple[Account, ...] = key("comptes_a_creer", "comptes à créer")
    login_format: Literal["initiale_prenom + nom, minuscules, sans accent ni espace"] = key(
        "format_login", "règle des identifiants"
    )
    upn_format: Text = key("format_upn", "règle des UPN : prenom.nom@domaine")
    initial_password: InitialPassword = key("mot_de_passe_initial", "mot de passe provisoire")
    leaver: Leaver = key("compte_a_desactiver", "compte d'un salarié parti")
    service_accounts: tuple[ServiceAccount, ...] = key("comptes_service", "comptes de service")
    policy: PasswordPolicy = key("strategie_mots_de_passe", "stratégie de mots de passe")
    gpos: tuple[Gpo, ...] = key("gpo", "stratégies de groupe")
