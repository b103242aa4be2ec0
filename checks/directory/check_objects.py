"""Organizational units, accounts and service accounts of the client's company."""

from collections.abc import Iterator
from unicodedata import normalize

from checks.directory.demand import Directory, Person
from checks.directory.facts.objects import Account, Accounts, OrgUnits
from labctl.api import (
    Expectation,
    Match,
    _,
    check,
    denial,
    fold,
    parent,
    require,
    say,
    truth,
)

POINTS_OF_AN_ACCOUNT = 3
"""What K-074 asks of each account."""
PRIVILEGED = frozenset(
    {
        "account operators",
        "administrators",
        "backup operators",
        "dnsadmins",
        "domain admins",
        "enterprise admins",
        "group policy creator owners",
        "print operators",
        "schema admins",
        "server operators",
    }
)


@check("K-071", asks=Directory, needs=OrgUnits)
def check_ous_exist(asked: Directory, units: OrgUnits) -> Match:
    """Les unités d'organisation demandées existent."""
    existing = {fold(dn) for dn in units.dns}
    return require(
        truth(
            _("unité %(name)s") % {"name": name},
            _("l'unité d'organisation %(name)s n'existe pas sous %(root)s")
            % {"name": name, "root": asked.root_ou},
            holds=fold(asked.ou_dn(name)) in existing,
        )
        for name in sorted(asked.ous)
    )


@check("K-072", asks=Directory, needs=(Accounts, OrgUnits), partly_after=("K-071",))
def check_accounts_placed(asked: Directory, accounts: Accounts, units: OrgUnits) -> Match:
    """Les comptes demandés existent, chacun dans son unité d'organisation."""
    existing = {fold(dn) for dn in units.dns}
    return require(
        _placed(person.login, unit, _find(accounts, person.login), is_there=fold(unit) in existing)
        for person in asked.people
        for unit in (asked.ou_dn(person.ou),)
    )


@check("K-073", asks=Directory, needs=Accounts, partly_after=("K-072",))
def check_account_attributes(asked: Directory, accounts: Accounts) -> Match:
    """Les comptes ont le nom, la fonction, le courriel et l'identifiant demandés."""
    return require(
        point
        for person in asked.people
        for point in _attributes(person, _find(accounts, person.login))
    )


@check("K-074", asks=Directory, needs=Accounts, partly_after=("K-072",))
def check_accounts_enabled(asked: Directory, accounts: Accounts) -> Match:
    """Les comptes sont actifs, et leur mot de passe provisoire devra être changé."""
    return require(
        point
        for person in asked.people
        for point in _password_state(asked, person.login, _find(accounts, person.login))
    )


@check("K-084", asks=Directory, needs=Accounts)
def check_service_accounts(asked: Directory, accounts: Accounts) -> Match:
    """Les comptes de service sont dans leur unité d'organisation, sans privilège."""
    return require(
        point
        for service in sorted(asked.service_accounts, key=lambda one: one.name)
        for point in _service_points(
            service.name, asked.ou_dn(service.ou), _find(accounts, service.name)
        )
    )


def _find(accounts: Accounts, login: str) -> Account | None:
    return accounts.users.get(login.casefold())


def _placed(
    login: str, wanted: str, account: Account | None, *, is_there: bool = True
) -> Expectation:
    """Expect an account in its unit; one that is not there is the matter of K-071."""
    found = parent(account.dn) if account else None
    holds = found is not None and fold(found) == fold(wanted)
    return Expectation(
        login,
        wanted,
        wanted if holds else found,
        _where(login, wanted, account.dn if account else None),
        hindered_by=() if is_there else ("K-071",),
    )


def _where(name: str, wanted: str, dn: str | None) -> str:
    if dn is None:
        return _("%(name)s n'existe pas dans l'annuaire") % {"name": name}
    return _("%(name)s est dans %(found)s au lieu de %(wanted)s") % {
        "name": name,
        "found": parent(dn),
        "wanted": wanted,
    }


def _attributes(person: Person, account: Account | None) -> Iterator[Expectation]:
    pairs = (
        (_("prénom"), person.given_name, account and account.given_name),
        (_("nom"), person.surname, account and account.surname),
        (_("nom complet"), person.display_name, account and account.display_name),
        (_("fonction"), person.title, account and account.title),
        (_("courriel"), person.upn, account and account.mail),
        (_("identifiant principal (UPN)"), person.upn, account and account.upn),
    )
    for word, wanted, found in pairs:
        holds = _same(wanted, found or "")
        yield Expectation(
            _("%(word)s de %(login)s") % {"word": word, "login": person.login},
            wanted,
            wanted if holds else found,
            hindered_by=() if account else ("K-072",),
        )


def _same(wanted: str, found: str) -> bool:
    """Compare as the directory does: case apart, accents however they are composed."""
    return normalize("NFC", wanted).casefold() == normalize("NFC", found).strip().casefold()


def _password_state(asked: Directory, login: str, account: Account | None) -> Iterator[Expectation]:
    first, named = asked.initial_password, {"login": login}
    if account is None:
        problem = _("%(name)s n'existe pas dans l'annuaire") % {"name": login}
        subject = _("compte %(login)s présent") % named
        for _point in range(POINTS_OF_AN_ACCOUNT):  # each account weighs the same, there or not
            yield Expectation(subject, True, False, problem, hindered_by=("K-072",))  # noqa: FBT003
        return
    yield truth(
        _("compte %(login)s actif") % named,
        _("le compte %(login)s est désactivé") % named,
        holds=account.enabled,
    )
    yield truth(
        _("expiration du mot de passe de %(login)s") % named,
        _("le mot de passe de %(login)s n'expire jamais") % named,
        holds=account.never_expires == first.never_expires,
    )
    yield truth(
        _("mot de passe de %(login)s à changer, ou changé") % named,
        _("%(login)s n'est pas obligé de changer son mot de passe provisoire") % named,
        holds=account.must_change == first.change_at_first or account.password_changed,
    )


def _service_points(login: str, wanted: str, account: Account | None) -> Iterator[Expectation]:
    yield _placed(login, wanted, account)
    groups = account.groups if account else frozenset()
    excess = frozenset(group for group in groups if group.casefold() in PRIVILEGED)
    yield denial(
        _("privilèges de %(login)s") % {"login": login},
        _("le compte de service %(login)s est membre de %(groups)s")
        % {"login": login, "groups": say(excess)},
        found=bool(excess),
        gate=True,
        earns=False,
    )
