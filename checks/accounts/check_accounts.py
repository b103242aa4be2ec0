"""Local accounts are those that the subject asks for."""

from checks.accounts.demand import LocalAccounts
from checks.accounts.facts.local_users import LocalUsers
from labctl.api import Expectation, Match, _, check, require

ADMINISTRATOR, GUEST = 500, 501


@check("K-010", asks=LocalAccounts, needs=LocalUsers, each="on", face="windows")
def check_local_accounts(asked: LocalAccounts, local: LocalUsers) -> Match:
    """Les comptes intégrés sont désactivés, l'administrateur local demandé est actif."""
    built_in = {user.rid: user.enabled for user in local.users}
    own = {user.name.casefold(): user.enabled for user in local.users}
    return require(
        (
            Expectation(
                _("compte Administrateur intégré actif"),
                asked.administrator_enabled,
                built_in.get(ADMINISTRATOR),
            ),
            Expectation(_("compte Invité actif"), asked.guest_enabled, built_in.get(GUEST)),
            Expectation(
                _("compte %(name)s actif") % {"name": asked.admin.name},
                True,  # noqa: FBT003  # the value that is wanted
                own.get(asked.admin.name.casefold()),
            ),
        )
    )
