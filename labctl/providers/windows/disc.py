"""The disc by which a copy of a master becomes one machine: a pure function of a plan and secrets.

Windows looks for answers at the root of a disc when the master kept none (``seal-master.ps1``).
"""

import json
from collections.abc import Mapping
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_pem_private_key,
    pkcs12,
)

from labctl.core.secrets import Secret
from labctl.plan.addressing import management_mac
from labctl.plan.model import Node, Plan
from labctl.providers.roles import nodefiles
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.windows.master import (
    first_logon,
    read_script,
    render_answers,
    values_of,
)
from labctl.spec.kind import load_kind

ANSWERS = "autounattend.xml"


def machine_files(
    plan: Plan, node: Node, given: Mapping[str, NodeFile], once: Secret
) -> dict[str, bytes]:
    """Return the files of the disc by name; the answers are checked against our schema.

    ``given`` is what any machine is given (``nodefiles.render``); ``once`` is a password that
    serves until the first logon, and for the certificate on its way.
    """
    drawn = json.loads(given["etc/labctl/secrets.json"].content)
    answers = cast("Mapping[str, str]", node.parameters.get("answers", {}))
    values = values_of(plan, answers) | {
        "computer_name": nodefiles.hostname(node),
        "setup_password": once.reveal(),
        "first_logon": first_logon("first-logon.ps1"),
    }
    files = {
        ANSWERS: render_answers(node.kind, "unattend.xml", values),
        "labctl.json": _json(_describe(plan, node)),
        "secrets.json": _json(_secrets(node, drawn, once)),
        "ca.cer": _authority(given).public_bytes(Encoding.DER),
        "host.pfx": _identity(node, given, once),
        "first-logon.ps1": read_script("windows", "first-logon.ps1"),
    }
    master = load_kind(node.kind).master
    scripts = master.scripts if master else ()
    return files | {name: read_script(node.kind, name) for name in scripts}


def _describe(plan: Plan, node: Node) -> dict[str, object]:
    return {
        "role": node.kind,
        "audit_account": plan.management.account,
        "management": {
            "mac": management_mac(plan.bench, node.management),
            "address": str(node.management.ip),
            "prefix": node.management.network.prefixlen,
            "network": str(plan.management.network),
        },
        **{name: value for name, value in node.parameters.items() if name != "answers"},
    }


def _secrets(node: Node, drawn: Mapping[str, str], once: Secret) -> dict[str, str]:
    """Return what the scripts read: the password of the way in is that of the audit account."""
    named = {way.password: "audit_password" for way in load_kind(node.kind).ways}
    own = {named.get(name, name): secret for name, secret in drawn.items()}
    return own | {"certificate_password": once.reveal()}


def _authority(given: Mapping[str, NodeFile]) -> x509.Certificate:
    return x509.load_pem_x509_certificate(given["etc/labctl/tls/ca.pem"].content)


def _identity(node: Node, given: Mapping[str, NodeFile], once: Secret) -> bytes:
    """Return the certificate of the machine and its key as Windows imports them."""
    key = load_pem_private_key(given["etc/labctl/tls/key.pem"].content, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of a machine is not one of ours")
    return pkcs12.serialize_key_and_certificates(
        node.name.encode(),
        key,
        x509.load_pem_x509_certificate(given["etc/labctl/tls/cert.pem"].content),
        [_authority(given)],
        BestAvailableEncryption(once.reveal().encode()),
    )


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
