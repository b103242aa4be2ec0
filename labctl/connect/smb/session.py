"""A file server over SMB 2 or 3, signed, never as a guest: the steps that a user takes.

Each step returns the NT status by name (``STATUS_SUCCESS``, ``STATUS_ACCESS_DENIED``,
``STATUS_BAD_NETWORK_NAME``, ``STATUS_LOGON_FAILURE``…): a refusal is what one wants to know, not an
error. ConnectError means that the conversation broke. What to try is ``labctl.connect.smb.trials``.
"""

import logging
import struct
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import spnego
from smbprotocol import file_info
from smbprotocol import open as smb_open
from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.header import NtStatus
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from labctl.connect.base import Endpoint
from labctl.connect.guard import GuardedSocket
from labctl.connect.smb import srvsvc
from labctl.connect.smb.link import Link
from labctl.connect.smb.login import Login
from labctl.connect.vantage import connect_from
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ConnectError
from labctl.core.i18n import _

CONNECT_BUDGET_S = 8.0
SUCCESS = "STATUS_SUCCESS"
GUEST = "STATUS_GUEST_SESSION"
"""No NT status: the server let us in as a guest, which labctl refuses."""
OTHER_CONTENT = "STATUS_DATA_ERROR"
_CONTENT = b"labctl\r\n"
_MOST_FRAGMENTS = 64
_NAMES = {value: name for name, value in vars(NtStatus).items() if name.startswith("STATUS_")}
_MASK = smb_open.FilePipePrinterAccessMask
_OPTION = smb_open.CreateOptions
_SHARED = (
    smb_open.ShareAccess.FILE_SHARE_READ
    | smb_open.ShareAccess.FILE_SHARE_WRITE
    | smb_open.ShareAccess.FILE_SHARE_DELETE
)
# What the library lets out on what a hostile peer sends; its structures check very little.
_BROKEN = (
    SMBException, spnego.exceptions.SpnegoError, srvsvc.RpcError, OSError, EOFError, ValueError,
    IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError, OverflowError,
)  # fmt: skip
T = TypeVar("T")


def open_server(endpoint: Endpoint, deadline: Deadline) -> "SmbServer":
    """Connect and negotiate; nobody is logged on yet.

    Raises Unreachable, ConnectTimeout, OutputLimit, or ConnectError when the peer speaks no SMB.
    """
    for library in ("smbprotocol", "spnego"):  # they log what a hostile peer says, with tracebacks
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, OUTPUT_CAP_BYTES)
    server = SmbServer(_GuardedConnection(endpoint, guard), guard, endpoint.server_name)
    try:
        server.negotiate()
    except ConnectError:
        server.close()
        raise
    return server


class _GuardedConnection(Connection):  # type: ignore[misc]  # the library has no types
    """The library's connection over our socket: it makes its own, and has no hook for another."""

    def __init__(self, endpoint: Endpoint, guard: GuardedSocket) -> None:
        self._link = Link(guard)
        super().__init__(uuid.uuid4(), endpoint.address, endpoint.port, require_signing=True)

    @property
    def transport(self) -> Link:
        return self._link

    @transport.setter
    def transport(self, _other: object) -> None:
        """Keep ours."""


