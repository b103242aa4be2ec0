"""Kerberos for a link: a ticket of the domain for the machine, asked from the link's vantage.

MIT's library speaks to the controller by itself: it is told where the controller is by a
configuration of its own, and it is given a deadline by leaving it behind in its thread. Its Python
modules are the extra ``labctl[kerberos]``, for they are compiled.
"""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import spnego
import spnego.exceptions
from spnego.channel_bindings import GssChannelBindings

from labctl.connect.base import Endpoint
from labctl.connect.trouble import DETAIL_CAP
from labctl.connect.vantage import connect_from, enter
from labctl.core.deadline import Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, ConnectTimeout
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.core.thread import call_aside
from labctl.core.untrusted import one_line

T = TypeVar("T")

BUDGET_S = 8.0
_PORT = 88
_KRB5 = -1765328384  # where the numbers of RFC 4120 start in the library
# Unknown, revoked, expired, wrong password.
_REFUSALS = frozenset({_KRB5 + 6, _KRB5 + 18, _KRB5 + 23, _KRB5 + 24})
_CONFIGURATION = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    {realm} = {{
        kdc = {controller}
    }}
[domain_realm]
    .{domain} = {realm}
    {domain} = {realm}
"""
_one_at_a_time = threading.Lock()  # where the configuration is, is a variable of the process


def is_domain_account(account: str) -> bool:
    """Tell whether an account (``name@domain``) is one of a domain."""
    return "@" in account


class Ticket:
    """What proves a domain account to one machine."""

    def __init__(
        self, endpoint: Endpoint, password: Secret | None, bindings: GssChannelBindings | None
    ) -> None:
        self._endpoint, self._password, self._bindings = endpoint, password, bindings
        self.context: spnego.ContextProxy | None = None

    def prove(self, deadline: Deadline) -> bytes:
        """Return the token that proves who we are to the machine.

        Raises AuthenticationRefused when the domain refuses the account, Unreachable when its
        controller does not answer, ConnectError for the rest.
        """
        errors, within = _errors(), deadline.within(BUDGET_S)
        if self._endpoint.controller:
            address = self._endpoint.controller
            connect_from(self._endpoint.vantage, address, _PORT, within).close()
        try:
            with _configured(self._endpoint, within):
                return _call_within(self._first_token, self._endpoint, within)
        except errors as exc:
            raise _explain(self._endpoint, exc) from exc

    def verify(self, token: bytes, deadline: Deadline) -> None:
        """Take what the machine proves in return; ConnectError when it proves nothing."""
        errors = _errors()
        try:
            with _configured(self._endpoint, deadline):  # the name is read anew, in its realm
                if self.context is not None:
                    self.context.step(token)
        except errors as exc:
            raise _explain(self._endpoint, exc) from exc
        if self.context is None or not self.context.complete:
            raise ConnectError(_("la machine ne prouve pas qu’elle est du domaine"))

    def _first_token(self) -> bytes:
        name, _at, domain = self._endpoint.account.rpartition("@")
        self.context = spnego.client(
            f"{name}@{domain.upper()}",
            self._password.reveal() if self._password else None,
            hostname=self._endpoint.server_name or self._endpoint.address,
            service="HTTP",
            channel_bindings=self._bindings,
            protocol="kerberos",
            options=spnego.NegotiateOptions.use_gssapi | spnego.NegotiateOptions.wrapping_winrm,
        )
        return self.context.step() or b""


@contextmanager
def _configured(endpoint: Endpoint, deadline: Deadline) -> Iterator[None]:
    """Tell the library where the controller is; without one, what this machine is set to holds."""
    if not endpoint.controller:
        yield
        return
    if not _one_at_a_time.acquire(timeout=max(deadline.remaining_s(), 0.01)):
        raise ConnectTimeout(_("le contrôleur de domaine n’a pas répondu à temps"))
    before = os.environ.get("KRB5_CONFIG")
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "krb5.conf")
            domain = endpoint.account.rpartition("@")[2].lower()
            values = {"realm": domain.upper(), "domain": domain, "controller": endpoint.controller}
            file.write_text(_CONFIGURATION.format(**values), encoding="ascii")
            os.environ["KRB5_CONFIG"] = str(file)
            yield
    finally:
        os.environ.pop("KRB5_CONFIG", None)
        if before is not None:
            os.environ["KRB5_CONFIG"] = before
        _one_at_a_time.release()


def _call_within(act: Callable[[], T], endpoint: Endpoint, deadline: Deadline) -> T:
    """Call in a thread that looks from the vantage, and leave it there when it is late."""

    def work() -> T:
        enter(endpoint.vantage)
        return act()

    late = ConnectTimeout(_("le contrôleur de domaine n’a pas répondu à temps"))
    return call_aside(work, "labctl-kerberos", deadline, late)


def _errors() -> tuple[type[Exception], ...]:
    """Return what the libraries let out; ConnectError where they are not installed."""
    try:
        krb5, gssapi = import_module("krb5"), import_module("gssapi.exceptions")
    except ImportError as exc:
        raise ConnectError(
            _("Kerberos demande des modules qui ne sont pas installés"),
            hint=_("make setup-kerberos, ou pip install 'labctl[kerberos]'"),
        ) from exc
    return (spnego.exceptions.SpnegoError, krb5.Krb5Error, gssapi.GSSError, ValueError)


def _explain(endpoint: Endpoint, error: BaseException) -> ConnectError:
    """Return our error for one of the library's."""
    code = getattr(error, "err_code", 0)
    if code in _REFUSALS:
        values = {"name": endpoint.account}
        return AuthenticationRefused(_("le domaine refuse le compte %(name)s") % values)
    return ConnectError(_("Kerberos : %(why)s") % {"why": one_line(str(error), DETAIL_CAP)})
