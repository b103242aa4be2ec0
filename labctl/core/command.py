"""Run local commands: argv only, a deadline always; the only place that starts a process."""

import os
import selectors
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
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
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> Completed:
    """Run a command like ``run``, handing over each line of its output as soon as it is said.

    Any exit code is returned; ``stdout`` of the result is empty, its lines were given away.
    """
    with tempfile.TemporaryFile() as errors:
        with _start(argv, env, cwd, stdin=subprocess.DEVNULL, stderr=errors) as process:
            try:
                _hand_over_lines(process, deadline, on_line)
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
    process: subprocess.Popen[bytes], deadline: Deadline, on_line: Callable[[str], None]
) -> None:
    if process.stdout is None:
        return
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(deadline.remaining_s()):
                raise TimeoutError
            chunk = os.read(process.stdout.fileno(), 1 << 16)
            *lines, pending = (pending + chunk).split(b"\n")
            pending = pending[:OUTPUT_CAP_BYTES]
            for line in lines:
                on_line(_text(line))
            if not chunk:
                break
    if pending:
        on_line(_text(pending))


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _text(raw: bytes) -> str:
    return raw[:OUTPUT_CAP_BYTES].decode("utf-8", "replace")
