"""A whole installation as `make run` starts it, in processes of its own, reached over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import requests
from kombu import Connection as Broker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
POSTGRES = "postgres://postgres@127.0.0.1:5432"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(found, *, seconds=PATIENCE, what="it"):
    """Ask again and again; return the first answer that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen within {seconds:g} seconds")


class Installation:
    """Started in a `with` block; `variables` differ between embedded and scaled-out ones."""

    def __init__(self, folder: Path, variables=None):
        self.folder = folder
        self.port, self.sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sandbox_url = f"http://127.0.0.1:{self.sandbox_port}"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTEST"))}
        self.environment = {
            **inherited,
            "DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            **(variables or {}),
        }

    def __enter__(self):
        self.log = (self.folder / "up.log").open("w")
        self.process = self.start()
        until(self._is_up, what="the start")
        self.keys = json.loads((self.folder / "data" / "demo.json").read_text())
        return self

    def start(self):
        command = [sys.executable, "manage.py", "up"]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def _is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(self.told())
        return "API token" in self.told()

    def told(self):
        return (self.folder / "up.log").read_text()

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self.log.close()
        assert code == 0, self.told()

    def manage(self, *words):
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def call(self, method, path, token=None, **more):
        """Call the API as a tool would; return what it says."""
        headers = {"Authorization": f"Bearer {token or self.keys['token']}"}
        answer = requests.request(
            method, f"{self.url}/api{path}", headers=headers, timeout=30, **more
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def synced(self, defect_id, state="ok"):
        """Wait until a defect's lane says so; return the lane."""

        def lane():
            [one] = self.call("GET", f"/defects/{defect_id}/sync")["lanes"]
            return one if one["state"] == state else None

        try:
            return until(lane, what=f"a sync that ends {state}")
        except AssertionError as error:
            told = [
                self.call("GET", f"/defects/{defect_id}/{part}") for part in ("sync", "sync-log")
            ]
            raise AssertionError(f"{error}: {told}\n{self.told()[-3000:]}") from error


class Ken:
    """A developer at work in the sandbox Jira, through its API as any client of it."""

    def __init__(self, installation):
        self.url = f"{installation.sandbox_url}/rest/api/3"
        self.auth = ("ken@example.com", installation.keys["sandbox"]["ken"])

    def _call(self, method, path, body=None):
        answer = requests.request(method, self.url + path, auth=self.auth, json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def issue(self, key):
        return self._call("GET", f"/issue/{key}")["fields"]

    def move(self, key, status):
        offered = self._call("GET", f"/issue/{key}/transitions")["transitions"]
        chosen = next(one["id"] for one in offered if one["to"]["name"] == status)
        self._call("POST", f"/issue/{key}/transitions", {"transition": {"id": chosen}})

    def comment(self, key, text):
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        document = {"type": "doc", "version": 1, "content": [paragraph]}
        self._call("POST", f"/issue/{key}/comment", {"body": document})

    def comments(self, key):
        return self._call("GET", f"/issue/{key}/comment")["comments"]

    def titles(self):
        query = {"jql": "project = ENG ORDER BY created DESC", "fields": ["summary"]}
        found = self._call("POST", "/search/jql", query)["issues"]
        return [one["fields"]["summary"] for one in found]


def is_listening(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ScaledOut:
    """PostgreSQL and RabbitMQ of this machine: a database and a queue that go with the test."""

    def __init__(self):
        self.name = f"flow_{os.getpid()}_{free_port()}"
        self.variables = {
            "DATABASE_URL": f"{POSTGRES}/{self.name}",
            "CELERY_BROKER_URL": RABBITMQ,
            "CELERY_QUEUE": self.name,
        }

    def __enter__(self):
        self._sql(f'CREATE DATABASE "{self.name}"')
        return self

    def __exit__(self, *_):
        self._sql(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        with Broker(RABBITMQ) as broker, broker.channel() as channel:
            channel.queue_delete(self.name)

    def _sql(self, statement):
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
            connection.execute(statement)
