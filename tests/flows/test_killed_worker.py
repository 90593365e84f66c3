"""kill -9 of the real worker after Jira created the issue and before we wrote that down."""

import os
import signal
import sys
import uuid
from pathlib import Path

import pytest
import requests

from tests.flows.installation import Ken, until

pytestmark = [
    pytest.mark.flow,
    pytest.mark.full,  # a dead worker's lease lasts two minutes
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def _worker_of(installation):
    """Return the process id of the installation's worker."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended while we looked
        if parent == installation.process.pid and b"worker" in words:
            return int(folder.name)
    return None


def _order(installation, *faults):
    answer = requests.post(
        f"{installation.sandbox_url}/_sandbox/faults", json=list(faults), timeout=10
    )
    assert answer.ok, answer.text


def _created(installation):
    calls = requests.get(f"{installation.sandbox_url}/_sandbox/calls", timeout=10).json()
    return [one for one in calls if (one["method"], one["path"]) == ("POST", "/rest/api/3/issue")]


def test_leaves_exactly_one_issue(installation):
    title = f"Killed {uuid.uuid4().hex[:8]}"
    requests.delete(f"{installation.sandbox_url}/_sandbox/calls", timeout=10)
    _order(installation, {"kind": "delay", "method": "GET", "path": r"/issue/\d+$", "seconds": 20})
    defect = installation.call("POST", "/defects", json={"title": title})
    installation.call("POST", f"/defects/{defect['id']}/sync")
    until(lambda: _created(installation), what="the creation")
    assert not installation.call("GET", f"/defects/{defect['id']}/sync")["lanes"][0]["key"]

    os.kill(_worker_of(installation), signal.SIGKILL)

    _order(installation)
    lane = until(
        lambda: next(
            (
                one
                for one in installation.call("GET", f"/defects/{defect['id']}/sync")["lanes"]
                if one["state"] == "ok"
            ),
            None,
        ),
        seconds=300,
        what="the adoption",
    )
    ken = Ken(installation)
    assert ken.issue(lane["key"])["summary"] == title
    assert ken.titles().count(title) == 1
    assert len(_created(installation)) == 1
