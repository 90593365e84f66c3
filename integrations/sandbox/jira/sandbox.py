"""The whole sandbox in one object: site, server, faults, and hands to play people with."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from wsgiref.types import WSGIApplication

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from integrations.sandbox.calls import Call
from integrations.sandbox.control import Control
from integrations.sandbox.faults import Fault
from integrations.sandbox.gate import Gate, Outage
from integrations.sandbox.jira import seed
from integrations.sandbox.jira.accounts import Account, people
from integrations.sandbox.jira.app import JiraApp, is_api
from integrations.sandbox.jira.cloud import Cloud
from integrations.sandbox.jira.face import Face
from integrations.sandbox.jira.human import Human
from integrations.sandbox.jira.model import Issue
from integrations.sandbox.jira.server import DataCenter
from integrations.sandbox.jira.site import Site
from integrations.sandbox.server import LoopbackServer

FACES: Mapping[str, type[Face]] = {"cloud": Cloud, "server": DataCenter}
_FILE = "jira.sqlite3"
_SETS = ("permissions", "roles", "hidden_projects")


class SandboxJira:
    """A Jira on loopback, to be used in a `with` block.

    `tokens` gives a secret for each account that may call (admin, sync, ken, mia, reader,
    outsider); `data` is a folder to keep everything in, memory where there is none.
    """

    def __init__(
        self,
        tokens: Mapping[str, str],
        deployment: str = "cloud",
        *,
        data: Path | None = None,
        port: int = 0,
        context_path: str = "",
    ) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        self.site = Site(FACES[deployment](), people(tokens), data / _FILE if data else None)
        app = JiraApp(self.site)
        self._gate = Gate(app.respond, app.show, is_api)
        mounts: dict[str, WSGIApplication] = {
            "/_sandbox": Control(self._gate, self),
            context_path: self._gate,
        }
        self._server = LoopbackServer(DispatcherMiddleware(NotFound(), mounts), port)
        self.site.base_url = self._server.url + context_path

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering and let go of everything."""
        self._gate.close()
        self._server.close()
        self.site.close()

    # -- what callers need

    @property
    def url(self) -> str:
        """Return the base address, with the context path."""
        return self.site.base_url

    def account(self, name: str) -> Account:
        """Return an account with its token."""
        return self.site.accounts[name]

    # -- people

    def as_human(self, name: str = "ken") -> Human:
        """Return a person to act as."""
        return Human(self.site, name)

    def issues(self) -> list[Issue]:
        """Return all issues, oldest first."""
        return self.as_human("admin").issues()

    # -- levers

    def faults(self, *faults: Fault) -> None:
        """Put these faults in force, instead of all others."""
        self._gate.faults.replace(faults)

    def fault_listing(self) -> list[dict[str, Any]]:
        """Return the faults in force, each with the number of calls it `matched`."""
        return self._gate.faults.listing()

    def calls(self, method: str = "", path: str = "") -> list[Call]:
        """Return the API calls so far, of that method and with that text in the path."""
        found = self._gate.calls.all()
        return [call for call in found if method in ("", call.method) and path in call.path]

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self._gate.calls.clear()

    def go_down(self, outage: Outage = Outage.UNAVAILABLE) -> None:
        """Be down until `come_back`."""
        self._gate.outage = outage

    def come_back(self) -> None:
        """Be up again."""
        self._gate.outage = Outage.NONE

    def state(self) -> Mapping[str, Any]:
        """Return what `change_state` can change, and how many issues there are."""
        return {
            "deployment": self.site.face.deployment,
            "search_lag": self.site.index.lag,
            "clock_skew": self.site.clock.skew,
            "issues": len(self.issues()),
        }

    def change_state(self, changes: Mapping[str, Any]) -> None:
        """Set `search_lag` and `clock_skew` in seconds; `reset` empties, `seed` fills."""
        known = {"search_lag", "clock_skew", "reset", "seed"}
        if unknown := set(changes) - known:
            raise ValueError(f"{sorted(unknown)} cannot be set")
        self.site.index.lag = float(changes.get("search_lag", self.site.index.lag))
        self.site.clock.skew = float(changes.get("clock_skew", self.site.clock.skew))
        if changes.get("reset"):
            self.site.reset()
        if changes.get("seed"):
            seed.plant(self.site)

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: token, time_zone, is_active, permissions, roles, hidden_projects."""
        sets = {key: frozenset(changes[key]) for key in _SETS if key in changes}
        self.site.accounts[name] = replace(self.site.accounts[name], **{**changes, **sets})

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the webhooks delivered so far."""
        return [asdict(delivery) for delivery in self.site.courier.deliveries()]
