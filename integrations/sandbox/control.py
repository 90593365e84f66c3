"""The levers that tests pull over HTTP, beside the tracker's own API: all under /_sandbox."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug import Request, Response

from integrations.sandbox.faults import Fault
from integrations.sandbox.gate import Gate, Outage
from integrations.sandbox.origin import is_trusted


class Tracker(Protocol):
    """What a tracker lets tests set."""

    def state(self) -> Mapping[str, Any]:
        """Return its settings and some numbers."""

    def change_state(self, changes: Mapping[str, Any]) -> None:
        """Change settings; `reset` and `seed` are actions."""

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: its token, rights, time zone."""

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the webhooks that were delivered."""


class Control:
    """A WSGI application with one resource for each lever."""

    def __init__(self, gate: Gate, tracker: Tracker) -> None:
        self._gate = gate
        self._tracker = tracker
        self._resources: Mapping[str, Callable[[Request], Any]] = {
            "/faults": self._faults,
            "/calls": self._calls,
            "/down": self._down,
            "/state": self._state,
            "/deliveries": self._deliveries,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if not is_trusted(request):
            return Response("Not from here.", 403)
        try:
            if request.path.startswith("/accounts/"):
                body: Any = self._account(request)
            elif request.path in self._resources:
                body = self._resources[request.path](request)
            else:
                return Response("No such lever.", 404)
        except (KeyError, TypeError, ValueError, re.error) as error:
            return Response(f"Not understood: {error}", 400)
        return Response(json.dumps(body), content_type="application/json")

    def _faults(self, request: Request) -> Any:
        if request.method == "POST":
            self._gate.faults.replace([Fault.parse(raw) for raw in request.get_json()])
        if request.method == "DELETE":
            self._gate.faults.replace([])
        return self._gate.faults.listing()

    def _calls(self, request: Request) -> Any:
        if request.method == "DELETE":
            self._gate.calls.clear()
        return self._gate.calls.listing()

    def _down(self, request: Request) -> Any:
        if request.method == "POST":
            self._gate.outage = Outage(request.get_json()["mode"])
        if request.method == "DELETE":
            self._gate.outage = Outage.NONE
        return {"mode": self._gate.outage}

    def _state(self, request: Request) -> Any:
        if request.method == "POST":
            self._tracker.change_state(request.get_json())
        return self._tracker.state()

    def _deliveries(self, _: Request) -> Any:
        return self._tracker.deliveries()

    def _account(self, request: Request) -> Any:
        name = request.path.removeprefix("/accounts/")
        self._tracker.change_account(name, request.get_json())
        return {"name": name}
