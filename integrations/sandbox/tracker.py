"""What every sandbox tracker gives to tests: an address, faults, calls, outages, deliveries."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self
from wsgiref.types import WSGIApplication

from werkzeug import Request, Response
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from integrations.sandbox.calls import Call
from integrations.sandbox.control import Control
from integrations.sandbox.faults import Fault
from integrations.sandbox.gate import Gate, Outage
from integrations.sandbox.server import LoopbackServer
from integrations.sandbox.site import TrackerSite


class App(Protocol):
    """What answers programs and people."""

    def respond(self, request: Request) -> Response:
        """Answer an API call."""

    def show(self, request: Request) -> Response:
        """Answer a person's request."""


class SandboxTracker:
    """A tracker on loopback, to be used in a `with` block."""

    title = "tracker"

    def __init__(
        self,
        site: TrackerSite[Any],
        app: App,
        is_api: Callable[[str], bool],
        *,
        port: int = 0,
        context_path: str = "",
    ) -> None:
        self._site = site
        self._gate = Gate(app.respond, app.show, is_api)
        mounts: dict[str, WSGIApplication] = {
            "/_sandbox": Control(self._gate, self),
            context_path: self._gate,
        }
        self._server = LoopbackServer(DispatcherMiddleware(NotFound(), mounts), port)
        site.base_url = self._server.url + context_path

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
        self._site.close()

    @property
    def url(self) -> str:
        """Return the base address, with the context path."""
        return self._site.base_url

    # -- what each tracker says for itself

    def is_empty(self) -> bool:
        """Say whether there is nothing yet."""
        raise NotImplementedError

    def plant(self) -> None:
        """Fill in a few items."""
        raise NotImplementedError

    def change_account(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change an account: its token, rights, time zone."""
        raise NotImplementedError

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
        """Return what `change_state` can change."""
        return {"search_lag": self._site.index.lag, "clock_skew": self._site.clock.skew}

    def change_state(self, changes: Mapping[str, Any]) -> None:
        """Set `search_lag` and `clock_skew` in seconds; `reset` empties, `seed` fills."""
        known = {"search_lag", "clock_skew", "reset", "seed"}
        if unknown := set(changes) - known:
            raise ValueError(f"{sorted(unknown)} cannot be set")
        self._site.index.lag = float(changes.get("search_lag", self._site.index.lag))
        self._site.clock.skew = float(changes.get("clock_skew", self._site.clock.skew))
        if changes.get("reset"):
            self._site.reset()
        if changes.get("seed"):
            self.plant()

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the webhooks delivered so far."""
        return self._site.courier.listing()
