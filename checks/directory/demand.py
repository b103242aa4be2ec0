"""What the directory of a company must hold: units, groups, accounts, password policy."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from labctl.api import (
    Block,
    Demand,
    Domain,
    Machine,
    Name,
    PasswordLength,
    SecretRef,
    Text,
    computed,
    fold_name,
    key,
)

FullName = Annotated[tuple[Name, Name], Field(description="prénom, nom")]
GROUPS = "Groupes"
"""The unit of groups, where a subject has one."""
Login = Annotated[str, Field(min_length=1, max_length=20)]


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the company, and the account the subject asks for."""

    key: str
    given_name: str
    surname: str
    login: str
    upn: str
    title: str
    ou: str  # name of the OU below the root OU
    groups: tuple[str, ...]

    @property
    def display_name(self) -> str:
        """Return ``Teva Maitere``."""
        return f"{self.given_name} {self.surname}"


class Group(Block):
    """One security group."""

    name: Name = key("nom", "nom du groupe", unique=True)
    scope: Literal["globale"] = key("portee", "étendue du groupe")


class Account(Block):
    """An account to create."""

    person: Name = key("cle", "clé de personnes", unique=True)
    ou: Name = key("ou", "unité d'organisation")
    groups: tuple[Name, ...] = key("groupes", "groupes dont il est membre")
    title: Text = key("titre", "fonction")


class InitialPassword(Block):
    """What the first password must be."""

    change_at_first: Literal[True] = key(
        "changer_a_la_premiere_ouverture", "à changer à la première ouverture"
    )
    never_expires: Literal[False] = key("n_expire_jamais", "n'expire jamais")
    value: SecretRef | None = key(
        "valeur", "référence du mot de passe remis au candidat", default=None, observed=False
    )


class Departure(Block):
    """What becomes of the account of who left the company."""

    person: Name = key("cle", "clé de personnes")
    move_to: Name = key("deplacer_vers", "unité d'organisation d'arrivée")
    remove_groups: Literal[True] = key("retirer_des_groupes", "retirer de ses groupes")
    delete: Literal[False] = key("supprimer", "supprimer le compte")


class ServiceAccount(Block):
    """An account nobody sits at."""

    name: Login = key("nom", "identifiant (20 au plus)", unique=True)
    ou: Name = key("ou", "unité d'organisation")
    password: SecretRef | None = key(
        "mot_de_passe", "référence du mot de passe remis au candidat", default=None, observed=False
    )


class Lockout(Block):
    """Account lock-out."""

    threshold: Annotated[int, Field(ge=1, le=999)] = key("seuil", "essais avant verrouillage")
    minutes: Annotated[int, Field(ge=1, le=99_999)] = key("duree_min", "durée, en minutes")


class PasswordPolicy(Block):
    """Password and lock-out policy of the domain."""

    min_length: PasswordLength = key("longueur_min", "longueur minimale")
    complexity: bool = key("complexite", "complexité exigée")
    history: Annotated[int, Field(ge=0, le=24)] = key(
        "historique", "mots de passe retenus (24 au plus)"
    )
    max_age_days: Annotated[int, Field(ge=0, le=999)] = key("age_max_j", "âge maximal, en jours")
    lockout: Lockout = key("verrouillage", "verrouillage des comptes")


class Directory(Demand):
    """What the directory must hold; DNs are written as Active Directory prints them."""

    on: Machine = key("sur", "machine qui tient l'annuaire")
    domain: Domain = key("domaine", "nom DNS du domaine")
    netbios: Name = key("netbios", "nom NetBIOS")
    root: Annotated[
        str, Field(pattern=r"^OU=[A-Za-z0-9_-]([A-Za-z0-9 _-]{0,62}[A-Za-z0-9_-])?$")
    ] = key("ou_racine", "OU racine : OU=MN")
    ous: tuple[Name, ...] = key("ou", "unités d'organisation sous la racine", unique=True)
    groups: tuple[Group, ...] = key("groupes", "groupes de sécurité")
    names: dict[Name, FullName] = key("personnes", "clé → [prénom, nom]")
    accounts: tuple[Account, ...] = key("comptes_a_creer", "comptes à créer")
    login_format: Literal["initiale_prenom + nom, minuscules, sans accent ni espace"] = key(
        "format_login", "règle des identifiants"
    )
    upn_format: Text = key("format_upn", "règle des UPN : prenom.nom@domaine")
    initial_password: InitialPassword = key("mot_de_passe_initial", "mot de passe provisoire")
    departure: Departure = key("compte_a_desactiver", "compte d'un salarié parti")
    service_accounts: tuple[ServiceAccount, ...] = key("comptes_service", "comptes de service")
    policy: PasswordPolicy = key("strategie_mots_de_passe", "stratégie de mots de passe")

    @computed
    def base_dn(self) -> str:
        """Return the DN of the domain."""
        return ",".join(f"DC={label}" for label in self.domain.split("."))

    @computed
    def root_ou(self) -> str:
        """Return the DN of the unit that holds all others."""
        return f"{self.root},{self.base_dn}"

    @computed
    def groups_dn(self) -> str:
        """Return where the solution makes groups: in a unit of that name, else in the root one."""
        return self.ou_dn(GROUPS) if GROUPS in self.ous else self.root_ou

    @computed
    def people(self) -> tuple[Person, ...]:
        """Return the accounts to create, in the order of the cahier."""
        return tuple(self.person(account.person) for account in self.accounts)

    @computed
    def leaver(self) -> Person:
        """Return the person who left."""
        return self.person(self.departure.person)

    @computed
    def logins(self) -> dict[str, str]:
        """Return the login of each person, by key."""
        return {key: LOGIN_RULES[self.login_format](*name) for key, name in self.names.items()}

    def person(self, person: str) -> Person:
        """Return one person by key; who is not to be created has no OU, title nor group."""
        given, surname = self.names[person]
        asked = next((one for one in self.accounts if one.person == person), None)
        return Person(
            key=person,
            given_name=given,
            surname=surname,
            login=LOGIN_RULES[self.login_format](given, surname),
            upn=self._spell_upn(given, surname),
            title=asked.title if asked else "",
            ou=asked.ou if asked else "",
            groups=asked.groups if asked else (),
        )

    def _spell_upn(self, given: str, surname: str) -> str:
        form, _at, domain = self.upn_format.rpartition("@")
        words = {"prenom": fold_name(given), "nom": fold_name(surname)}
        return re.sub("prenom|nom", lambda word: words[word[0]], form) + f"@{domain}"

    def account_of(self, person: str) -> Account | None:
        """Return the account to create for a person, whom another key may name too."""
        logins = self.logins
        wanted = logins.get(person)
        return next((one for one in self.accounts if logins.get(one.person) == wanted), None)

    def ou_dn(self, name: str) -> str:
        """Return the DN of an OU below the root OU."""
        return f"OU={name},{self.root_ou}"

    @property
    def services(self) -> frozenset[str]:
        """Return the logins of the service accounts."""
        return frozenset(account.name for account in self.service_accounts)


def build_login(given: str, surname: str) -> str:
    """Return the login of a person: first letter of the given name, then the surname."""
    return fold_name(given)[:1] + fold_name(surname)


LOGIN_RULES = {"initiale_prenom + nom, minuscules, sans accent ni espace": build_login}
"""How a login is made of a name, by what the cahier calls it."""
