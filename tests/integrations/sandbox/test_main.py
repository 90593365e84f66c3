"""The command: starts, says where, keeps everything, stops."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import requests

from integrations.sandbox.__main__ import read_tokens

_ISSUE = {
    "fields": {"project": {"key": "ENG"}, "issuetype": {"name": "Bug"}, "summary": "Login fails"}
}


@contextmanager
def running(*arguments, tokens="sync=s3cret"):
    """Run the command; yields the process and its address."""
    command = [sys.executable, "-m", "integrations.sandbox", "--port", "0", *arguments]
    environment = {**os.environ, "SANDBOX_TOKENS": tokens}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


def create(url):
    with requests.Session() as session:
        session.auth = ("sync@example.com", "s3cret")
        return session.post(f"{url}/rest/api/3/issue", json=_ISSUE, timeout=10)


def test_keeps_everything_through_a_hard_kill(tmp_path):
    with running("--data", str(tmp_path)) as (process, url):
        first = create(url).json()["key"]
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)

    with running("--data", str(tmp_path)) as (_, url):
        second = create(url).json()["key"]

    assert (first, second) == ("ENG-1", "ENG-2")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly(number):
    with running("--seed") as (process, url):
        with requests.Session() as session:
            page = session.get(url, timeout=10)
        process.send_signal(number)

        code = process.wait(timeout=10)

    assert (page.status_code, "ENG-1" in page.text, code) == (200, True, 0)


@pytest.mark.parametrize(
    ("tracker", "seeded"),
    [("azure-devops", "/Engineering/_workitems/edit/1"), ("github", "/acme/shop/issues/1")],
)
def test_starts_the_other_trackers(tracker, seeded):
    with running("--tracker", tracker, "--seed") as (process, url):
        with requests.Session() as session:
            page = session.get(f"{url}/", timeout=10)
        process.terminate()

        code = process.wait(timeout=10)

    assert (page.status_code, seeded in page.text, code) == (200, True, 0)


def test_refuses_a_folder_of_the_other_kind(tmp_path):
    with running("--data", str(tmp_path)) as (process, _):
        process.terminate()
        process.wait(timeout=10)
    command = [sys.executable, "-m", "integrations.sandbox", "--port", "0"]

    result = subprocess.run(
        [*command, "--data", str(tmp_path), "--deployment", "server"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert result.returncode != 0
    assert "holds a Jira of the kind Cloud" in result.stderr


def test_reads_tokens_in_any_layout():
    assert read_tokens("sync=a,ken=b\nadmin=c=d") == {"sync": "a", "ken": "b", "admin": "c=d"}


def test_refuses_a_token_without_a_name():
    with pytest.raises(SystemExit):
        read_tokens("s3cret")
