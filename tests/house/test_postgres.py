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
    "integrations/store",
    "integrations/services",
    "integrations/test_tasks.py",
    "integrations/connectors/platform",
    "migrations_data",
    "cases",
    "runs",
    "defects",
    "projects",
    "core",
]


def test_does_the_same_on_postgresql():
    try:
        psycopg.connect(SERVER, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at TEST_POSTGRES_URL: {error}")
    database = f"{SERVER.rpartition('/')[0]}/house_{os.getpid()}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-m", "not full and not browser", *(f"tests/{part}" for part in PARTS)]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:]
