"""The workstation belongs to the domain, and the domain knows it."""

from checks.addressing.demand import NetworkUse
from checks.directory.demand import Directory
from checks.directory.facts.objects import Computers
from checks.installation.machines import workstations
from checks.joining.facts.membership import Membership, SecureChannel
from labctl.api import Expectation, Match, Mismatch, Plan, Undecided, _, check, require, truth


@check(
    "K-037",
    asks=(Directory, Plan),
    each=workstations,
    needs=Membership,
    witnesses=(Computers,),
    after=("K-034",),
)
def check_workstation_joined(
    directory: Directory, plan: Plan, membership: Membership, computers: Computers | None
) -> Match:
    """Le poste est membre du domaine."""
    name = plan.workstation.hostname
    if not membership.realm:
        raise Mismatch(_("le poste n'est membre d'aucun domaine"), expected=directory.domain)
    is_known = computers is None or name.upper() in computers.dns
    told = require(
        (
            Expectation(
                _("domaine du poste"),
                directory.domain.casefold(),
                membership.realm.casefold(),
                gate=True,
            ),
            *_short_name(directory.netbios, membership),
            Expectation(
                _("compte d'ordinateur"), f"{name}$".casefold(), membership.account.casefold()
            ),
            truth(
                _("compte connu de l'annuaire"),
                _("l'annuaire ne connaît pas l'ordinateur %(name)s") % {"name": name},
                holds=is_known,
                gate=True,
                earns=False,
            ),
            *_recognition(plan, membership),
        )
    )
    if not membership.workgroup:
        raise Undecided(_("le poste ne dit pas le nom NetBIOS de son domaine"))
    return told


@check(
    "K-079",
    each=workstations,
    needs=SecureChannel,
    after=("K-037",),
    over=lambda plan: plan.between(plan.workstation.node, plan.demand(Directory).on),
)
def check_secure_channel(plan: Plan, channel: SecureChannel) -> Match:
    """Le canal sécurisé entre le poste et le domaine fonctionne."""
    expected = _("authentification du poste acceptée")
    if not channel.works:
        raise Mismatch(
            _("le contrôleur de domaine refuse le compte d'ordinateur %(name)s")
            % {"name": plan.workstation.hostname},
            expected=expected,
            found=channel.detail,
        )
    return Match(expected, expected)


def _short_name(wanted: str, membership: Membership) -> tuple[Expectation, ...]:
    """A member that Samba did not join keeps no short name, and asks its domain for it."""
    if not membership.workgroup:
        return ()
    found = membership.workgroup.casefold()
    return (Expectation(_("nom NetBIOS du domaine"), wanted.casefold(), found),)


def _recognition(plan: Plan, membership: Membership) -> tuple[Expectation, ...]:
    """A Windows says which firewall profile its network has; a Linux has none."""
    asked = plan.find(NetworkUse)
    if asked is None or membership.recognised is None:
        return ()
    return (
        Expectation(
            _("réseau reconnu comme celui du domaine"),
            asked.profile == "domaine",
            membership.recognised,
        ),
    )
