#!/usr/bin/python
"""Ansible module: the lines that an IOS-like device must have in its configuration.

Runs where labctl runs, with its interpreter: the device has none. hier_config finds what differs.
"""

import re
from urllib.parse import quote, unquote

from ansible.module_utils.basic import AnsibleModule
from hier_config import HConfig, HConfigChild, get_hconfig
from hier_config.exceptions import DuplicateChildError
from hier_config.models import PerLineSubRule
from hier_config.platforms.cisco_ios.driver import HConfigDriverCiscoIOS
from hier_config.platforms.functions import expand_range

from labctl.connect.base import Endpoint, Question, Transport, Vantage
from labctl.connect.cli.device import DeviceSession, open_device
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from labctl.core.ids import NodeName

DOCUMENTATION = r"""
module: labctl_ios_config
short_description: Lines that an IOS-like device must have, saved
description:
  - Reads the running configuration, types what is missing section by section, saves when the
    start-up configuration differs. Makes an RSA key when the device has none. In check mode it
    only reads.
  - What nobody wants stays. A wanted C(no X) is there when no line C(X) is. An access list is
    wanted exactly, in order.
options:
  device:
    description: Address, port, account, key file and pinned host key of the device.
    type: dict
    required: true
  config:
    description: Wanted lines, written as the device prints them; sections may come several times.
    type: list
    elements: str
    required: true
  account:
    description: Administrator account that must exist; none when empty.
    type: str
  secret:
    description: Its password, used when the account is not there yet.
    type: str
  timeout:
    description: Seconds for everything.
    type: int
    default: 90
  patience:
    description: How many times longer the device may take, as an emulated one does.
    type: float
    default: 1.0
author: [labctl]
"""

SAVE = "do write memory"
KEY = "crypto key generate rsa modulus 2048"
NO_KEY = "create RSA keys"
"""What ``show ip ssh`` says while the device has no key; a key is in no configuration."""
LISTS = "ip access-list "
BANNER = re.compile(r"^banner (\w+) (\^C|\x03|\S)(.*?)\2[^\n]*$", re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"^hidden-banner (\w+) (.*)$")
VLANS = "switchport trunk allowed vlan "
VOLATILE = (r"^Using \d+.*", r"^(Unc|C)ompressed configuration from.*")
"""What a saved configuration says besides the one that runs."""


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "device": {"type": "dict", "required": True},
            "config": {"type": "list", "elements": "str", "required": True},
            "account": {"type": "str", "default": ""},
            "secret": {"type": "str", "default": "", "no_log": True},
            "timeout": {"type": "int", "default": 90},
            "patience": {"type": "float", "default": 1.0},
        },
        supports_check_mode=True,
    )
    parameters = module.params
    account, secret = parameters["account"], parameters["secret"]
    login = (f"username {account} privilege 15 secret ", secret) if account else ()
    deadline = Deadline.after(parameters["timeout"], patience=parameters["patience"])
    try:
        session = open_device(endpoint(parameters["device"]), deadline)
        try:
            typed = converge(session, parameters["config"], login, deadline, dry=module.check_mode)
        finally:
            session.close()
    except ConnectError as exc:
        module.fail_json(msg=exc.message)
    except (ValueError, DuplicateChildError) as exc:
        module.fail_json(msg=f"la configuration de l'équipement n'est pas comprise : {exc}")
    shown = [line for line in typed if not line.startswith("username ")]
    module.exit_json(changed=bool(typed), lines=shown, diff={"prepared": "\n".join(shown)})


def converge(
    session: DeviceSession,
    wanted: list[str],
    login: tuple[str, ...],
    deadline: Deadline,
    *,
    dry: bool,
) -> tuple[str, ...]:
    """Type what is missing and save; return the lines typed."""
    running = show(session, "show running-config", deadline)
    typed = find_missing(wanted, running)
    if login and has_no(load(running), login[0]):
        typed = (*typed, "".join(login))
    if NO_KEY in show(session, "show ip ssh", deadline):
        typed = (*typed, KEY)
    if not typed and is_saved(running, show(session, "show startup-config", deadline)):
        return ()
    lines = (*typed, SAVE)
    if not dry:
        session.type_configuration(lines, deadline)
    return lines


