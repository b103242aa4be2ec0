"""How a probe asks a Windows: CIM classes, registry, one script."""

from collections.abc import Mapping

from labctl.connect.base import Question, Transport
from labctl.core.ids import NodeName

CIMV2 = "root/cimv2"
STANDARD = "root/StandardCimv2"
STORAGE = "root/Microsoft/Windows/Storage"
CIM_TIMEOUT_S = 15.0


def ask_cim(
    node: NodeName,
    class_name: str,
    *properties: str,
    where: str = "",
    namespace: str = CIMV2,
    options: Mapping[str, str] | None = None,
) -> Question:
    """Ask a Windows for the instances of a class; ``options`` are its provider's own."""
    text = f"{class_name} ({', '.join(properties)})" + (f" : {where}" if where else "")
    body: dict[str, object] = {
        "namespace": namespace,
        "class": class_name,
        "where": where,
        "properties": properties,
    }
    if options:
        body["options"] = dict(options)
    return Question(node, Transport.CIM, text, body, CIM_TIMEOUT_S)


def ask_registry(node: NodeName, hive: str, keys: str, values: Mapping[str, str]) -> Question:
    r"""Ask a Windows for registry values, by name and type (``string``, ``dword``).

    ``keys`` is the path of a key below ``hive`` (``HKLM``, ``HKU``); a part of it that
    holds ``*`` is every key there whose name fits. A value named ``*`` is every value of a key.
    """
    text = f"{hive}\\{keys} : {', '.join(values)}"
    body: dict[str, object] = {"hive": hive, "keys": keys, "values": dict(values)}
    return Question(node, Transport.CIM, text, body, CIM_TIMEOUT_S)
