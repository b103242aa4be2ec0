"""Run local commands: argv only, a deadline always; the only place that starts a process."""

import os
import selectors
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import CommandError, CommandTimeout
from labctl.core.i18n import _


@dataclass(frozen=True, slots=True)
class Completed:
    """What a local command left behind."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str


def run(
    argv: Sequence[str],
    deadline: Deadline,
    *,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    check: bool = True,
) -> Completed:
    """Run a command in its own process group and return what it said.

    Raises CommandTimeout (the whole group is killed), or CommandError when it cannot start or,
    with ``check``, ends with another code than 0. At most ``OUTPUT_CAP_BYTES`` of each
    stream is kept.
    """
    pipe = subprocess.PIPE
    with _start(argv, env, cwd, stdin=pipe, stderr=pipe) as process:
        try:
            out, err = process.communicate(stdin.encode(), timeout=deadline.remaining_s())
        except subprocess.TimeoutExpired as exc:
            _kill_group(process.pid)
            raise CommandTimeout(_unfinished(argv)) from exc
        except OSError as exc:
            _kill_group(process.pid)
            raise _refused(argv, exc) from exc
        except BaseException:
            _kill_group(process.pid)
            raise
    done = Completed(tuple(argv), process.returncode, _text(out), _text(err))
    if check and done.exit_code != 0:
        said = (done.stderr or done.stdout).strip()[-2000:]
        failed = _("code de sortie %(code)d : %(command)s")
        values = {"code": done.exit_code, "command": paste(argv)}
        raise CommandError(f"{failed % values}\n{said}")
    return done


def follow(
    argv: Sequence[str],
    deadline: Deadline,
    on_line: Callable[[str], None],
    *,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> Completed:
    """Run a command like ``run``, handing over each line of its output as soon as it is said.

    Any exit code is returned; ``stdout`` of the result is empty, its lines were given away. With
    ``stdin`` the command is given this text once it has said something, then nothing, and no end
    before its own: it knows by that that we are still there.
    """
    pipe = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    with os.fdopen(os.memfd_create("stderr"), "w+b") as errors:  # works on a full disk
        with _start(argv, env, cwd, stdin=pipe, stderr=errors) as process:
            try:
                _hand_over_lines(process, deadline, on_line, (stdin or "").encode())
                process.wait(timeout=deadline.remaining_s())
            except (subprocess.TimeoutExpired, TimeoutError) as exc:
                _kill_group(process.pid)
                raise CommandTimeout(_unfinished(argv)) from exc
            except BaseException:
                _kill_group(process.pid)
                raise
        errors.seek(0)
        said = _text(errors.read(OUTPUT_CAP_BYTES))
    return Completed(tuple(argv), process.returncode, "", said)


def leave(argv: Sequence[str], stdin: int) -> int:
    """Start a program that says nothing and ends when the other end of its stdin is closed.

    Return its number; nobody waits for it.
    """
    silent = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), *silent]
    try:
        return os.posix_spawn(argv[0], list(argv), os.environ, file_actions=actions, setsid=True)
    except OSError as exc:
        raise _refused(argv, exc) from exc


def _start(
    argv: Sequence[str],
    env: Mapping[str, str] | None,
    cwd: str | None,
    *,
    stdin: int,
    stderr: int | IO[bytes],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as exc:
        raise _refused(argv, exc) from exc


def _refused(argv: Sequence[str], error: OSError) -> CommandError:
    return CommandError(f"{error.strerror}: {paste(argv)}")


def _unfinished(argv: Sequence[str]) -> str:
    return _("pas fini avant l'échéance : %(command)s") % {"command": paste(argv)}


def paste(argv: Sequence[str]) -> str:
    """Return the command as one line that can be pasted in a terminal."""
    return shlex.join(argv)


def _hand_over_lines(
    process: subprocess.Popen[bytes],
    deadline: Deadline,
    on_line: Callable[[str], None],
    unsent: bytes,
) -> None:
    pending = b""
    for chunk in _converse(process, deadline, unsent):
        *lines, pending = (pending + chunk).split(b"\n")
        pending = pending[:OUTPUT_CAP_BYTES]
        for line in lines:
            on_line(_text(line))
    if pending:
        on_line(_text(pending))


def _converse(
    process: subprocess.Popen[bytes], deadline: Deadline, unsent: bytes
) -> Iterator[bytes]:
    """Yield what a process says while it is given a text; TimeoutError at the deadline."""
    with selectors.DefaultSelector() as selector:
        if process.stdout is not None:
            selector.register(process.stdout, selectors.EVENT_READ)
        has_spoken = process.stdin is None
        while True:
            ready = {key.fileobj for key, _events in selector.select(deadline.remaining_s())}
            if not ready:
                raise TimeoutError
            if process.stdin in ready and not (unsent := _send_some(process.stdin, unsent)):
                selector.unregister(process.stdin)  # which stays open
            if process.stdout in ready:
                chunk = os.read(process.stdout.fileno(), 1 << 16)
                if not chunk:
                    return
                if not has_spoken and process.stdin is not None:
                    has_spoken = True
                    os.set_blocking(process.stdin.fileno(), False)
                    selector.register(process.stdin, selectors.EVENT_WRITE)
                yield chunk


def _send_some(pipe: IO[bytes] | None, text: bytes) -> bytes:
    """Write what a pipe takes now; return the rest, nothing when nobody reads it any more."""
    if pipe is None:
        return b""
    try:
        return text[os.write(pipe.fileno(), text) :]
    except BlockingIOError:
        return text
    except BrokenPipeError:
        return b""


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _text(raw: bytes) -> str:
    return raw[:OUTPUT_CAP_BYTES].decode("utf-8", "replace")
