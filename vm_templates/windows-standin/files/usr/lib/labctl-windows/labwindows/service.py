"""The WS-Management service: from an envelope to an envelope."""

import traceback
from collections.abc import Callable

from labwindows import enumeration, faults, soap, values
from labwindows.enumeration import Enumerations
from labwindows.shells import Shells
from labwindows.soap import RSP, Request
from labwindows.wmi import Found, Wmi, project

VENDOR = "labctl - poste simule"
VERSION = "OS: 0.0.0 SP: 0.0 Stack: 3.0"
_TRANSFER = soap.T
_ENUMERATION = soap.N
_CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
_CMD = f"{RSP}/cmd"


class Service:
    """What answers everybody who was let in."""

    def __init__(self, wmi: Wmi, shells: Shells, name: Callable[[], str]) -> None:
        self.wmi, self.shells, self.name = wmi, shells, name
        self.enumerations = Enumerations()

    def answer(self, content: bytes, owner: str) -> tuple[int, bytes]:
        """Answer an envelope: the HTTP status and the envelope of the answer."""
        request = None
        try:
            request = soap.parse(content)
            return 200, self._act(request, owner)
        except faults.Fault as fault:
            return 500, soap.respond_fault(request, fault, self.name())
        except Exception:  # noqa: BLE001  # a service outlives its own defects
            traceback.print_exc()
            return 500, soap.respond_fault(request, faults.failed(), self.name())

    def _act(self, request: Request, owner: str) -> bytes:
        if request.resource.startswith(f"{values.WMI}/"):
            return self._on_wmi(request, owner)
        if request.resource == _CMD:
            return soap.respond(request, self.shells.act(request, owner))
        is_config = request.resource.rstrip("/") == _CONFIG
        if is_config and request.action == f"{_TRANSFER}/Get":
            return soap.respond(request, _CONFIGURATION)
        raise faults.instance_absent()

    def _on_wmi(self, request: Request, owner: str) -> bytes:
        if request.action == f"{_ENUMERATION}/Enumerate":
            items = self._items(request)
            return soap.respond(request, self.enumerations.begin(request, owner, items))
        if request.action == f"{_ENUMERATION}/Pull":
            return soap.respond(request, self.enumerations.pull(request, owner))
        if request.action == f"{_ENUMERATION}/Release":
            return soap.respond(request, self.enumerations.release(request, owner))
        namespace, name = _split(request.resource)
        if request.action == f"{_TRANSFER}/Get":
            found, one = self.wmi.select(namespace, name, request.selectors)
            return soap.respond(request, _print(found, one.properties))
        if request.action.startswith(f"{request.resource}/"):
            return self._invoke(request)
        raise faults.action_unknown()

    def _items(self, request: Request) -> list[str]:
        namespace, name = _split(request.resource)
        asked = enumeration.read_filter(request.body)
        if asked.wql:
            if name != "*":
                raise faults.wrong_query("the resource URI of a query ends with *")
            found, properties = self.wmi.query(namespace, asked.wql)
            if properties:
                parts = [project(one.properties, properties) for one in found.instances]
                return [values.render_fragment(found.namespace, part) for part in parts]
        elif name == "*":
            raise faults.wrong_query("a query is expected")
        else:
            found = self.wmi.enumerate(namespace, name)
            for key, value in asked.selectors.items():
                found = _keep(found, key, value)
        return [_print(found, one.properties) for one in found.instances]

    def _invoke(self, request: Request) -> bytes:
        namespace, name = _split(request.resource)
        method = request.action.rpartition("/")[2]
        call = (request.selectors, request.body)
        output = self.wmi.invoke(namespace, name, method, call)
        where = values.uri(namespace, name)
        content = values.render(namespace, output, "m:")
        opening = f'<m:{method}_OUTPUT xmlns:m="{where}" xmlns:xsi="{values.XSI}"'
        body = f'{opening} xmlns:cim="{values.CIM}">{content}</m:{method}_OUTPUT>'
        return soap.respond(request, body)


def _split(resource: str) -> tuple[str, str]:
    """Return the namespace and class of a resource URI."""
    path = resource.removeprefix(f"{values.WMI}/").partition("?")[0]
    namespace, _slash, name = path.rpartition("/")
    is_name = name == "*" or name.replace("_", "a").isalnum()
    if not namespace or not is_name or not namespace.replace("/", "").replace("_", "").isalnum():
        raise faults.instance_absent()
    return namespace, name


def _keep(found: Found, key: str, value: str) -> Found:
    kept = tuple(
        one
        for one in found.instances
        if values.text_of(one.properties.get(key)).lower() == value.lower()
    )
    return Found(found.namespace, found.name, kept)


def _print(found: Found, properties: values.Instance) -> str:
    return values.render_instance(found.namespace, found.name, properties)


_CONFIGURATION = (
    f'<cfg:Config xmlns:cfg="{_CONFIG}"><cfg:MaxEnvelopeSizekb>{soap.MAX_BYTES // 1024}'
    "</cfg:MaxEnvelopeSizekb><cfg:MaxTimeoutms>60000</cfg:MaxTimeoutms>"
    "<cfg:MaxBatchItems>32000</cfg:MaxBatchItems><cfg:Service><cfg:AllowUnencrypted>false"
    "</cfg:AllowUnencrypted><cfg:Auth><cfg:Basic>true</cfg:Basic><cfg:Kerberos>true"
    "</cfg:Kerberos><cfg:Negotiate>true</cfg:Negotiate></cfg:Auth></cfg:Service></cfg:Config>"
)