def find_missing(wanted: list[str], running: str) -> tuple[str, ...]:
    """Return the lines to type in ``configure terminal``; none when all that is wanted is there.

    The target is what the device would have once the wanted lines are typed: what nobody names
    stays. An access list that differs is removed first: merging would mix the entries of both.
    """
    have = load(running)
    want = HConfig(have.driver).merge(load(text) for text in wanted)
    for line in tuple(want.all_children()):
        section = find_section(have, tuple(line.path())[:-1])
        if line.text.startswith("no ") and has_no(section, line.text_without_negation):
            line.delete()
    replaced = [one for one in have.get_children(startswith=LISTS) if differs(one, want)]
    for access in replaced:
        access.delete()
    change = have.config_to_get_to(have.future(want))
    added = (HIDDEN.sub(reveal, line) for line in change.lines())
    return (*(f"no {access.text}" for access in replaced), *added)


def differs(section: HConfigChild, want: HConfig) -> bool:
    """Tell whether a section is wanted otherwise."""
    wanted = want.get_child(equals=section.text)
    return wanted is not None and wanted != section


def is_saved(running: str, startup: str) -> bool:
    """Tell whether the device would start with the configuration that runs."""
    return load(running) == load(startup)


def load(text: str) -> HConfig:
    """Return the tree of a configuration; ValueError or DuplicateChildError when it is none."""
    return get_hconfig(Device(), text)


def find_section(config: HConfig, path: tuple[str, ...]) -> HConfig:
    """Return the section of these titles, empty when there is none."""
    for title in path:
        config = config.get_child(equals=title) or HConfig(config.driver)
    return config


def has_no(section: HConfig, line: str) -> bool:
    """Tell whether no line of a section is, or begins with, this one."""
    start = f"{line.rstrip()} "
    return not any(f"{child.text} ".startswith(start) for child in section.children)


class Device(HConfigDriverCiscoIOS):
    """What hier_config must know besides of IOS and of what is written like it."""

    @staticmethod
    def config_preprocessor(config_text: str) -> str:
        """Hide the banners: hier_config takes one of a single line for one that never ends."""
        return BANNER.sub(lambda found: f"hidden-banner {found[1]} {quote(found[3])}", config_text)

    @staticmethod
    def _instantiate_rules():
        rules = HConfigDriverCiscoIOS._instantiate_rules()
        rules.per_line_sub.extend(PerLineSubRule(search=one, replace="") for one in VOLATILE)
        rules.post_load_callbacks.extend((number_lists, sort_vlans))
        return rules


def reveal(found: re.Match[str]) -> str:
    """Return a banner as it is typed."""
    return f"banner {found[1]} ^C{unquote(found[2])}^C"


def number_lists(config: HConfig) -> None:
    """Number the entries of access lists by their rank: their order is what counts."""
    for access in tuple(config.get_children(startswith=LISTS)):
        for rank, entry in enumerate(access.children, start=1):
            entry.text = f"{10 * rank} {re.sub('^[0-9]+ +', '', entry.text)}"
        if not access.children:
            access.delete()


def sort_vlans(config: HConfig) -> None:
    """Write lists of VLANs one way, whatever ranges they were written with."""
    for line in tuple(config.all_children()):
        if re.match(f"{VLANS}[0-9,-]+$", line.text):
            ids = sorted(set(expand_range(line.text.removeprefix(VLANS))))
            line.text = VLANS + ",".join(map(str, ids))


def show(session: DeviceSession, command: str, deadline: Deadline) -> str:
    """Return what the device prints for a command."""
    question = Question(
        NodeName(""), Transport.CLI, command, {"command": command}, deadline.remaining_s()
    )
    (answer,) = session.ask([question], deadline)
    if answer.trouble is not None:
        raise ConnectError(f"{command} : {answer.trouble.detail}")
    return answer.output.decode("utf-8", "replace")


def endpoint(device: dict[str, str]) -> Endpoint:
    """Return the way to the device, from where this runs."""
    return Endpoint(
        node=NodeName(""),
        transport=Transport.CLI,
        address=device["address"],
        port=int(device["port"]),
        account=device["account"],
        credential=device["key_file"],
        trust=device["host_key"],
        vantage=Vantage(),
        console=Vantage(),
    )


if __name__ == "__main__":
    main()
