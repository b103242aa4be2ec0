"""Linux machines over SSH: one connection, one exec for all questions.

paramiko waits for ever in many places and trusts any host key; here every byte passes a guarded
socket (deadline, byte cap), the host key is the pinned one or nothing is sent, and no agent, no
configuration file and no other key of this account is ever tried.
"""

import logging
import re
from collections.abc import Sequence
from contextlib import suppress

import paramiko

from labctl.connect.base import Answer, Endpoint, Question
from labctl.connect.guard import GuardedSocket
from labctl.connect.ssh.run import BACKLOG_BYTES, Run, Stop, argv_of, lines_of, too_much
from labctl.connect.ssh.script import render_clean
from labctl.connect.trouble import explain, refuse
from labctl.connect.vantage import connect_from
from labctl.core.command import Completed, paste
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import (
    AuthenticationRefused,
    ConnectError,
    ConnectTimeout,
    HostIdentityError,
    OutputLimit,
)
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

HANDSHAKE_CAP_BYTES = 256 << 10
FASTEST_KEX = "ecdh-sha2-nistp256"
"""Costs both ends least among the curves: sshd computes curve25519 in plain C."""
CONNECT_BUDGET_S = 8.0
"""Longest wait for TCP: leaves time for the console within a visit."""
_WINDOW_BYTES = 1 << 20
_TICK_S = 0.25
_CHUNK_BYTES = 64 << 10
_ABOUT_KEY = re.compile("host key|known_hosts|signature verification", re.IGNORECASE)
LIBRARY_ERRORS = (
    paramiko.SSHException, EOFError, OSError, ValueError, IndexError, KeyError, TypeError,
    AttributeError,
)  # fmt: skip
"""What the library lets out on what a hostile peer sends; several are no SSHException."""


def load_key(path: str) -> paramiko.PKey:
    """Return the private key of an endpoint (ed25519, which is also the fastest)."""
    try:
        return paramiko.Ed25519Key.from_private_key_file(path)
    except (OSError, paramiko.SSHException, ValueError) as exc:
        raise ConnectError(_("clé privée illisible : %(path)s") % {"path": path}) from exc


def open_ssh(endpoint: Endpoint, deadline: Deadline) -> "SshSession":
    """Open the one connection of a visit.

    Raises Unreachable, ConnectTimeout, HostIdentityError (nothing secret was sent then),
    AuthenticationRefused, OutputLimit, or ConnectError when the peer speaks no SSH.
    """
    tame_library()
    key = load_key(endpoint.credential)
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, HANDSHAKE_CAP_BYTES)
    try:
        transport = paramiko.Transport(guard)  # type: ignore[arg-type]  # socket-like is enough
    except LIBRARY_ERRORS as exc:
        guard.close()
        raise broken(guard, exc) from exc
    session = SshSession(transport, guard)
    try:
        _shake_hands(transport, endpoint.trust, deadline)
        _log_in(transport, endpoint.account, key)
    except ConnectError:
        session.close()
        raise
    except LIBRARY_ERRORS as exc:
        session.close()
        raise broken(guard, exc) from exc
    return session


def tame_library() -> None:
    """Keep what a hostile peer says out of stderr, and have a message hold no more than came.

    The library logs what it does not understand, traceback and all. Where a message ends too soon
    it makes up as many zeros as were announced, up to a mebibyte: fifty bytes on the wire would
    take that much memory, and four in the place of a count would keep its thread busy for hours.
    """
    logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
    paramiko.Message.get_bytes = _take_bytes  # type: ignore[assignment,method-assign]  # no hook


def _take_bytes(message: paramiko.Message, size: int) -> bytes:
    """Return the next bytes of a message; SSHException when it does not hold as many."""
    taken = message.packet.read(size)
    if len(taken) < size:
        raise paramiko.SSHException("a message is shorter than it says")
    return taken


def is_host_key_error(error: BaseException | None) -> bool:
    """Tell whether an error of the library, or what it hides, is about the host key."""
    while error is not None:
        is_about = isinstance(error, paramiko.SSHException) and _ABOUT_KEY.search(str(error))
        if is_about or isinstance(error, paramiko.BadHostKeyException):
            return True
        error = error.__cause__ or error.__context__
    return False


def broken(guard: GuardedSocket, error: BaseException) -> ConnectError:
    """Return our error for one of the library's: the guard knows better why the link is cut."""
    if guard.error is not None:
        return guard.error
    if guard.has_ended:
        return ConnectError(_("la connexion a été coupée"))
    if guard.deadline.is_over():  # the library looked at its watch before the guard did
        return ConnectTimeout(_("la machine n’a pas répondu à temps"))
    return ConnectError(_("conversation SSH rompue (%(kind)s)") % {"kind": type(error).__name__})


def offer(options: paramiko.transport.SecurityOptions) -> None:
    """Offer no compression, nothing broken, and curves only, first the one that costs least."""
    curves = (name for name in options.kex if name.startswith(("curve25519", "ecdh")))
    options.compression = ("none",)
    options.kex = tuple(sorted(curves, key=lambda name: name != FASTEST_KEX))
    options.ciphers = tuple(name for name in options.ciphers if "cbc" not in name)
    options.digests = tuple(name for name in options.digests if "sha2" in name)


