"""Faults, as Windows words them (codes of wsmerror.h and wbemcli.h)."""

from xml.sax.saxutils import quoteattr

from labwindows.values import clean

_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
_ERROR = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Fault(Exception):
    """An answer that is a fault; ``code`` is the number of Windows, ``detail`` more XML."""

    def __init__(self, code: int, subcode: str, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.code, self.subcode, self.reason, self.detail = code, subcode, reason, detail

    @property
    def side(self) -> str:
        """Tell whose mistake it is: that of who asked, or of the machine."""
        return "Receiver" if self.subcode in ("w:TimedOut", "w:InternalError") else "Sender"

    def render(self, machine: str) -> str:
        """Print the body of the fault."""
        reason = clean(self.reason)
        detail = self.detail or self._details(machine)
        return (
            f"<s:Fault><s:Code><s:Value>s:{self.side}</s:Value><s:Subcode><s:Value>{self.subcode}"
            f'</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">{reason}</s:Text>'
            f"</s:Reason><s:Detail>{detail}</s:Detail></s:Fault>"
        )

    def _details(self, machine: str) -> str:
        return (
            f'<f:WSManFault xmlns:f="{_FAULT}" Code="{self.code}" Machine={quoteattr(machine)}>'
            f"<f:Message>{clean(self.reason)}</f:Message></f:WSManFault>"
        )


def _of_wmi(fault: Fault, message: str, status: int, hresult: int) -> Fault:
    """Return a fault whose detail is that of the WMI provider."""
    nil = '<p:{0} xsi:nil="true"/>'.format
    words = clean(message)
    fault.detail = (
        f'<p:MSFT_WmiError xmlns:p="{_ERROR}" xmlns:xsi="{_XSI}" '
        f'xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" b:IsCIM_Error="true" '
        f'xsi:type="p:MSFT_WmiError_Type"><p:CIMStatusCode>{status}</p:CIMStatusCode>'
        f"{nil('CIMStatusCodeDescription')}{nil('ErrorSource')}"
        f"<p:ErrorSourceFormat>0</p:ErrorSourceFormat><p:ErrorType>0</p:ErrorType>"
        f"<p:Message>{words}</p:Message><p:MessageID>HRESULT 0x{hresult:08x}</p:MessageID>"
        f"{nil('OwningEntity')}<p:PerceivedSeverity>0</p:PerceivedSeverity>"
        f"<p:error_Category>0</p:error_Category><p:error_Code>{hresult}</p:error_Code>"
        f"<p:error_Type>HRESULT</p:error_Type>"
        f"<p:error_WindowsErrorMessage>{words}</p:error_WindowsErrorMessage></p:MSFT_WmiError>"
    )
    return fault


def class_absent(name: str, namespace: str) -> Fault:
    """A class that the namespace does not have."""
    message = (
        "The WS-Management service cannot process the request. "
        f"The class {name} does not exist in the {namespace} namespace. "
    )
    return _of_wmi(Fault(2150858752, "wsa:DestinationUnreachable", message), message, 5, 0x80041010)


def namespace_absent(namespace: str) -> Fault:
    """A namespace that WMI does not have."""
    message = (
        "The WS-Management service cannot process the request. "
        f"The CIM namespace {namespace} is invalid. "
    )
    return _of_wmi(Fault(2150858752, "wsa:DestinationUnreachable", message), message, 3, 0x8004100E)


def instance_absent() -> Fault:
    """No instance has these keys."""
    message = (
        "The WS-Management service cannot process the request. The service cannot find the "
        "resource identified by the resource URI and selectors. "
    )
    return _of_wmi(Fault(2150858752, "wsa:DestinationUnreachable", message), message, 6, 0x80041002)


def wrong_query(why: str) -> Fault:
    """A filter that WMI does not understand."""
    message = (
        "The data source could not process the filter. The filter might be missing or it might be "
        f"invalid. Change the filter and try the request again. ({why}) "
    )
    return _of_wmi(Fault(2150858778, "n:CannotProcessFilter", message), message, 15, 0x80041017)


def dialect_unknown() -> Fault:
    """A filter in a language other than WQL and selectors."""
    return Fault(
        2150858777,
        "n:FilterDialectRequestedUnavailable",
        "The filter dialect (the type associated with the filter) was not supported for this "
        "resource. Change the filter dialect or remove it from the request and try again. ",
    )


def method_absent(method: str) -> Fault:
    """A method that the class does not have."""
    message = (
        f"The WS-Management service cannot process the request. The method {method} does not exist."
    )
    return _of_wmi(Fault(2150858771, "wsa:ActionNotSupported", message), message, 17, 0x80041054)


def action_unknown() -> Fault:
    """An action that the resource does not have."""
    return Fault(
        2150858771,
        "wsa:ActionNotSupported",
        "The specified action URI cannot be used with the WS-Management service. The URI may not "
        "be appropriate for this resource. ",
    )


def context_unknown() -> Fault:
    """An enumeration that ended, or never was."""
    return Fault(
        2150858779,
        "n:InvalidEnumerationContext",
        "The supplied enumeration context is invalid. The enumeration context might have expired. ",
    )


def selectors_wrong(reason: str) -> Fault:
    """Selectors that select nothing here."""
    return Fault(2150858843, "w:InvalidSelectors", reason)


def shell_absent(shell: str) -> Fault:
    """A shell that was deleted, or never was."""
    return selectors_wrong(
        "The WS-Management service cannot process the request because the request contained "
        f"invalid selectors for the resource. The shell {shell} was not found on the server. "
    )


def too_many_shells(most: int) -> Fault:
    """The quota of shells is used up."""
    message = (
        "The WS-Management service cannot process the request. This user is allowed a maximum "
        f"number of {most} concurrent shells, which has been exceeded. Close existing shells or "
        "raise the quota for this user. "
    )
    return _of_wmi(Fault(2150859173, "w:QuotaLimit", message), message, 27, 0x803381A5)


def too_many_operations(most: int) -> Fault:
    """The quota of operations is used up."""
    message = (
        "The WS-Management service cannot process the request. This service is configured to run "
        f"a maximum number of {most} concurrent operations. Retry the request later. "
    )
    return _of_wmi(Fault(2150859174, "w:QuotaLimit", message), message, 27, 0x803381A6)


def timed_out() -> Fault:
    """Nothing to say within the operation timeout."""
    return Fault(
        2150858793,
        "w:TimedOut",
        "The WS-Management service cannot complete the operation within the time specified in "
        "OperationTimeout.  ",
    )


def envelope_too_small() -> Fault:
    """One item alone exceeds the envelope that was asked for."""
    return Fault(
        2150858824,
        "w:EncodingLimit",
        "The response that the WS-Management service computed exceeds the maximum envelope size "
        "in the request. ",
    )


def too_large() -> Fault:
    """An envelope above the limit of the service."""
    return Fault(
        2150858823,
        "w:EncodingLimit",
        "The maximum envelope size in the request is too large. Change the maximum envelope size "
        "and try the request again. ",
    )


def not_understood(why: str) -> Fault:
    """An envelope that is none."""
    return Fault(
        2150858819,
        "w:SchemaValidationError",
        f"The WS-Management service cannot process the request. The XML is invalid. ({why}) ",
    )


def unsupported(feature: str) -> Fault:
    """A feature of WS-Management that this service does not have."""
    return Fault(
        2150858818,
        "w:UnsupportedFeature",
        f"The specified feature in the WS-Management message is not supported: {feature}. ",
    )


def failed() -> Fault:
    """A defect of the simulation itself."""
    return Fault(2147942487, "w:InternalError", "The simulated service failed. ")
