"""Network devices over their own command line: netmiko, strict host keys, one connection.

A question is ``{"command": "show …"}``; there is no exit code, an IOS error is part of the output.
Only reads are asked; ``configure`` is for reference solutions and faults.
"""

import logging
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from labctl.connect.base import Answer, Endpoint, Question
from labctl.connect.cli.secrets import load_rules
from labctl.connect.guard import GuardedSocket
from labctl.connect.ssh.session import LIBRARY_ERRORS, is_host_key_error, load_key, tame_library
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.connect.vantage import connect_from
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import (
    AuthenticationRefused,
    ConnectError,
    ConnectTimeout,
    HostIdentityError,
    LabctlError,
)
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

CONNECT_BUDGET_S = 8.0
HANDSHAKE_CAP_BYTES = 256 << 10
_CONTROL = re.compile(r"[\x00-\x02\x04-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""ETX is none of them: it delimits a banner, and some images print it as it is."""
_PAGER = re.compile(r"--\s*more\s*--", re.IGNORECASE)
_PROMPT = r"(?:^|\n|\r)[\w.()/:-]+[>#] ?\Z"
T = TypeVar("T")


def preload() -> None:
    """Import the library, which takes half a second, and compile what hides secrets."""
    load_rules()
    import_module("netmiko.cisco")
    import_module("netmiko.exceptions")


def open_device(endpoint: Endpoint, deadline: Deadline) -> "DeviceSession":
    """Open the one connection of a visit and find the prompt.

    Raises Unreachable, ConnectTimeout, HostIdentityError (nothing secret was sent then),
    AuthenticationRefused, OutputLimit, or ConnectError when the peer is no such device.
    """
    tame_library()
    logging.getLogger("netmiko").setLevel(logging.CRITICAL + 1)
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, HANDSHAKE_CAP_BYTES)
    try:
        device = _build(endpoint, guard, deadline)
        return DeviceSession(device, guard, _log_in(device, guard, endpoint))
    except BaseException:
        guard.close()
        raise


def configure(endpoint: Endpoint, lines: Sequence[str], deadline: Deadline) -> str:
    """Type lines in configuration mode and return the dialogue; ConnectError names a refused one.

    For solutions and faults; nothing is saved unless the lines say so.
    """
    session = open_device(endpoint, deadline)
    try:
        return session.type_configuration(lines, deadline)
    finally:
        session.close()


_REFUSAL = (
    r"(?m)^(?:% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Bad|Error)|Command rej)"
)
"""What a refusal begins with; « % Generating keys » and « % Access VLAN… Creating » are none."""


class DeviceSession:
    """One connection to one device, its pager off."""

    def __init__(self, device: Any, guard: GuardedSocket, prompt: str) -> None:
        self._device = device
        self._guard = guard
        self._end = _after(prompt)

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask one command after the other; a lost prompt costs the rest."""
        try:
            return self._ask_each(questions, deadline)
        finally:
            self._guard.rest()

    def _ask_each(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        answers: list[Answer] = []
        for question in questions:
            watch = Stopwatch()
            try:
                output, trouble = self._read(question, deadline.within(question.timeout_s))
            except ConnectError as exc:
                return (*answers, *refuse(questions[len(answers) :], explain(exc)))
            answers.append(
                Answer(question, output, None, trouble, watch.started_at, watch.elapsed_s())
            )
        return tuple(answers)

    def type_configuration(self, lines: Sequence[str], deadline: Deadline) -> str:
        """Type lines in configuration mode; ConnectError when the device refuses one."""
        self._guard.allow(OUTPUT_CAP_BYTES, deadline)

        def act() -> str:
            return str(
                self._device.send_config_set(
                    list(lines),
                    read_timeout=_some(deadline),
                    error_pattern=_REFUSAL,
                    bypass_commands="",  # else one banner makes every line wait two seconds
                )
            )

        try:
            return _do(self._guard, act)
        finally:
            self._guard.rest()

    def close(self) -> None:
        """Cut the connection; succeeds when it is already gone.

        The library would first ask a device that may be dead to leave.
        """
        self._guard.close()
        with suppress(EOFError, OSError):
            self._device.paramiko_cleanup()

    def _read(self, question: Question, own: Deadline) -> tuple[bytes, Unobserved | None]:
        self._guard.allow(2 * question.cap_bytes + HANDSHAKE_CAP_BYTES, own)
        command = str(question.body["command"])

        def act() -> str:
            text = self._device.send_command(
                command, expect_string=self._end, read_timeout=_some(own)
            )
            return f"{text}{self._device.channel.read_channel()}"

        text = _do(self._guard, act)
        output = text.encode()
        if len(output) > question.cap_bytes:
            trouble = Unobserved(Reason.OUTPUT_LIMIT, _("réponse plus longue que permis"))
            return output[: question.cap_bytes], trouble
        if _CONTROL.search(text) or _PAGER.search(text):
            return output, Unobserved(Reason.PROTOCOL, _("caractères de commande dans la réponse"))
        return output, None


def _build(endpoint: Endpoint, guard: GuardedSocket, deadline: Deadline) -> Any:
    """Return the library's connection, not open yet, with none of its trusting defaults."""
    from netmiko.cisco import CiscoIosSSH  # half a second to import: only where it is needed

    left = _some(deadline)
    return CiscoIosSSH(
        host=endpoint.address,
        port=endpoint.port,
        username=endpoint.account,
        pkey=load_key(endpoint.credential),
        use_keys=False,  # its other meaning: try the keys of this account, too
        allow_agent=False,
        ssh_strict=True,
        system_host_keys=False,
        alt_host_keys=True,
        conn_timeout=left,
        auth_timeout=left,
        banner_timeout=left,
        sock=guard,  # type: ignore[arg-type]  # socket-like is enough
        auto_connect=False,
    )


