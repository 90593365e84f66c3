"""Workers die in the middle of what they do, again and again: nothing is lost or made twice."""

import json
import os
import subprocess
import sys

import pytest

from tests.flows.installation import POSTGRES, RABBITMQ, ROOT, ScaledOut, is_listening
from tests.integrations.killing import START

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads /proc"),
]
SERVERS = {"PostgreSQL": (POSTGRES, 5432), "RabbitMQ": (RABBITMQ, 5672)}
EDGES = ("created", "adopted")


def need(*names: str) -> None:
    missing = [name for name in names if not is_listening(SERVERS[name][1])]
    if missing:
        pytest.skip(f"{' and '.join(missing)} of this machine cannot be reached")


@pytest.fixture
def report(tmp_path):
    """Return what runs a module in a process of its own and returns what it told."""

    def run(module: str, **variables: str) -> dict:
        environment = {
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "testmgmt.settings",
            "SYNC_RATE_BUDGETS": "0",
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
            **variables,
        }
        command = [sys.executable, "-c", START.format(module)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield {"DATABASE_URL": f"sqlite:///{tmp_path}/killing.sqlite3"}
        return
    need("PostgreSQL", "RabbitMQ")
    with ScaledOut() as servers:
        yield {"DATABASE_URL": servers.variables["DATABASE_URL"]}


def test_a_worker_that_dies_at_any_boundary_changes_nothing_in_the_end(report, database):
    told = report("boundaries", **database)

    print(f"{sum(told['steps'])} boundaries, {told['played']} deaths, {told['seconds']} s")  # noqa: T201  the report
    assert told["broken"] == []
    assert told["played"] == sum(told["steps"]) > 100
    assert told["links"] == {"active": told["played"] + 2}
    assert (told["intents"], told["held"], told["leased"], told["dead"]) == (0, 0, 0, 0)
    assert told["expected"]["said there"] == [["I saw it.", "Looking into it."]]
    assert told["expected"]["files there"] == [["here.txt", "there.txt"]]
    assert told["echoes"] == 0


def test_two_hundred_deaths_among_five_hundred_items_leave_five_hundred_counterparts(report):
    need("PostgreSQL", "RabbitMQ")

    with ScaledOut() as servers:
        told = report("battle", **servers.variables)

    print(f"{told['kills']} deaths in {told['seconds']} s")  # noqa: T201  the report
    for step, hits in told["steps"].items():
        print(f"{hits:>5}  {step}")  # noqa: T201  the histogram
    assert told["kills"] == 200
    assert len(told["steps"]) > 15
    assert (told["issues"], told["titles"], told["links"]) == (500, 500, {"active": 500})
    assert (told["comments"], told["files"]) == (100, 50)
    assert (told["dead"], told["held"], told["intents"], told["leased"]) == (0, 0, 0, 0)
    assert sum(told["log"].get(action, 0) for action in EDGES) == 500
    assert told["connection"] == "active"
    assert told["echoes"] == 0
