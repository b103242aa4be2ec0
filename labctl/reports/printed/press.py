"""The process that typesets: reads an order on its standard input, writes PDF files in a folder.

It is run by its path, with nothing of labctl: what goes wrong in it ends it, a panic of Typst too.
"""

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""Of unshare(2)."""
_NOWHERE = "http://127.0.0.1:9"
"""Where the network is asked for, should the kernel give no namespace: the port of discard."""


def main() -> int:
    """Typeset every document of the order; return 1, having said why, when one refuses."""
    leave_network()
    order = json.load(sys.stdin)
    import typst

    compiler = typst.Compiler(
        root=order["root"],
        ignore_system_fonts=True,
        package_path=order["root"] + "/.none",
        package_cache_path=order["root"] + "/.none",
    )
    for job in order["jobs"]:
        try:
            Path(order["output"], job["file"]).write_bytes(_compose(compiler, order, job))
        except typst.TypstError as exc:
            said = (f"{job['file']}: {exc.diagnostic or exc.message}", *exc.hints)
            sys.stderr.write("\n".join(said) + "\n")
            return 1
    return 0


def leave_network() -> None:
    """Leave the network for an empty one; where that is refused, every proxy leads nowhere."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK) != 0:
        libc.unshare(_NEW_USER | _NEW_NETWORK)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = _NOWHERE


def _compose(compiler: Any, order: dict[str, Any], job: dict[str, Any]) -> bytes:
    pages = compiler.compile(
        input=job["main"],
        format="pdf",
        sys_inputs={"data": json.dumps(job["data"], ensure_ascii=False)},
        pdf_standards=list(order["standards"]),
        timestamp=0,
    )
    return bytes(pages)


if __name__ == "__main__":
    sys.exit(main())
