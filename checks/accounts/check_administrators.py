"""Who may do everything on the workstation."""

from collections.abc import Iterator

from checks.accounts.demand import RID, LocalAccounts
from checks.accounts.facts.administrators import Administrators, Member
from labctl.api import Expectation, Match, Plan, _, check, denial, require, truth

BUILT_IN = 500
"""RID of the local administrator, whom Windows never lets out of the group."""


@check("K-043", asks=(LocalAccounts, Plan), needs=Administrators, each="on", face="windows")
def check_administrators(asked: LocalAccounts, plan: Plan, administrators: Administrators) -> Match:
    """Seuls ceux que le cahier nomme sont administrateurs du poste."""
    return require(_points(asked.administrators, plan, administrators.members))


def _points(
    asked: tuple[str, ...], plan: Plan, members: tuple[Member, ...]
) -> Iterator[Expectation]:
    for name in asked:
        yield truth(
            _("%(name)s administrateur") % {"name": name},
            _("%(name)s n'est pas administrateur du poste") % {"name": name},
            holds=any(_is(member, name) for member in members),
        )
    for member in members:
        if not _is_expected(plan, member, asked):
            yield denial(
                _("%(name)s administrateur") % {"name": member.name},
                _("%(name)s (%(sid)s) ne doit pas être administrateur du poste")
                % {"name": member.name, "sid": member.sid or _("SID inconnu")},
                found=True,
                gate=True,
            )


def _is_expected(plan: Plan, member: Member, asked: tuple[str, ...]) -> bool:
    if member.is_local and member.rid == BUILT_IN:
        return True
    allowed = (*asked, plan.management.account)
    return any(_is(member, name) for name in allowed)


def _is(member: Member, name: str) -> bool:
    """Tell whether a member is the one the cahier words: a RID of the domain, or a local name."""
    rid = RID.search(name)
    if rid:
        return not member.is_local and member.rid == int(rid[1])
    return member.is_local and member.name.rpartition("\\")[2].casefold() == name.casefold()
