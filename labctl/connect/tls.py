"""TLS to a machine whose certificate must come from the lab's own authority."""

import select
import socket
import ssl

from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ConnectTimeout, HostIdentityError
from labctl.core.i18n import _


def wrap_tls(sock: socket.socket, ca: str, name: str, deadline: Deadline) -> ssl.SSLSocket:
    """Shake hands over a connected socket; the certificate must carry the name.

    Nothing secret is sent before. Raises HostIdentityError, ConnectTimeout, or ConnectError when
    the peer speaks no TLS. The handshake as a whole has the deadline, not each of its reads.
    """
    context = _trust(ca)
    sock.settimeout(0)
    try:
        tls = context.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
        _shake_hands(tls, deadline)
    except ssl.SSLCertVerificationError as exc:
        values = {"name": name, "why": exc.verify_message}
        raise HostIdentityError(
            _("le certificat n’est pas celui de %(name)s : %(why)s") % values
        ) from exc
    except (OSError, ValueError) as exc:
        raise ConnectError(_("conversation TLS rompue (%s)") % type(exc).__name__) from exc
    return tls


def _trust(ca: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=ca)
    except OSError as exc:  # ssl.SSLError is one
        raise ConnectError(_("certificat d’autorité illisible : %s") % ca) from exc
    return context


def _shake_hands(tls: ssl.SSLSocket, deadline: Deadline) -> None:
    while True:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            ready = select.select([tls], [], [], deadline.remaining_s())[0]
        except ssl.SSLWantWriteError:
            ready = select.select([], [tls], [], deadline.remaining_s())[1]
        else:
            return
        if not ready or deadline.is_over():
            raise ConnectTimeout(_("la machine n’a pas répondu à temps"))
