"""The supervisor with real processes: it restarts, it stops all, nobody outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys
from testmgmt.launch.supervisor import Role, Supervisor
sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
mortal = [sys.executable, "-c", "print('born', flush=True)"]
roles = [Role("sleeper", sleeper, os.environ), Role("mortal", mortal, os.environ)]
def tell():
    if roles[0].process: print("pid", roles[0].process.pid, flush=True)
Supervisor(roles).run(every=tell)
"""


@pytest.fixture
def supervisor():
    with subprocess.Popen(
        [sys.executable, "-u", "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.kill()


def _child(process):
    for line in process.stdout:
        if line.startswith("pid "):
            return int(line.split()[1])
    raise AssertionError("no child was started")


def _is_gone(pid, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_starts_again_what_ended(supervisor):
    born = 0
    for line in supervisor.stdout:
        born += line.startswith("born")
        if born == 2:
            break

    assert born == 2


def test_ends_everything_when_asked(supervisor):
    child = _child(supervisor)

    supervisor.send_signal(signal.SIGINT)

    supervisor.communicate(timeout=20)
    assert supervisor.returncode == 0
    assert _is_gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_leaves_no_orphan_even_when_it_is_killed(supervisor):
    child = _child(supervisor)

    supervisor.kill()

    assert _is_gone(child)
