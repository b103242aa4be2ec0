"""What content may import: the one face of labctl that topics and kinds of machine see.

Everything below ``checks/`` imports this module, other topics, the standard library and
third-party packages, and nothing else of labctl; so does the ``kind.py`` of a kind of machine.
Within a version names are only added; ``API_VERSION`` grows when one is removed or changes its
meaning. The engine never imports this module.
"""

from labctl.connect.base import Answer, Question, Shell, Transport
from labctl.connect.cli.secrets import SecretMask
from labctl.connect.ldap.entries import DirectorySession, encode_password, escape
from labctl.connect.smb.login import Login, trying_as
from labctl.connect.trouble import explain
from labctl.connect.wire.dhcp_options import FIXED_PART, each_option
from labctl.core.check import check
from labctl.core.deadline import Deadline
from labctl.core.dn import fold, is_below, parent
from labctl.core.errors import ConnectError
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
from labctl.core.secrets import LEAST_DERIVED, Secret, draw
from labctl.core.sid import derive_domain_sid
from labctl.core.untrusted import one_line
from labctl.core.verdict import Match, Mismatch, Reason, Unobserved
from labctl.facts.answers import (
    not_understood,
    parse_json,
    read_file,
    read_json,
    read_text,
    refuse_trouble,
)
from labctl.facts.cim import STANDARD, STORAGE, ask_cim, ask_registry
from labctl.facts.errand import Doors, Errand, Hampered, Lent
from labctl.facts.given import read_given
from labctl.facts.instances import (
    Instance,
    flag_of,
    is_absent,
    moment_of,
    number_of,
    number_or,
    read_instances,
    read_key,
    read_keys,
    read_one,
    reference_of,
    text_of,
    texts_of,
)
from labctl.facts.probe import NotUnderstood, Probe
from labctl.facts.questions import card_of, document, run_on, show, try_from
from labctl.facts.reading import Reading, ask, attempt, fact
from labctl.facts.script import Told, ask_part, read_told
from labctl.facts.shelf import Shelf
from labctl.facts.wire import OUTCOMES, Outcome, Results, outcome_of, payload_of, results_of
from labctl.plan.addressing import management_mac
from labctl.plan.model import Interface, Link, Node, Plan, Port
from labctl.plan.words import Filled, Given, Handed, Note, Table
from labctl.spec.demand import Demand, Written, computed
from labctl.spec.fields import (
    ECHO,
    Banner,
    Block,
    Clock,
    Domain,
    Drive,
    FileName,
    Folder,
    IdleTime,
    LeaseTime,
    Mac,
    MailAddress,
    Name,
    Natural,
    PasswordLength,
    Pattern,
    Positive,
    SecretRef,
    SomeNames,
    TcpPort,
    Text,
    Url,
    key,
)
from labctl.spec.ground import Ground
from labctl.spec.layout import CableForm
from labctl.spec.login import alike, fold_name
from labctl.spec.reserved import DOMAIN as SIMULATED_INTERNET
from labctl.spec.rule import Remark, rule
from labctl.spec.rules.naming import is_host_name, judge_mac, judge_name
from labctl.spec.rules.view import View
from labctl.spec.suggest import suggest
from labctl.spec.topology import NodeState
from labctl.spec.written import (
    Address,
    Interfaces,
    Machine,
    Machines,
    Range,
    SegmentName,
    SegmentNames,
    UserSegment,
    UserSegments,
    any_of,
    as_written,
    find_machine,
    one_of,
    refuse,
)

API_VERSION = 1

__all__ = [
    "API_VERSION",
    "ECHO",
    "FIXED_PART",
    "LEAST_DERIVED",
    "OUTCOMES",
    "SIMULATED_INTERNET",
    "STANDARD",
    "STORAGE",
    "Address",
    "Answer",
    "Banner",
    "Block",
    "CableForm",
    "Clock",
    "ConnectError",
    "Deadline",
    "Demand",
    "DirectorySession",
    "Domain",
    "Doors",
    "Drive",
    "Errand",
    "Expectation",
    "FileName",
    "Filled",
    "Folder",
    "Given",
    "Ground",
    "Hampered",
    "Handed",
    "IdleTime",
    "Instance",
    "Interface",
    "Interfaces",
    "LeaseTime",
    "Lent",
    "Link",
    "Login",
    "Mac",
    "Machine",
    "Machines",
    "MailAddress",
    "Match",
    "Mismatch",
    "Name",
    "Natural",
    "Node",
    "NodeName",
    "NodeState",
    "NotAsked",
    "NotUnderstood",
    "Note",
    "Outcome",
    "PasswordLength",
    "Pattern",
    "Plan",
    "Port",
    "Positive",
    "Probe",
    "Question",
    "Range",
    "Reading",
    "Reason",
    "Remark",
    "Results",
    "Secret",
    "SecretMask",
    "SecretRef",
    "SegmentName",
    "SegmentNames",
    "Shelf",
    "Shell",
    "SomeNames",
    "Table",
    "TcpPort",
    "Text",
    "Told",
    "Transport",
    "Undecided",
    "Unobserved",
    "Url",
    "UserSegment",
    "UserSegments",
    "View",
    "Written",
    "_",
    "about",
    "alike",
    "any_of",
    "as_written",
    "ask",
    "ask_cim",
    "ask_part",
    "ask_registry",
    "attempt",
    "card_of",
    "check",
    "computed",
    "denial",
    "derive_domain_sid",
    "document",
    "draw",
    "each_option",
    "encode_password",
    "escape",
    "explain",
    "fact",
    "find_machine",
    "flag_of",
    "fold",
    "fold_name",
    "fraction",
    "is_absent",
    "is_below",
    "is_host_name",
    "judge_mac",
    "judge_name",
    "key",
    "management_mac",
    "mark",
    "moment",
    "moment_of",
    "not_understood",
    "number_of",
    "number_or",
    "one_line",
    "one_of",
    "outcome_of",
    "parent",
    "parse_json",
    "payload_of",
    "read_file",
    "read_given",
    "read_instances",
    "read_json",
    "read_key",
    "read_keys",
    "read_one",
    "read_text",
    "read_told",
    "reference_of",
    "refuse",
    "refuse_trouble",
    "require",
    "results_of",
    "rule",
    "run_on",
    "say",
    "show",
    "suggest",
    "tenths",
    "text_of",
    "texts_of",
    "truth",
    "try_from",
    "trying_as",
]
