"""The README's production commands, run as they stand; only the servers' addresses are ours."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.flows.installation import free_port

ROOT = Path(__file__).resolve().parents[2]
SECTION = (ROOT / "README.md").read_text().partition("## In production")[2]
COMMANDS = [line.strip() for line in SECTION.splitlines() if line.startswith("    ")]
EXPORTS = [line for line in COMMANDS if line.startswith("export ")]
SERVICES = [line.partition("  #")[0] for line in COMMANDS if re.match(r"granian|celery", line)]


@pytest.fixture
def shell(tmp_path):
    """Return what runs a command in a shell that has the README's exports behind it."""
    database = f"sqlite:///{tmp_path}/production.sqlite3"
    ours = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATA_DIR": str(tmp_path),
        "HOME": str(tmp_path),
        "PYTHONWARNINGS": "ignore",
    }
    secrets = "\n".join(EXPORTS).replace("postgres://…", database).replace("amqp://…", "memory://")
    (tmp_path / "environment").write_text(secrets)
    bash = ["/bin/bash", "-c", f". {tmp_path}/environment; env | grep -v ^_="]
    answer = subprocess.run(bash, env=ours, capture_output=True, text=True, check=True, timeout=60)
    ours |= dict(line.split("=", 1) for line in answer.stdout.splitlines())

    def run(command):
        return subprocess.Popen(
            ["/bin/bash", "-c", f"exec {command}"],
            cwd=ROOT,
            env=ours,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return run


def _done(process):
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0, told


def _stopped(process):
    """Ask a service to end, then insist on it, as any service manager does."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=20)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0]


def test_has_the_commands():
    assert len(EXPORTS) == 5
    assert len(SERVICES) == 3


def test_starts_a_production_as_shown(shell):
    prepare = next(line for line in COMMANDS if "migrate" in line).partition(
        " && python manage.py c"
    )
    collect = "python manage.py collectstatic --noinput"
    assert collect in next(line for line in COMMANDS if "migrate" in line)
    port = free_port()

    _done(shell(prepare[0]))
    _done(shell(collect))
    web = shell(SERVICES[0].replace("--port 8000", f"--port {port}"))
    others = [shell(command) for command in SERVICES[1:]]

    end = time.monotonic() + 60
    status = None
    while status != 200 and time.monotonic() < end and web.poll() is None:
        try:
            status = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code
        except requests.ConnectionError:
            time.sleep(0.2)
    living = [process.poll() for process in others]
    told = [_stopped(process) for process in (web, *others)]
    assert status == 200, told
    assert living == [None, None], told
