"""Local accounts are those that the subject asks for."""

from checks.accounts.facts.local_users import LocalUsers
from checks.installation.machines import workstations
from labctl.api import Expectation, Match, Plan, _, check, require

ADMINISTRATOR, GUEST = 500, 501


@check("K-010", needs=LocalUsers, each=workstations, face="windows")
def check_local_accounts(plan: Plan, local: LocalUsers) -> Match:
    """Les comptes intégrés sont désactivés, l'administrateur local demandé est actif."""
    asked = plan.windows.accounts
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
                _("compte %(name)s actif") % {"name": asked.admin},
                True,  # noqa: FBT003  # the value that is wanted
                own.get(asked.admin.casefold()),
            ),
        )
    )