def _log_in(device: Any, guard: GuardedSocket, endpoint: Endpoint) -> str:
    """Shake hands, log in, turn the pager off; return the prompt."""
    with tempfile.TemporaryDirectory(prefix="labctl-") as folder:
        known = Path(folder) / "known_hosts"
        known.write_text(f"{_host(endpoint)} {endpoint.trust}\n", encoding="utf-8")
        device.alt_key_file = str(known)
        _do(guard, device.establish_connection)
    device.channel = _GuardedChannel(device.channel, guard)

    def prepare() -> str:
        # What is typed before the first prompt may be lost, so that its own preparation, which
        # types at once, would at times leave the pager on.
        device.read_until_pattern(pattern=_PROMPT, read_timeout=_some(guard.deadline))
        device.set_base_prompt()
        prompt = str(device.find_prompt())
        for command in ("terminal length 0", "terminal width 511"):
            device.send_command(
                command, expect_string=_after(prompt), read_timeout=_some(guard.deadline)
            )
        return prompt

    return _do(guard, prepare)


def _after(prompt: str) -> str:
    """Return the pattern of a prompt alone on the last line.

    The same words inside a banner or a description then end nothing.
    """
    return rf"\n{re.escape(prompt)} ?\Z"


def _host(endpoint: Endpoint) -> str:
    """Return the name under which the library looks a host key up."""
    if endpoint.port == 22:
        return endpoint.address
    return f"[{endpoint.address}]:{endpoint.port}"


class _GuardedChannel:
    """The library's channel, which notices that the connection is over.

    The library polls: on a dead connection it would see « nothing yet » until its own timeouts.
    """

    def __init__(self, channel: Any, guard: GuardedSocket) -> None:
        self._channel = channel
        self._guard = guard

    def write_channel(self, text: str) -> None:
        """Send text."""
        self._channel.write_channel(text)

    def read_buffer(self) -> str:
        """Return what came, once."""
        self._check()
        return str(self._channel.read_buffer())

    def read_channel(self) -> str:
        """Return all that came."""
        self._check()
        return str(self._channel.read_channel())

    def _check(self) -> None:
        if self._guard.error is not None:
            raise self._guard.error
        if self._guard.deadline.is_over():
            raise ConnectTimeout(_("l’équipement n’a pas répondu à temps"))
        channel = self._channel.remote_conn
        if self._guard.has_ended or (channel.closed and not channel.recv_ready()):
            raise ConnectError(_("la connexion a été coupée"))


def _do(guard: GuardedSocket, act: Callable[[], T]) -> T:
    """Call the library; its exceptions become ours."""
    from netmiko.exceptions import (
        ConfigInvalidException,
        NetmikoAuthenticationException,
        NetmikoBaseException,
        ReadTimeout,
    )

    try:
        return act()
    except LabctlError:
        raise
    except NetmikoAuthenticationException as exc:
        raise AuthenticationRefused(_("l’équipement refuse le compte de labctl")) from exc
    except ConfigInvalidException as exc:
        raise ConnectError(_("l’équipement refuse une ligne : %s") % exc) from exc
    except (NetmikoBaseException, *LIBRARY_ERRORS) as exc:
        raise _explain(guard, exc, is_late=isinstance(exc, ReadTimeout)) from exc


def _explain(guard: GuardedSocket, error: BaseException, *, is_late: bool) -> ConnectError:
    if guard.error is not None:
        return guard.error
    if is_host_key_error(error):
        return HostIdentityError(_("l’équipement présente une autre clé d’hôte que la sienne"))
    if is_late or guard.deadline.is_over():
        return ConnectTimeout(_("l’équipement n’a pas répondu à temps"))
    if guard.has_ended:
        return ConnectError(_("la connexion a été coupée"))
    values = {"kind": type(error).__name__}
    return ConnectError(_("conversation avec l’équipement rompue (%(kind)s)") % values)


def _some(deadline: Deadline) -> float:
    """Return the seconds left, never 0, which the library takes for « no limit »."""
    return max(deadline.remaining_s(), 0.01)
