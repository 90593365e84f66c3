"""The processes of an installation, as commands of this very Python."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from testmgmt.launch.supervisor import Role


def web(environment: Mapping[str, str], host: str, port: int) -> Role:
    """Serve pages and API."""
    command = [sys.executable, "-m", "granian", "testmgmt.wsgi:application"]
    command += ["--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", environment.get("WEB_WORKERS", "1"), "--blocking-threads", "4"]
    command += ["--backpressure", "64", "--no-ws", "--log-level", "warning"]
    return Role("web", command, environment)


def worker(environment: Mapping[str, str]) -> Role:
    """Do background work."""
    command = [sys.executable, "-m", "celery", "-q", "-A", "testmgmt", "worker", "-P", "threads"]
    command += ["-c", environment.get("WORKER_THREADS", "4"), "-l", "warning"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Role("worker", command, environment)


def beat(environment: Mapping[str, str]) -> Role:
    """Wake workers by the clock; its own process, because a worker never restarts a dead one."""
    command = [sys.executable, "-m", "celery", "-q", "-A", "testmgmt", "beat", "-l", "warning"]
    command += ["--pidfile="]
    return Role("beat", command, environment)


def sandbox(environment: Mapping[str, str], port: int, data: Path) -> Role:
    """Offer trackers to play with, on loopback only."""
    command = [sys.executable, "-m", "integrations.sandbox", "--port", str(port)]
    command += ["--data", str(data), "--seed"]
    return Role("sandbox", command, environment)


def own_environment(**more: str) -> dict[str, str]:
    """Return this process's environment for a child, with additions."""
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore::UserWarning"}
    return {**os.environ, **quiet, **more}
