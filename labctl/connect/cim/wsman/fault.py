"""Faults of WS-Management: told apart by code, never by text, which is in any language."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from labctl.connect.cim.wsman.xml import ADDRESSING, SOAP, WSMAN, local_name, text_of
from labctl.core.errors import (
    AuthenticationRefused,
    ConnectError,
    ConnectTimeout,
    OutputLimit,
    Unreachable,
)
from labctl.core.i18n import _
from labctl.core.untrusted import one_line

_TIMED_OUT = frozenset({
    0x80338029,  # the operation
    0x8033801C,  # the enumeration
    0x80041069,  # WBEM_E_TIMED_OUT
    0x800705B4,  # ERROR_TIMEOUT
})  # fmt: skip
_DENIED = frozenset({5, 0x80070005, 0x80041003, 0x80338036})
_TOO_LARGE = frozenset({0x80338026, 0x80338035, 0x80338047, 0x80338048, 0x80338049})
_QUOTA = frozenset({
    0x8033803F,
    0x803381A5,  # shells
    0x803381A6,  # operations
    0x803381A7,  # of the user
    0x803381A8,  # of the system
    0x803381AB,  # users with a shell
    0x8004106C,  # WBEM_E_QUOTA_VIOLATION
})  # fmt: skip
_ABSENT = frozenset({
    0x80338000,  # no resource for these selectors
    0x8033801A,  # the filter could not be processed: of a query of ours, a class that is not there
    0x8033803B,  # the resource address
    0x80041002,  # WBEM_E_NOT_FOUND
    0x8004100E,  # WBEM_E_INVALID_NAMESPACE
    0x80041010,  # WBEM_E_INVALID_CLASS
    0x8004102E,  # WBEM_E_INVALID_METHOD
    0x80041055,  # WBEM_E_METHOD_NOT_IMPLEMENTED
})  # fmt: skip
_ABSENT_STATUS = frozenset({3, 5, 6, 16, 17})  # CIM: namespace, class, instance, method
_DENIED_STATUS = 2
_QUOTA_STATUS = 27


class Fault(ConnectError):
    """The machine answered that it will not: what kind of refusal, and its own words."""


class Absent(Fault):
    """The class, namespace, instance or method is not on this machine."""


class TimedOut(Fault, ConnectTimeout):
    """The operation took longer than it was given; asking again goes on with it."""


class Denied(Fault, AuthenticationRefused):
    """The account may not read this."""


class Quota(Fault, Unreachable):
    """The machine serves too many already."""


class TooLarge(Fault, OutputLimit):
    """One answer does not fit in the largest envelope."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a fault says that does not depend on a language."""

    codes: frozenset[int]
    status: int | None  # CIMStatusCode
    subcode: str  # local name
    detail: str  # last part of FaultDetail
    words: str


def read_fault(envelope: ET.Element) -> Fault | None:
    """Return the fault of an envelope, None when it holds none."""
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        return None
    signs = read_signs(fault)
    code = ", ".join(f"0x{code:08X}" for code in sorted(signs.codes)) or signs.subcode or "?"
    values = {"words": signs.words or "?", "code": code}
    return _kind_of(signs)(_("la machine répond : %(words)s (%(code)s)") % values)


def read_signs(fault: ET.Element) -> Signs:
    """Return the codes of a fault, wherever its version of Windows puts them."""
    codes, status = set(), None
    for element in fault.iter():
        name = local_name(element)
        if name == "WSManFault":
            codes.add(_integer(element.get("Code", "")))
        elif name in {"error_Code", "StatusCode"}:
            codes.add(_integer(text_of(element)))
        elif name == "CIMStatusCode":
            status = _integer(text_of(element))
    subcode = text_of(fault.find(f"{{{SOAP}}}Code/{{{SOAP}}}Subcode/{{{SOAP}}}Value"))
    return Signs(
        frozenset(code for code in codes if code),
        status,
        subcode.rpartition(":")[2],
        text_of(fault.find(f"{{{SOAP}}}Detail/{{{WSMAN}}}FaultDetail")).rpartition("/")[2],
        one_line(_words(fault)),
    )


def _kind_of(signs: Signs) -> type[Fault]:
    kinds = (
        (TimedOut, signs.codes & _TIMED_OUT or signs.subcode == "TimedOut"),
        (Denied, signs.codes & _DENIED or signs.subcode == "AccessDenied"
         or signs.status == _DENIED_STATUS),
        (TooLarge, signs.codes & _TOO_LARGE or signs.subcode == "EncodingLimit"),
        (Quota, signs.codes & _QUOTA or signs.subcode == "QuotaLimit"
         or signs.status == _QUOTA_STATUS),
        (Absent, signs.codes & _ABSENT or signs.status in _ABSENT_STATUS
         or signs.detail == "InvalidResourceURI"),
    )  # fmt: skip
    return next((kind for kind, is_it in kinds if is_it), Fault)


def _words(fault: ET.Element) -> str:
    """Return the innermost message, else the reason."""
    messages = [
        words
        for element in fault.iter()
        if local_name(element) in {"Message", "Text"}
        and (words := " ".join((element.text or "").split()))
    ]
    return messages[-1] if messages else text_of(fault.find(f"{{{SOAP}}}Reason/{{{SOAP}}}Text"))


def _integer(text: str) -> int:
    """Return a code, which some write signed or in hexadecimal; 0 for what is none."""
    try:
        return int(text, 0) & 0xFFFFFFFF if len(text) < 20 else 0
    except ValueError:
        return 0


def relates_to(envelope: ET.Element) -> str:
    """Return which message an envelope answers, as sent or in another case."""
    return text_of(envelope.find(f"{{{SOAP}}}Header/{{{ADDRESSING}}}RelatesTo")).lower()
