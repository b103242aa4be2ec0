"""The workstation belongs to the domain, and the domain knows it."""

from labctl.core.check import check
from labctl.core.expect import Expectation, require, truth
from labctl.core.i18n import _
from labctl.core.verdict import Match, Mismatch
from labctl.plan.model import Plan
from labctl.probes.directory.objects import Computers
from labctl.probes.linux.membership import Membership


@check(
    "K-037", criterion="3.3", needs=Membership, witnesses=(Computers,), after=("K-034",), weight=3
)
def check_workstation_joined(
    plan: Plan, membership: Membership, computers: Computers | None
) -> Match:
    """Le poste est membre du domaine."""
    directory, name = plan.directory, plan.workstation.hostname
    if not membership.realm:
        raise Mismatch(_("le poste n'est membre d'aucun domaine"), expected=directory.domain)
    is_known = computers is None or name.upper() in computers.dns
    return require(
        (
            Expectation(
                _("domaine du poste"),
                directory.domain.casefold(),
                membership.realm.casefold(),
                gate=True,
            ),
            Expectation(
                _("nom NetBIOS du domaine"),
                directory.netbios.casefold(),
                membership.workgroup.casefold(),
            ),
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
        )
    )


@check(
    "K-079",
    criterion="6.1",
    needs=Membership,
    after=("K-037",),
    over=("dc", "commutateur", "hote"),
    weight=2,
)
def check_secure_channel(plan: Plan, membership: Membership) -> Match:
    """Le canal sécurisé entre le poste et le domaine fonctionne."""
    expected = _("authentification du poste acceptée")
    if not membership.channel_ok:
        raise Mismatch(
            _("le contrôleur de domaine refuse le compte d'ordinateur %(name)s")
            % {"name": plan.workstation.hostname},
            expected=expected,
            found=membership.channel_detail,
        )
    return Match(expected, expected)
