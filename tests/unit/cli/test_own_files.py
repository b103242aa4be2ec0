"""What labctl makes is written by nobody else, however its caller is set."""

import subprocess
import sys
from pathlib import Path


def test_nobody_else_writes_what_is_made(tmp_path: Path) -> None:
    """LABCTL_STATE_DIR is in ``tmp_path``: see conftest."""
    argv = (sys.executable, "-m", "labctl", "seal", "--public-key")
    subprocess.run(argv, check=True, timeout=60, umask=0, stdout=subprocess.DEVNULL)  # noqa: TID251

    made = [tmp_path / "state", *(tmp_path / "state").rglob("*")]
    assert len(made) > 2
    assert [path for path in made if path.stat().st_mode & 0o022] == []


def test_memory_that_holds_secrets_is_never_dumped() -> None:
    """The core file would be in the folder of whoever runs labctl, or in the system's store."""
    script = (
        "import resource, os, sys; from labctl.cli import main;"
        "main.run = lambda argv: resource.getrlimit(resource.RLIMIT_CORE)[0];"
        "from labctl.__main__ import main; os._exit(main())"
    )
    shell = f'ulimit -c unlimited; exec "{sys.executable}" -c "{script}"'
    done = subprocess.run(("bash", "-c", shell), check=False, timeout=60)  # noqa: TID251
    assert done.returncode == 0