def _shake_hands(transport: paramiko.Transport, trust: str, deadline: Deadline) -> None:
    """Exchange keys, and stop unless the machine is the one that was built."""
    kind, pinned = (*trust.split(), "", "")[:2]
    options = transport.get_security_options()
    offer(options)
    transport.banner_timeout = transport.auth_timeout = deadline.remaining_s()
    try:
        options.key_types = (kind,)
        transport.start_client(timeout=deadline.remaining_s())
    except paramiko.SSHException as exc:
        if is_host_key_error(exc):  # none of the pinned kind
            raise HostIdentityError(_("la machine n’a pas la clé d’hôte attendue")) from exc
        raise
    found = transport.get_remote_server_key()
    if not pinned or (found.get_name(), found.get_base64()) != (kind, pinned):
        raise HostIdentityError(_("la machine présente une autre clé d’hôte que la sienne"))


def _log_in(transport: paramiko.Transport, account: str, key: paramiko.PKey) -> None:
    try:
        still_wanted = transport.auth_publickey(account, key)
    except paramiko.AuthenticationException as exc:
        if not transport.is_active():  # cut, not refused
            raise EOFError from exc
        raise _refused(account) from exc
    if still_wanted:
        raise _refused(account)


def _refused(account: str) -> AuthenticationRefused:
    return AuthenticationRefused(_("la machine refuse le compte %(name)s") % {"name": account})


class SshSession:
    """One connection to one machine, for questions (``ask``) and for acts (``run``)."""

    def __init__(self, transport: paramiko.Transport, guard: GuardedSocket) -> None:
        self._transport = transport
        self._guard = guard
        self._stale_group = 0

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask everything in one exec; what hangs or floods is cut out and the rest asked again."""
        wrong = [question for question in questions if not _is_askable(question)]
        if wrong:
            return refuse(questions, Unobserved(Reason.SPEC, f"argv, stdin : {wrong[0].text}"))
        answers: list[Answer] = []
        while len(answers) < len(questions):
            left = questions[len(answers) :]
            run = Run(left, len(answers), deadline)
            stop = self._play(run, deadline)
            answers += run.answers
            if stop is not None:
                answers += run.lose(stop.trouble, 1 if stop.again else len(left))
        return tuple(answers)

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
        """Run one command with a clean environment; ConnectError when its end was not seen."""
        self._guard.allow(BACKLOG_BYTES, deadline)
        try:
            with self._transport.open_session(_WINDOW_BYTES, timeout=_some(deadline)) as channel:
                channel.exec_command(render_clean(argv, deadline.remaining_s()))
                channel.settimeout(_some(deadline))
                channel.sendall(stdin.encode())
                channel.shutdown_write()
                return _read_completed(channel, self._guard, tuple(argv))
        except LIBRARY_ERRORS as exc:
            raise broken(self._guard, exc) from exc
        finally:
            self._guard.rest()

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        self._guard.shutdown()  # first: the library's thread then ends at once, not at its tick
        self._transport.close()
        self._guard.close()

    def _play(self, run: Run, deadline: Deadline) -> Stop | None:
        """Send one script and read its frames; None when every question was answered."""
        self._guard.allow(BACKLOG_BYTES, deadline)
        try:
            with self._transport.open_session(_WINDOW_BYTES, timeout=_some(deadline)) as channel:
                channel.exec_command(run.render(self._stale_group))
                with suppress(OSError):  # ended already: reading tells how
                    channel.sendall(run.input)
                return run.read(channel, self._guard)
        except LIBRARY_ERRORS as exc:
            return Stop(explain(broken(self._guard, exc)), again=False)
        finally:
            self._stale_group = run.reader.group
            self._guard.rest()


def _is_askable(question: Question) -> bool:
    try:
        argv_of(question)
        lines_of(question)
    except ValueError:
        return False
    return True


def _read_completed(
    channel: paramiko.Channel, guard: GuardedSocket, argv: tuple[str, ...]
) -> Completed:
    """Read both streams to their end, then the exit status; the guard keeps the deadline."""
    out, err = bytearray(), bytearray()
    channel.settimeout(_TICK_S)
    chunk: bytes | None = None
    while chunk != b"":
        try:
            chunk = channel.recv(_CHUNK_BYTES)
        except TimeoutError:
            chunk = None
        out += chunk or b""
        while channel.recv_stderr_ready():
            err += channel.recv_stderr(_CHUNK_BYTES)
        if len(out) + len(err) > OUTPUT_CAP_BYTES:
            raise OutputLimit(too_much().detail)
        guard.allow_more(2 * len(chunk or b"") + 4096, BACKLOG_BYTES)
    status = channel.recv_exit_status()
    if status < 0:
        if guard.error is not None:
            raise guard.error
        raise ConnectError(_("fin inconnue : %(command)s") % {"command": paste(argv)})
    return Completed(argv, status, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def _some(deadline: Deadline) -> float:
    """Return the seconds left, never 0, which some libraries take for « no limit »."""
    return max(deadline.remaining_s(), 0.001)