class SmbServer:
    """One connection to a file server; several accounts may be logged on over it."""

    def __init__(self, connection: Any, guard: GuardedSocket, name: str) -> None:
        self._connection = connection
        self._guard = guard
        self._name = name or connection.server_name

    def allow(self, deadline: Deadline) -> None:
        """Start a new step: so much time, and a fresh allowance of bytes."""
        self._guard.allow(OUTPUT_CAP_BYTES, deadline)

    def negotiate(self) -> None:
        """Agree on a dialect: SMB 2 or 3."""
        self._do(lambda: self._connection.connect(timeout=None))

    def log_on(self, login: Login) -> tuple[str, Any]:
        """Open a session of an account, by NTLM; one attempt, ever."""
        name = f"{login.domain}\\{login.account}"
        user: object = name
        password = None
        if login.nt_hash is not None:
            user = spnego.NTLMHash(username=name, nt_hash=login.nt_hash.reveal())
        elif login.password is not None:
            password = login.password.reveal()
        session = Session(
            self._connection, user, password, require_encryption=False, auth_protocol="ntlm"
        )
        try:
            return self._step(lambda: (session.connect(), session)[1])
        except ConnectError as exc:
            if isinstance(exc.__cause__, SMBException) and "as a guest" in str(exc.__cause__):
                return GUEST, None
            raise

    def connect_share(self, session: Any, share: str) -> tuple[str, Any]:
        """Connect to a share as a logged-on account."""
        tree = TreeConnect(session, f"\\\\{self._name}\\{share}")
        return self._step(lambda: (tree.connect(), tree)[1])

    def list_folder(self, tree: Any) -> str:
        """List the top folder of a share."""
        folder = smb_open.Open(tree, "")

        def act() -> None:
            access = smb_open.DirectoryAccessMask.FILE_LIST_DIRECTORY
            self._open(
                folder, access, smb_open.CreateDisposition.FILE_OPEN, _OPTION.FILE_DIRECTORY_FILE
            )
            try:
                folder.query_directory("*", file_info.FileInformationClass.FILE_NAMES_INFORMATION)
            finally:
                folder.close()

        return self._step(act)[0]

    def leave_file(self, tree: Any, name: str) -> tuple[str, Any]:
        """Create, write and rename a file, and keep it open: the server deletes it on closing.

        So that a cut connection leaves nothing behind. A file comes back also with a refusal, when
        it was created and could then not be written or renamed.
        """
        file = smb_open.Open(tree, f"{name}.tmp")
        access = _MASK.FILE_WRITE_DATA | _MASK.DELETE
        options = _OPTION.FILE_NON_DIRECTORY_FILE | _OPTION.FILE_DELETE_ON_CLOSE
        status, _none = self._step(
            lambda: self._open(file, access, smb_open.CreateDisposition.FILE_CREATE, options)
        )
        if status != SUCCESS:
            return status, None
        status, _none = self._step(lambda: _fill(file, name))
        return status, file

    def read_file(self, tree: Any, name: str) -> str:
        """Read a file that ``leave_file`` left."""
        file = smb_open.Open(tree, name)

        def act() -> bytes:
            opening = smb_open.CreateDisposition.FILE_OPEN
            self._open(file, _MASK.FILE_READ_DATA, opening, _OPTION.FILE_NON_DIRECTORY_FILE)
            try:
                return bytes(file.read(0, 4096))
            finally:
                file.close()

        status, content = self._step(act)
        return OTHER_CONTENT if status == SUCCESS and content != _CONTENT else status

    def close_file(self, file: Any) -> str:
        """Close a file that ``leave_file`` left, which deletes it."""
        return self._step(file.close)[0]

    def list_shares(self, session: Any) -> tuple[str, tuple[str, ...]]:
        """List the shares as an account sees them."""
        status, tree = self.connect_share(session, "IPC$")
        if tree is None:
            return status, ()
        pipe = smb_open.Open(tree, "srvsvc")

        def act() -> tuple[str, ...]:
            access = _MASK.FILE_READ_DATA | _MASK.FILE_WRITE_DATA
            self._open(pipe, access, smb_open.CreateDisposition.FILE_OPEN, 0)
            try:
                return _enumerate(pipe)
            finally:
                pipe.close()

        status, names = self._step(act)
        return status, names or ()

    def close(self) -> None:
        """Cut the connection: the server closes, and so deletes, what is open."""
        self._guard.close()

    def _open(self, file: Any, access: int, disposition: int, options: int) -> None:
        impersonation = smb_open.ImpersonationLevel.Impersonation
        file.create(impersonation, access, 0, _SHARED, disposition, options)

    def _step(self, act: Callable[[], T]) -> tuple[str, T | None]:
        """Do something and return how the server took it."""
        try:
            return SUCCESS, self._do(act)
        except _Refusal as exc:
            return exc.status, None

    def _do(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except SMBResponseException as exc:
            status = int(exc.status)
            raise _Refusal(_NAMES.get(status, f"STATUS_{status:08X}")) from exc
        except _BROKEN as exc:
            raise self._broken(exc) from exc

    def _broken(self, error: BaseException) -> ConnectError:
        if self._guard.error is not None:
            return self._guard.error
        if self._guard.has_ended:
            return ConnectError(_("la connexion a été coupée"))
        values = {"kind": type(error).__name__}
        return ConnectError(_("conversation SMB rompue (%(kind)s)") % values)


class _Refusal(ConnectError):
    """The server said no, and why."""

    def __init__(self, status: str) -> None:
        super().__init__(_("le serveur de fichiers refuse (%s)") % status)
        self.status = status


def _fill(file: Any, name: str) -> None:
    """Write to an open file and rename it (MS-SMB2 2.2.39, FileRenameInformation)."""
    file.write(_CONTENT)
    change = file_info.FileRenameInformation()
    change["replace_if_exists"] = False
    change["file_name"] = name
    request = smb_open.SMB2SetInfoRequest()
    request["info_type"] = change.INFO_TYPE
    request["file_info_class"] = change.INFO_CLASS
    request["file_id"] = file.file_id
    request["buffer"] = change
    tree = file.tree_connect
    connection = file.connection
    connection.receive(
        connection.send(request, sid=tree.session.session_id, tid=tree.tree_connect_id)
    )


def _enumerate(pipe: Any) -> tuple[str, ...]:
    """Ask for the shares over an open pipe."""
    pipe.write(srvsvc.render_bind())
    srvsvc.parse_bind(pipe.read(0, 4280))
    pipe.write(srvsvc.render_enum())
    stub = b""
    for _fragment in range(_MOST_FRAGMENTS):
        part, is_last = srvsvc.take_fragment(pipe.read(0, 4280))
        stub += part
        if is_last:
            return srvsvc.parse_enum(stub)
    raise srvsvc.RpcError(_("la liste des partages ne finit pas"))
