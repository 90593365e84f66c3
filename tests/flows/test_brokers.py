"""Several workers of one host, each on the brokers that scale out."""

import os
import signal
import subprocess
import sys
import uuid

import pytest
from kombu import Connection as Broker

from tests.flows.installation import RABBITMQ, ROOT, is_listening, until

BROKERS = {"RabbitMQ": (RABBITMQ, 5672), "Redis": ("redis://127.0.0.1:6379/0", 6379)}
COMMAND = ["-m", "celery", "-A", "testmgmt", "worker", "-P", "threads", "-c", "1", "-l", "info"]


@pytest.fixture(params=BROKERS)
def broker(request):
    address, port = BROKERS[request.param]
    if not is_listening(port):
        pytest.skip(f"{request.param} of this machine cannot be reached")
    return address


@pytest.fixture
def queue(broker):
    name = f"brokers-{uuid.uuid4().hex}"
    yield name
    with Broker(broker) as connection, connection.channel() as channel:
        channel.queue_delete(name)


@pytest.fixture
def workers(broker, queue, tmp_path):
    """Two workers and the files that they write what they say into."""
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/workers.sqlite3",
        "CELERY_BROKER_URL": broker,
        "CELERY_QUEUE": queue,
        "PYTHONWARNINGS": "ignore",
    }
    files = [tmp_path / f"{number}.log" for number in (1, 2)]
    started = []
    for file in files:
        with file.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *COMMAND],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
    yield started, files
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(60)


def test_two_workers_of_one_host_work_side_by_side(workers):
    started, files = workers

    until(
        lambda: (
            all(" ready." in file.read_text() for file in files)
            or any(process.poll() is not None for process in started)
        ),
        what="the start of both workers",
    )

    assert [process.poll() for process in started] == [None, None], files[1].read_text()
