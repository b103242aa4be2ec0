"""Watch over one service from its start to its end, as systemd.service(5) says."""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from labunits import execution, journal, state, timing
from labunits.command import Command, read_commands
from labunits.processes import Failed, Processes, kill, read_pid
from labunits.state import State
from labunits.unit import Unit

_CLEAN_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)
_QUIET = ("success", "canceled", "exec-condition")
"""Results after which a service is inactive, not failed."""
_LOOK_S = 0.5
_START_S, _STOP_S = 90.0, 20.0


class Supervisor:
    """One service that runs, or is being started or stopped."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.state = State(owner=[os.getpid(), state.started(os.getpid())], is_settled=False)
        programs = [each.words[0] for each in self._commands("ExecStart")]
        who = unit.get("SyslogIdentifier") or os.path.basename((programs or [unit.stem])[-1])
        self.below = Processes(unit, who)
        self.starts: deque[float] = deque()

    def run(self) -> None:
        """Start the service, and again as it wishes, until it has ended for good."""
        os.makedirs(state.FOLDER, mode=0o755, exist_ok=True)
        self.below.prepare()
        while True:
            try:
                self._start()
                self._watch()
            except Failed as exc:
                self.state.result = str(exc)
            except (OSError, KeyError, ValueError) as exc:
                self._say(f"{self.unit.name}: {exc}", journal.ERROR)
                self.state.result = "resources"
            self._stop()
            if not self._starts_again():
                break
        last = "inactive" if self.state.result in _QUIET else "failed"
        self._become(last, "dead" if last == "inactive" else last)

    def _commands(self, key: str) -> list[Command]:
        return [each for line in self.unit.all(key) for each in read_commands(line)]

    def _start(self) -> None:
        self.starts.append(time.monotonic())
        self.state.result, self.state.said, self.below.main = "success", "", 0
        self.below.is_ready = False
        self._become("activating", "start", is_settled=False)
        self._say(f"Starting {self.unit.name} - {self.unit.description}...")
        execution.make_folders(self.unit)
        for each in self._commands("ExecCondition"):
            self._run_to_end(each, wrong="exec-condition")
        for each in self._commands("ExecStartPre"):
            self._run_to_end(each)
        kind = self.unit.get("Type") or ("simple" if self._commands("ExecStart") else "oneshot")
        starters: dict[str, Callable[[], None]] = {
            "oneshot": self._start_oneshot,
            "forking": self._start_forking,
            "notify": self._start_notify,
            "notify-reload": self._start_notify,
        }
        starters.get(kind, self._start_simple)()
        for each in self._commands("ExecStartPost"):
            self._run_to_end(each)
        if kind == "oneshot":
            self._say(f"Finished {self.unit.name} - {self.unit.description}.")
        else:
            self._say(f"Started {self.unit.name} - {self.unit.description}.")
            self._become("active", "running")

    def _start_simple(self) -> None:
        for each in self._commands("ExecStart"):
            self.below.main = pid = self.below.spawn(each, {})
            if pid in self.below.unexecuted:
                self.below.wait(partial(self.below.ended.__contains__, pid), _STOP_S)
                raise Failed(self._judge(self.below.ended[pid]))

    def _start_oneshot(self) -> None:
        for each in self._commands("ExecStart"):
            self._run_to_end(each)

    def _start_forking(self) -> None:
        self._start_oneshot()
        path = self.unit.get("PIDFile")
        if path:
            limit = self._limit("TimeoutStartSec", _START_S)
            self.below.wait(lambda: read_pid(path) > 0, limit)
            self.below.main = read_pid(path)
            return
        living = self.below.list_living()
        if not living:
            raise Failed("protocol")
        self.below.main = living[0] if len(living) == 1 else 0

    def _start_notify(self) -> None:
        self.below.listen()
        (each,) = self._commands("ExecStart")
        self.below.main = first = self.below.spawn(each, {})
        limit = self._limit("TimeoutStartSec", _START_S)
        self.below.wait(lambda: self.below.is_ready or first in self.below.ended, limit)
        if not self.below.is_ready:
            raise Failed(self._judge(self.below.ended[first]) or "protocol")

    def _watch(self) -> None:
        """Wait until the service ends, or is to end."""
        below = self.below
        is_daemon = self.state.active == "active"  # what a oneshot leaves is ended with it
        while is_daemon and not below.is_stopping() and below.is_running():
            below.turn(_LOOK_S)
            if (below.main, below.status) != (self.state.main, self.state.status):
                self._become(self.state.active, self.state.sub)
        below.turn(0)
        if below.main in below.ended and not below.is_stopping():
            self.state.result = self._judge(below.ended[below.main]) or "success"
        if self.state.result == "success" and self.unit.is_true("RemainAfterExit"):
            self._become("active", "exited")
            while not below.is_stopping():
                below.turn(60)

    def _stop(self) -> None:
        """Have the service end, whatever is left of it."""
        was = self.state.result
        more = {"SERVICE_RESULT": was}
        self._become("deactivating", "stop-sigterm", is_settled=False)
        if was == "success" and self.below.is_stopping():
            self._say(f"Stopping {self.unit.name} - {self.unit.description}...")
            self._run_all("ExecStop", more)
        self._end_all()
        self._run_all("ExecStopPost", more)
        self.below.forget()
        if was == "success":
            self._say(f"Stopped {self.unit.name} - {self.unit.description}.")
        else:
            self._say(f"{self.unit.name}: Failed with result '{was}'.", journal.ERROR)
        self.below.main = 0

    def _end_all(self) -> None:
        """Ask the processes to end, kill those that do not (systemd.kill(5))."""
        mode = self.unit.get("KillMode") or "control-group"
        asked = getattr(signal, self.unit.get("KillSignal") or "SIGTERM", signal.SIGTERM)
        main = [self.below.main] if self.below.main else []
        everything = self.below.list_living
        waves = {
            "none": [],
            "process": [(main, asked), (main, signal.SIGKILL)],
            "mixed": [(main, asked), (everything(), signal.SIGKILL)],
        }
        chosen = waves.get(mode, [(everything(), asked), (everything(), signal.SIGKILL)])
        limit = self._limit("TimeoutStopSec", _STOP_S)
        for pids, number in chosen:
            for pid in pids:
                kill(pid, number)
            try:
                self.below.wait(partial(_are_gone, pids), limit, is_stop=True)
            except Failed:
                self._say(f"{self.unit.name}: State 'stop-sigterm' timed out.", journal.ERROR)

    def _starts_again(self) -> bool:
        if self.below.is_stopping() or not self._wishes_to():
            return False
        every = timing.seconds(self.unit.get("StartLimitIntervalSec", section="Unit"), 10.0)
        burst = int(self.unit.get("StartLimitBurst", section="Unit") or 5)
        while self.starts and self.starts[0] < time.monotonic() - every:
            self.starts.popleft()
        if len(self.starts) >= burst:
            self.state.result = "start-limit-hit"
            self._say(f"{self.unit.name}: Start request repeated too quickly.", journal.ERROR)
            return False
        self.state.restarts += 1
        self._become("activating", "auto-restart")
        end = time.monotonic() + timing.seconds(self.unit.get("RestartSec"), 0.1)
        while (left := end - time.monotonic()) > 0:
            if self.below.is_stopping():
                return False
            self.below.turn(min(_LOOK_S, left))
        return True

    def _wishes_to(self) -> bool:
        """Tell whether ``Restart=`` asks for another start after this end."""
        result = self.state.result
        wanted = {
            "always": True,
            "on-success": result == "success",
            "on-failure": result != "success",
            "on-abnormal": result in ("signal", "timeout"),
            "on-abort": result == "signal",
        }
        return wanted.get(self.unit.get("Restart"), False)

    def _run_to_end(
        self, what: Command, more: dict[str, str] | None = None, *, wrong: str = ""
    ) -> None:
        """Run a command; Failed (with ``wrong`` for its result) when it does not end well."""
        pid = self.below.spawn(what, more or {})
        try:
            limit = self._limit("TimeoutStartSec", _START_S)
            self.below.wait(lambda: pid in self.below.ended, limit, is_stop=bool(more))
        except Failed:
            kill(pid, signal.SIGKILL)
            raise
        found = self._judge(self.below.ended[pid])
        if found and not what.may_fail:
            raise Failed(wrong or found)

    def _run_all(self, key: str, more: dict[str, str]) -> None:
        for each in self._commands(key):
            try:
                self._run_to_end(each, more)
            except Failed as exc:
                self._say(f"{self.unit.name}: {key}: {exc}", journal.ERROR)

    def _judge(self, code: int) -> str:
        """Return what is wrong with how a process ended; empty when nothing is."""
        name = signal.Signals(-code).name if code < 0 else str(code)
        self.state.said = f"signal={name}" if code < 0 else f"status={name}"
        good = {word for line in self.unit.all("SuccessExitStatus") for word in line.split()}
        if code == 0 or name in good or -code in _CLEAN_SIGNALS:
            return ""
        return "signal" if code < 0 else "exit-code"

    def _limit(self, key: str, default: float) -> float:
        return timing.seconds(self.unit.get(key) or self.unit.get("TimeoutSec"), default)

    def _become(self, active: str, sub: str, *, is_settled: bool = True) -> None:
        now = self.state
        if (active, sub) != (now.active, now.sub):
            now.since = time.time()
        now.active, now.sub, now.is_settled = active, sub, is_settled
        now.main, now.status = self.below.main, self.below.status
        state.write(self.unit.name, now)

    def _say(self, text: str, level: int = journal.INFO) -> None:
        journal.send("systemctl", os.getpid(), text, level)


def _are_gone(pids: Sequence[int]) -> bool:
    return not any(map(state.started, pids))
