"""A small supervisor: starts roles as processes, restarts what dies, ends all together.

Children die with it even when it is killed outright (Linux), so a port is never left taken.
"""

import ctypes
import signal
import subprocess  # the commands are our own, never a caller's
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

FIRST_DELAY = 0.5  # seconds before the first restart, doubled for each further one
MAX_DELAY = 30.0
HEALTHY_AFTER = 30.0  # seconds after which a process counts as well again
GRACE = 15.0  # seconds between asking and killing
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Role:
    """One process to keep running; delays and moments in seconds of the monotonic clock."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    delay: float = FIRST_DELAY

    def start(self, now: float) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only us."""
        self.process = subprocess.Popen(  # noqa: S603  our own command
            self.command,
            env=dict(self.environment),
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  runs before any thread of ours
        )
        self.started_at = now

    def tend(self, now: float) -> None:
        """Start what is due, and note what died."""
        if self.process is None:
            if now >= self.due_at:
                self.start(now)
            return
        if self.process.poll() is None:
            return
        if now - self.started_at > HEALTHY_AFTER:
            self.delay = FIRST_DELAY
        sys.stderr.write(
            f"{self.name} ended with {self.process.returncode}, again in {self.delay:g} s\n"
        )
        self.process, self.due_at = None, now + self.delay
        self.delay = min(self.delay * 2, MAX_DELAY)

    def stop(self, until: float) -> None:
        """Wait for a process that was asked to end, then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Supervisor:
    """Runs roles until SIGTERM or SIGINT."""

    roles: Sequence[Role]
    is_stopping: bool = field(default=False, init=False)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def run(self, every: Callable[[], None]) -> None:
        """Tend the roles until asked to stop; `every` is called between rounds."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self.is_stopping:
                for role in self.roles:
                    role.tend(time.monotonic())
                every()
                time.sleep(0.1)
        finally:
            self._stop()

    def _stop(self) -> None:
        for role in self.roles:
            if role.process is not None and role.process.poll() is None:
                role.process.terminate()
        until = time.monotonic() + GRACE
        for role in self.roles:
            role.stop(until)
