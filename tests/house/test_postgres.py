"""What locks, writes in bulk or keeps a queue does the same on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
PARTS = [
    "integrations/matrix",
    "integrations/peers",
    "integrations/store",
    "integrations/services",
    "integrations/test_tasks.py",
    "integrations/connectors/platform",
    "integrations/sweep",
    "migrations_data",
    "cases",
    "runs",
    "defects",
    "projects",
    "core",
]


def test_does_the_same_on_postgresql():
    run_on_postgresql("not full and not browser", PARTS)


@pytest.mark.full
def test_sweeps_to_the_same_end_on_postgresql(request):
    """Two processes of its own, so that both databases take the time of one."""
    printed = run_on_postgresql("full", ["integrations/sweep"], "-n", "2")

    told = [line for line in printed.splitlines() if "runs expected" in line]
    assert told
    for line in told:
        request.node.user_properties.append(("sweep", f"PostgreSQL, {line}"))


def run_on_postgresql(marks: str, parts: list[str], *options: str) -> str:
    """Run tests in a process of their own with a database of their own; return what it printed."""
    try:
        psycopg.connect(SERVER, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at TEST_POSTGRES_URL: {error}")
    database = f"{SERVER.rpartition('/')[0]}/house_{os.getpid()}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [*(options or ("-p", "no:xdist")), "-m", marks, *(f"tests/{one}" for one in parts)]
    ours = {name: value for name, value in os.environ.items() if "XDIST" not in name}

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**ours, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout
