"""``labctl serve``: do on this host what another machine's labctl orders, over ssh."""

import argparse

from labctl.cli.parser import Parser


def configure(_parser: Parser) -> None:
    """Declare no argument: the order comes on standard input."""


def run(_args: argparse.Namespace) -> int:
    """Take one order from standard input and answer it on standard output."""
    from labctl.pipeline.serving import serve

    return serve()
