"""Real worker processes: killed in the worst moment, and several at one queue."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.integrations.outside import serve

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
START = "import sys, django; django.setup(); from tests.integrations.worker_process import main; "


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/worker.sqlite3"


@pytest.fixture
def postgres():
    """Return an empty database of its own, dropped afterwards."""
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL answers at TEST_POSTGRES_URL")
    name = f"worker_{uuid4().hex[:12]}"
    with closing(admin):
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Workers:
    """Starts workers on a database; the trackers live in a process of their own."""

    def __init__(self, database: str, data_dir: Path) -> None:
        self.door = serve()
        self.outside = self.door.outside()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database,
            "DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "testmgmt.settings",
        }

    def start(self, *commands: str) -> "subprocess.Popen[str]":
        code = f"{START} main({commands!r}, {self.door.address[1]})"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *commands: str) -> dict:
        """Run commands in one process and return what the last one printed."""
        return self.result_of(self.start(*commands))

    def result_of(self, process: "subprocess.Popen[str]") -> dict:
        with process:
            output, _ = process.communicate(timeout=90)
        assert process.returncode == 0
        return json.loads(output.splitlines()[-1]) if output else {}

    def kill_at(self, call: str) -> None:
        """Run a worker and kill it when a call is applied but not yet answered."""
        self.outside.hold_at(call)
        with self.start("drain") as process:
            assert self.outside.wait_until_held()
            process.kill()
            process.wait(30)
        self.outside.release()
        assert process.returncode == -signal.SIGKILL


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def workers(request, tmp_path):
    workers = Workers(request.getfixturevalue(request.param), tmp_path)
    workers.run("setup")
    yield workers
    workers.door.shutdown()


def test_a_worker_killed_right_after_the_creation_leaves_exactly_one_issue(workers):
    workers.kill_at("create")
    killed = workers.run("state")
    assert (killed["links"], killed["intents"], killed["leased"]) == (["creating"], 1, 1)

    after = workers.run("expire", "drain", "state")

    assert (after["links"], after["intents"], after["leased"]) == (["active"], 0, 0)
    assert "adopted" in after["log"]
    assert workers.outside.issues() == 1
    assert workers.outside.calls("create") == 1


def test_several_workers_at_one_queue_never_take_the_same_task(workers):
    workers.run("fill")

    takers = [workers.start("take") for _ in range(3)]
    taken = [key for taker in takers for key in workers.result_of(taker)["taken"]]

    assert len(taken) == len(set(taken)) == 41
