"""A GitHub emulator that others wrote, behind a checker made from GitHub's own description.

Calls go through a gate, which plays faults as the sandboxes do, to the checker, which refuses what
breaks the description, to the emulator. The checker lacks branches, so those are asked of the
emulator itself. That lacks two lists, which are put together here from what it does have: the
comments of a repository, and who issues can be assigned to.
"""

import json
import os
import re
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from http import HTTPStatus

import requests
from werkzeug import Response

from integrations.sandbox.gate import Gate
from integrations.sandbox.server import LoopbackServer
from tests.contracts import contracts

TOKEN = "ghp_alice"
PEOPLE = ("alice", "bob", "carol")
_PATIENCE = 300  # seconds; the first start fetches the packages
_KEPT = ("Content-Type", "Date", "Link", "Location")
_OURS = ("Host", "Connection")
_COMMENTS = re.compile(r"/repos/[^/]+/[^/]+/issues/comments")
_BRANCHES = re.compile(r"/repos/[^/]+/[^/]+/branches/.")
_ASSIGNEES = re.compile(r"/repos/[^/]+/[^/]+/assignees")


class Emulator:
    """The three of them, to be used in a `with` block."""

    def __init__(self):
        self._opened = ExitStack()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {TOKEN}"
        self.gate = Gate(self._forward, self._forward, lambda path: True)
        self.behind = self.checked = ""

    def __enter__(self):
        with self._opened as opened:
            opened.enter_context(self._session)
            self.behind = self._start("emulate.sh", "{port}", "github")
            self.checked = self._start("contract.sh", "github", "{port}", self.behind)
            server = LoopbackServer(self.gate)
            server.start()
            opened.callback(server.close)
            self.url = server.url
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *error):
        self.gate.close()
        self._opened.close()

    def call(self, method, path, body=None, token=TOKEN):
        """Do something in the emulator by hand, past gate and checker."""
        answer = self._session.request(
            method,
            self.behind + path,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _start(self, script, *arguments):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [contracts().parent / "servers" / script, *arguments]
        process = subprocess.Popen(
            [str(part).format(port=port) for part in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._opened.callback(_stop, process)
        url = f"http://127.0.0.1:{port}"
        self._await(url, process)
        return url

    def _await(self, url, process):
        give_up = time.monotonic() + _PATIENCE
        while process.poll() is None and time.monotonic() < give_up:
            try:
                if self._session.get(f"{url}/user", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError(f"{process.args} does not answer: {process.poll()}")

    def _forward(self, request):
        answer = self._ask(
            self.checked, request.method, request.full_path, request.get_data(), request.headers
        )
        if answer.status_code == HTTPStatus.NOT_FOUND and request.method == "GET":
            return self._lacking(request.path, request.args) or _passed_on(answer)
        return _passed_on(answer)

    def _ask(self, base, method, path, body, headers):
        sent = {name: value for name, value in headers.items() if name not in _OURS}
        return self._session.request(
            method, base + path, data=body, headers=sent, timeout=10, allow_redirects=False
        )

    def _lacking(self, path, args):
        if _ASSIGNEES.fullmatch(path):
            return _json([self.call("GET", f"/users/{login}") for login in PEOPLE])
        if _BRANCHES.match(path):
            return _passed_on(self._ask(self.behind, "GET", path, b"", {}))
        if not _COMMENTS.fullmatch(path):
            return None
        issues = path.removesuffix("/comments")
        rows = [
            comment
            for issue in self.call("GET", f"{issues}?state=all&per_page=100")
            for comment in self.call("GET", f"{issues}/{issue['number']}/comments?per_page=100")
            if comment["updated_at"] >= args.get("since", "")
        ]
        rows.sort(key=lambda row: row["updated_at"], reverse=args.get("direction") == "desc")
        return _json(rows[: int(args.get("per_page", 30))])


def _passed_on(answer):
    headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return Response(answer.content, answer.status_code, headers)


def _json(rows):
    return Response(json.dumps(rows), content_type="application/json")


def _stop(process):
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(10)
