"""What content may import: the one face of labctl that topics and kinds of machine see.

Everything below ``checks/`` imports this module, other topics, the standard library and
third-party packages, and nothing else of labctl; so does the ``kind.py`` of a kind of machine.
Within a version names are only added;
``API_VERSION`` grows when one is removed or changes its meaning. The engine never imports this
module.
"""

from labctl.core.check import check
from labctl.core.dn import fold, is_below, parent
from labctl.core.expect import (
    Expectation,
    NotAsked,
    Undecided,
    denial,
    fraction,
    require,
    say,
    truth,
)
from labctl.core.i18n import _, about, mark, moment, tenths
from labctl.core.ids import NodeName
from labctl.core.kind import WITH_CIM, WITH_SHELL
from labctl.core.sid import derive_domain_sid
from labctl.core.untrusted import one_line
from labctl.core.verdict import Match, Mismatch, Reason
from labctl.plan.model import (
    DhcpReservation,
    DhcpScope,
    Gpo,
    Link,
    Node,
    Person,
    Plan,
    PortMode,
    Share,
    SwitchPort,
)
from labctl.plan.windows import Program, WindowsHardware, WindowsVolume
from labctl.plan.windows_use import Comfort, WindowsBackup, WindowsSecurity

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "WITH_CIM",
    "WITH_SHELL",
    "Comfort",
    "DhcpReservation",
    "DhcpScope",
    "Expectation",
    "Gpo",
    "Link",
    "Match",
    "Mismatch",
    "Node",
    "NodeName",
    "NotAsked",
    "Person",
    "Plan",
    "PortMode",
    "Program",
    "Reason",
    "Share",
    "SwitchPort",
    "Undecided",
    "WindowsBackup",
    "WindowsHardware",
    "WindowsSecurity",
    "WindowsVolume",
    "_",
    "about",
    "check",
    "denial",
    "derive_domain_sid",
    "fold",
    "fraction",
    "is_below",
    "mark",
    "moment",
    "one_line",
    "parent",
    "require",
    "say",
    "tenths",
    "truth",
]
