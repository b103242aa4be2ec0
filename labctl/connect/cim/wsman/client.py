"""The library's WS-Management client over our link: it words messages, we read the answers."""

from xml.etree import ElementTree as ET

from pypsrp.wsman import OptionSet, SelectorSet, WSMan

from labctl.connect.cim.wsman.fault import read_fault, relates_to
from labctl.connect.cim.wsman.http import Reply
from labctl.connect.cim.wsman.link import Link
from labctl.connect.cim.wsman.xml import SOAP, parse_envelope
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ConnectTimeout
from labctl.core.i18n import _

_ENVELOPE_BYTES = 512_000  # what a Windows sends at most by default
_ENVELOPE_MOST = 4 << 20  # what is read of one in any case
_OK = 200


class Client(WSMan):
    """The library's client, whose messages go over our link and whose answers we read ourselves."""

    def __init__(self, link: Link) -> None:
        super().__init__("127.0.0.1", max_envelope_size=_ENVELOPE_BYTES, auth="basic",
                         locale="fr-FR", data_locale="en-US")  # fmt: skip
        self.link = link
        self.deadline = Deadline.after(0)
        self._left = 0
        self.transport.endpoint = link.url  # named in messages; nothing is sent by the library

    def give(self, deadline: Deadline, allowance: int) -> None:
        """Start a new act: until then, so many bytes in all its answers."""
        self.deadline, self._left = deadline, allowance

    def invoke(  # noqa: PLR0913  # the library's signature
        self,
        action: str,
        resource_uri: str,
        resource: ET.Element | None,
        option_set: OptionSet | None = None,
        selector_set: SelectorSet | None = None,
        timeout: int | None = None,
        *,
        retries_on_read_timeout: int = 0,  # noqa: ARG002  # a retry is decided elsewhere
    ) -> ET.Element:
        """Send one message; return the envelope of its answer, or raise its fault."""
        if self.deadline.is_over():
            raise ConnectTimeout(_("la machine n’a pas répondu à temps"))
        patience = timeout or max(1, int(self.deadline.remaining_s()) - 1)  # it says so first
        identity, header = self._create_header(
            action, resource_uri, option_set, selector_set, patience
        )
        envelope = ET.Element(f"{{{SOAP}}}Envelope")
        envelope.append(header)
        body = ET.SubElement(envelope, f"{{{SOAP}}}Body")
        if resource is not None:
            body.append(resource)
        most = min(self._left, _ENVELOPE_MOST)
        reply = self.link.send(ET.tostring(envelope, "unicode").encode(), self.deadline, most)
        self._left -= len(reply.content)
        return read_reply(reply, f"uuid:{identity}")


def read_reply(reply: Reply, message: str) -> ET.Element:
    """Return the envelope that answers a message; raises the fault it holds, or ConnectError."""
    if not reply.content:
        raise ConnectError(_("le service répond sans enveloppe (HTTP %d)") % reply.status)
    try:
        envelope = parse_envelope(reply.content, reply.charset)
    except ConnectError as exc:
        if reply.status != _OK:
            values = {"status": reply.status, "why": exc.message}
            raise ConnectError(_("le service répond HTTP %(status)d : %(why)s") % values) from exc
        raise
    fault, related = read_fault(envelope), relates_to(envelope)
    if related not in {"", message.lower()}:
        raise ConnectError(_("réponse à une autre question"))
    if fault is not None:
        raise fault
    if reply.status != _OK:
        raise ConnectError(_("le service répond sans enveloppe (HTTP %d)") % reply.status)
    return envelope
