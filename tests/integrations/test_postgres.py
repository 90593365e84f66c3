"""The store, the services and the tasks of the sync do the same on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
FILES = ("store", "services", "test_tasks.py")


@pytest.mark.full
def test_all_of_it_passes_on_postgresql():
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    database = f"{POSTGRES.rpartition('/')[0]}/sync_{os.getpid()}"
    folder = Path(__file__).parent

    run = subprocess.run(  # noqa: S603  our own tests
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(str(folder / name) for name in FILES),
        ],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-3000:]
