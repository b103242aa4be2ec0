"""DNS messages: what is asked of a resolver, and what it answers (RFC 1035)."""

from hashlib import sha256

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from labctl.api import NotUnderstood, _

_TOLD = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


def make_query(name: str, kind: str) -> dns.message.QueryMessage:
    """Return the question; its number depends on what is asked, so that asking is pure."""
    query = dns.message.make_query(name, dns.rdatatype.from_text(kind))
    query.id = int.from_bytes(sha256(f"{name} {kind}".encode()).digest()[:2], "big")
    return query


def parse_response(payload: bytes, query: dns.message.QueryMessage) -> tuple[str, ...] | None:
    """Return the values of an answer, none for « no such name », None when it answers nothing.

    A resolver that refuses or fails, or whose answer is not one to the question, answers nothing.
    Records of another name are no values, unless aliases lead to them.
    """
    try:
        message = dns.message.from_wire(payload, ignore_trailing=True)
        if not isinstance(message, dns.message.QueryMessage) or not query.is_response(message):
            return None
        if message.flags & dns.flags.TC:
            raise NotUnderstood(_("le DNS coupe sa réponse : le reste se demande en TCP"))
        if message.rcode() not in _TOLD:
            return None
        found = message.resolve_chaining().answer
    except (dns.exception.DNSException, ValueError) as exc:
        raise NotUnderstood(
            _("ce n'est pas une réponse DNS : %(why)s") % {"why": type(exc).__name__}
        ) from exc
    return tuple(sorted(str(record) for record in found or ()))
