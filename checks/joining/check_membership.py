"""The workstation belongs to the domain, and the domain knows it."""

from checks.addressing.demand import NetworkUse
from checks.directory.demand import Directory
from checks.directory.facts.objects import Computers
from checks.joining.demand import Joining
from checks.joining.facts.membership import Membership, SecureChannel
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Node,
    Plan,
    Undecided,
    _,
    check,
    require,
    truth,
)


@check(
    "K-037",
    asks=(Joining, Directory, Plan, Node),
    each="on",
    needs=Membership,
    witnesses=(Computers,),
    after=("K-034",),
)
def check_workstation_joined(
    asked: Joining,
    directory: Directory,
    plan: Plan,
    node: Node,
    membership: Membership,
    computers: Computers | None,
) -> Match:
    """Le poste est membre du domaine."""
    name = node.hostname
    if bool(membership.realm) is not asked.joined:
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
    asks=(Joining, Node),
    each="on",
    needs=SecureChannel,
    after=("K-037",),
    over=lambda plan: plan.from_each(plan.demand(Joining).on, plan.demand(Directory).on),
)
def check_secure_channel(_asked: Joining, node: Node, channel: SecureChannel) -> Match:
    """Le canal sécurisé entre le poste et le domaine fonctionne."""
    expected = _("authentification du poste acceptée")
    if not channel.works:
        raise Mismatch(
            _("le contrôleur de domaine refuse le compte d'ordinateur %(name)s")
            % {"name": node.hostname},
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
