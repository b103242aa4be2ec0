"""Entry point: ``labctl`` and ``python -m labctl``."""

import atexit
import gc
import io
import os
import resource
import sys


class _Forgiving(io.FileIO):
    """Standard error as it is written to: what nobody reads, or no disk takes, stops no work."""

    def write(self, content: object, /) -> int:
        """Write bytes, or lose them."""
        raw = memoryview(content)  # type: ignore[arg-type]  # whatever holds bytes
        try:
            return super().write(raw) or 0
        except OSError:
            return len(raw)


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from labctl.cli.main import run  # late, so that nothing is imported before it is needed

        _settle_streams()
        _keep_to_ourselves()
        _want_no_plugin()
        gc.set_threshold(50_000)  # what is imported stays: looking through it costs 40 ms
        atexit.register(gc.freeze)  # and goes with the process: once more, 50 ms
        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before there was anything to interrupt, or once more
        return 130


def _settle_streams() -> None:
    """Have all three streams, or a document would be opened in the place of one that is closed."""
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY))  # noqa: PTH123, SIM115  # for good
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_WRONLY), "w")  # noqa: PTH123, SIM115
    encoding = sys.stderr.encoding if sys.stderr else "utf-8"
    fd = 2 if sys.stderr else os.open(os.devnull, os.O_WRONLY)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(_Forgiving(fd, "w", closefd=False)), encoding, line_buffering=True
    )


def _keep_to_ourselves() -> None:
    """Let nobody else write in what we make, and no dump of our memory show its secrets."""
    os.umask(os.umask(0o022) | 0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _want_no_plugin() -> None:
    """Spare pydantic the search of every installed package for plugins of its own: 30 ms."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


if __name__ == "__main__":
    sys.exit(main())
