#!/usr/bin/python
"""Ansible module: the lines that an IOS-like device must have in its configuration.

Runs where labctl runs, with its interpreter: the device has none.
"""

from ansible.module_utils.basic import AnsibleModule

from labctl.configure.ios import find_missing, is_saved
from labctl.connect.base import Endpoint, Question, Transport, Vantage
from labctl.connect.device import DeviceSession, open_device
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
options:
  device:
    description: Address, port, account, key file and pinned host key of the device.
    type: dict
    required: true
  config:
    description: Wanted lines, written as the device prints them.
    type: str
    required: true
  account:
    description: Administrator account that must exist.
    type: str
    required: true
  secret:
    description: Its password, used when the account is not there yet.
    type: str
    required: true
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


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "device": {"type": "dict", "required": True},
            "config": {"type": "str", "required": True},
            "account": {"type": "str", "required": True},
            "secret": {"type": "str", "required": True, "no_log": True},
            "timeout": {"type": "int", "default": 90},
            "patience": {"type": "float", "default": 1.0},
        },
        supports_check_mode=True,
    )
    parameters = module.params
    login = f"username {parameters['account']} privilege 15 secret {parameters['secret']}"
    wanted = f"{parameters['config']}\n{login}\n"
    deadline = Deadline.after(parameters["timeout"], patience=parameters["patience"])
    try:
        session = open_device(endpoint(parameters["device"]), deadline)
        try:
            typed = converge(session, wanted, deadline, dry=module.check_mode)
        finally:
            session.close()
    except ConnectError as exc:
        module.fail_json(msg=exc.message)
    shown = [line for line in typed if not line.startswith("username ")]
    module.exit_json(changed=bool(typed), lines=shown, diff={"prepared": "\n".join(shown)})


def converge(
    session: DeviceSession, wanted: str, deadline: Deadline, *, dry: bool
) -> tuple[str, ...]:
    """Type what is missing and save; return the lines typed."""
    running = show(session, "show running-config", deadline)
    typed = find_missing(wanted, running)
    if NO_KEY in show(session, "show ip ssh", deadline):
        typed = (*typed, KEY)
    if not typed and is_saved(running, show(session, "show startup-config", deadline)):
        return ()
    lines = (*typed, SAVE)
    if not dry:
        session.type_configuration(lines, deadline)
    return lines


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
