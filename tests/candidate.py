"""A candidate at a computer of the room: OpenSSH with the code of the bench, and a terminal."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko  # noqa: TID251  # the other side of the conversation

HOST = "127.0.0.1"
_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")
_ASKPASS = "#!/bin/sh\nprintf '%s\\n' \"$LABCTL_TEST_CODE\"\n"


@dataclass(frozen=True)
class Candidate:
    """The way in of one bench, and what opens it."""

    folder: Path
    bench: int
    port: int
    code: str

    @property
    def account(self) -> str:
        return f"banc{self.bench:02d}"

    @property
    def depot(self) -> str:
        return f"depot{self.bench:02d}"

    def ssh(
        self, *words: str, account: str = "", code: str = "", program: str = "ssh", stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run OpenSSH's ssh or sftp; after ``--`` comes what follows the host."""
        return subprocess.run(  # noqa: TID251  # a test is outside the product
            self._argv(program, words, account),
            env=self._variables(code), input=stdin, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    @contextmanager
    def holding(self, *words: str) -> Iterator[None]:
        """Keep an ssh beside."""
        argv, quiet = self._argv("ssh", words, ""), subprocess.DEVNULL
        with subprocess.Popen(argv, env=self._variables(""), stdin=quiet, stderr=quiet) as process:  # noqa: TID251
            try:
                yield
            finally:
                process.kill()

    def _argv(self, program: str, words: tuple[str, ...], account: str) -> tuple[str, ...]:
        cut = words.index("--") if "--" in words else len(words)
        options = (
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"),
            *("-o", "LogLevel=ERROR", "-o", "ExitOnForwardFailure=yes"),
            *("-F", "none", "-P" if program == "sftp" else "-p", str(self.port)),
        )
        where = f"{account or self.account}@{HOST}"
        return (program, *options, *words[:cut], where, *words[cut + 1 :])

    def _variables(self, code: str) -> dict[str, str]:
        askpass = self.folder / "askpass"
        if not askpass.exists():
            askpass.write_text(_ASKPASS)
            askpass.chmod(0o755)
        own = {"SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}
        return {**os.environ, **own, "LABCTL_TEST_CODE": code or self.code}

    def sftp(self, *lines: str) -> str:
        """Hand something in, a command a line, whatever becomes of it; return what is said."""
        batch = "\n".join(lines) + "\n"
        done = self.ssh("-q", program="sftp", account=self.depot, stdin=batch)
        return done.stdout + done.stderr

    @contextmanager
    def terminal(self, account: str = "") -> Iterator["Terminal"]:
        """Give a terminal in which the menu stands."""
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # a test
            client.connect(
                HOST, self.port, account or self.account, self.code,
                allow_agent=False, look_for_keys=False, timeout=30,
            )  # fmt: skip
            channel = client.invoke_shell("xterm-256color", width=100, height=40)
            yield Terminal(channel)


class Terminal:
    """What is on a candidate's screen."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        channel.settimeout(0.2)

    def type(self, text: str) -> None:
        self._channel.sendall(text.encode("utf-8", "surrogateescape"))

    def read_until(self, wanted: str, seconds: float = 20.0) -> str:
        """Return what is said until a text comes (a regular expression); AssertionError else."""
        said, end = "", time.monotonic() + seconds
        while not re.search(wanted, _ESCAPES.sub("", said)):
            assert time.monotonic() < end, f"{wanted!r} never came: {said[-2000:]!r}"
            try:
                chunk = self._channel.recv(65536)
            except TimeoutError:
                continue
            assert chunk, f"hung up before {wanted!r}: {said[-2000:]!r}"
            said += chunk.decode("utf-8", "replace")
        return _ESCAPES.sub("", said)

    def is_cut(self, seconds: float = 10.0) -> bool:
        """Tell whether the line ends in time, whatever is said on it before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if not self._channel.recv(65536):
                    return True
            except TimeoutError:
                continue
        return False
