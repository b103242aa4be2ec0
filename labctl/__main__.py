"""Entry point: ``labctl`` and ``python -m labctl``."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from labctl.cli.main import run  # late, so that nothing is imported before it is needed

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
