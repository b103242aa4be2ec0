"""The Ansible inventory of one bench: a pure function of its plan and of the ways in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.connect.base import Endpoint, Endpoints, Transport
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.plan.document import to_document
from labctl.plan.model import Node, Plan

SSH_OPTIONS = (
    "-F/dev/null",
    "-oGlobalKnownHostsFile=/dev/null",
    "-oStrictHostKeyChecking=yes",
    "-oHostKeyAlgorithms=ssh-ed25519",
    "-oIdentitiesOnly=yes",
    "-oIdentityAgent=none",
    "-oPreferredAuthentications=publickey",
    "-oControlMaster=no",
    "-oControlPath=none",
    "-oServerAliveInterval=5",
)
_SILENCES = 3
"""How many questions of the connection itself may stay without answer, an interval each."""
TEMPLATE_MARKS = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True)
class Paths:
    """Files that the inventory names; none of their contents is in it."""

    known_hosts: Path
    secrets: Path
    temporary: Path
    python: Path  # interpreter of labctl, for modules that drive a device from here


def build(
    plan: Plan,
    endpoints: Endpoints,
    paths: Paths,
    variables: Mapping[NodeName, Mapping[str, object]],
) -> dict[str, object]:
    """Return the inventory: one host per machine that can be asked, with variables of its own.

    The plan is the variable ``plan`` of every host, and ``patience`` what its times are multiplied
    by. UsageError when a text of the plan would be taken for a template.
    """
    document = to_document(plan)
    _refuse_templates(document)
    options = (*SSH_OPTIONS, f"-oServerAliveCountMax={round(_SILENCES * plan.patience)}")
    hosts = {
        name: _host(node, endpoints, paths, options) for name, node in sorted(plan.nodes.items())
    }
    return {
        "all": {
            "hosts": {
                name: {**ways, **variables.get(name, {})} for name, ways in hosts.items() if ways
            },
            "vars": {
                "plan": document,
                "secrets_file": str(paths.secrets),
                "patience": plan.patience,
            },
        }
    }


def has_windows(endpoints: Endpoints) -> bool:
    """Tell whether a machine of the bench is a real Windows."""
    return any(
        endpoint.transport is Transport.CIM and endpoints.find(endpoint.node, Transport.SSH) is None
        for endpoint in endpoints.endpoints
    )


def known_hosts(endpoints: Endpoints) -> str:
    """Return the pinned host keys of the bench in the form of OpenSSH."""
    lines = {
        f"{_known_name(endpoint)} {endpoint.trust}"
        for endpoint in endpoints.endpoints
        if endpoint.transport is Transport.SSH
    }
    return "".join(f"{line}\n" for line in sorted(lines))


def _host(
    node: Node, endpoints: Endpoints, paths: Paths, options: Iterable[str]
) -> dict[str, object]:
    cli = endpoints.find(node.name, Transport.CLI)
    if cli is not None:
        return _device(cli, paths)
    ssh = endpoints.find(node.name, Transport.SSH)
    cim = endpoints.find(node.name, Transport.CIM)
    if ssh is not None:  # also a simulated Windows: what configures it is a Linux
        variables = _machine(ssh, paths, options)
    elif cim is not None:
        variables = _windows(cim)
    else:
        return {}
    directory = endpoints.find(node.name, Transport.LDAP)
    if directory is not None:
        variables["directory"] = {
            "account": directory.account,
            "password_file": directory.credential,
        }
    return variables


def _machine(ssh: Endpoint, paths: Paths, options: Iterable[str]) -> dict[str, object]:
    return {
        "ansible_host": ssh.address,
        "ansible_port": ssh.port,
        "ansible_user": ssh.account,
        "ansible_ssh_private_key_file": ssh.credential,
        "ansible_ssh_args": " ".join((*options, f"-oUserKnownHostsFile={paths.known_hosts}")),
        "ansible_python_interpreter": "/usr/bin/python3",
    }


def _windows(cim: Endpoint) -> dict[str, object]:
    """Return the way to a Windows: WinRM over TLS, its certificate checked against the bench's CA.

    Ansible reads the password from its file when it connects: it is in no document of the run.
    """
    if not cim.trust:
        raise UsageError(
            _("« %(node)s » n'a pas d'autorité de certification : rien n'y est configuré")
            % {"node": cim.node}
        )
    return {
        "ansible_connection": "winrm",
        "ansible_host": cim.address,
        "ansible_port": cim.port,
        "ansible_user": cim.account,
        "ansible_password": "{{ lookup('ansible.builtin.file', password_file) }}",
        "ansible_shell_type": "powershell",
        "ansible_winrm_scheme": "https",
        "ansible_winrm_transport": "ntlm",  # bound to the certificate
        "ansible_winrm_ca_trust_path": cim.trust,
        "ansible_winrm_server_cert_validation": "validate",
        "password_file": cim.credential,
    }


def _device(cli: Endpoint, paths: Paths) -> dict[str, object]:
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(paths.python),
        "ansible_remote_tmp": str(paths.temporary),
        "device": {
            "address": cli.address,
            "port": cli.port,
            "account": cli.account,
            "key_file": cli.credential,
            "host_key": cli.trust,
        },
    }


def _known_name(endpoint: Endpoint) -> str:
    if endpoint.port == 22:
        return endpoint.address
    return f"[{endpoint.address}]:{endpoint.port}"


def _refuse_templates(document: object) -> None:
    text = json.dumps(document, ensure_ascii=False)
    found = [mark for mark in TEMPLATE_MARKS if mark in text]
    if found:
        marks = " ".join(found)
        raise UsageError(
            _("le plan contient « %(marks)s », qu'Ansible prendrait pour un modèle")
            % {"marks": marks},
            hint=_("retirer ces signes du cahier des charges"),
        )
