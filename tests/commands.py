"""Run labctl as its users do: the command, its exit code, its output."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Command:
    """The labctl command with a state folder of its own and the shared image cache."""

    state: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment of the command."""
        own = {"LABCTL_STATE_DIR": str(self.state), "LABCTL_LANG": "fr", "LABCTL_YES": "1"}
        return {**os.environ, **own, **self.environment}

    def run(
        self, *words: str, timeout_s: float = 600, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a verb and return what became of it."""
        return subprocess.run(  # noqa: TID251  # a test is outside the product
            (sys.executable, "-m", "labctl", *words),
            env=self.variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def must(
        self, *words: str, code: int = 0, timeout_s: float = 600, stdin: str | None = None
    ) -> str:
        """Run a verb that must end with a code; return its standard output."""
        done = self.run(*words, timeout_s=timeout_s, stdin=stdin)
        said = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert done.returncode == code, f"{words}: {done.returncode}\n{said}"
        return done.stdout

    def json(self, *words: str, code: int = 0, timeout_s: float = 600) -> Any:
        """Run a verb with --json and return its document."""
        return json.loads(self.must(*words, "--json", code=code, timeout_s=timeout_s))

    def verdicts(self, bench: int, *words: str, code: int = 0) -> dict[str, dict[str, Any]]:
        """Grade a bench and return its verdicts by check, as the machines gave them: see `saw`."""
        document = self.json("grade", str(bench), *words, code=code)
        (sheet,) = document["benches"]
        return {
            verdict["check"]: verdict | {"verdict": saw(verdict)}
            for competency in sheet["competencies"]
            for criterion in competency["criteria"]
            for verdict in criterion["verdicts"]
        }


def saw(verdict: Mapping[str, Any]) -> str:
    """Return what the machine saw: a solved bench is a helped one, where conform reads « aidé »."""
    word: str = verdict["verdict"]
    return "conforme" if word == "aidé" else word
