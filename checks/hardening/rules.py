"""What hardens a machine agrees with the policies and the groups of the directory."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_group
from checks.group_policy.demand import ROOT, Policies
from checks.hardening.demand import Hardened
from checks.joining.demand import Joining
from labctl.api import Remark, View, _, rule


@rule("protection-contradictoire", reads=(Hardened, Policies, Joining))
def find_longer_policies(
    asked: Hardened, policies: Policies, joining: Joining, _view: View
) -> Iterator[Remark]:
    """No policy over the machine locks it later than it is to be locked."""
    over = (joining.ou, ROOT)
    for policy in policies.gpos:
        idle_s = policy.rules.inactivity_s
        if idle_s is not None and idle_s > asked.idle_s and policy.link_to in over:
            said = _("« %(name)s » verrouille après %(asked)d s, « veille_s » en admet %(own)d")
            values = {"name": policy.name, "asked": idle_s, "own": asked.idle_s}
            yield Remark(policy.rules, "inactivity_s", said % values)


@rule("groupe-inconnu", reads=(Hardened, Directory))
def find_unknown_groups(asked: Hardened, directory: Directory, _view: View) -> Iterator[Remark]:
    """The group that opens remote desktops is one of the directory."""
    desktop = asked.remote_desktop
    yield from find_unknown_group(directory, desktop, "group", desktop.group)
