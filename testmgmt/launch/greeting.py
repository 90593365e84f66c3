"""What a person reads once everything answers."""

import http.client
from collections.abc import Callable

from django.conf import settings

from testmgmt.launch import demo
from testmgmt.launch.keys import USERNAME, DemoKeys


def _answers(port: int, path: str) -> bool:
    """Whether our own server on this machine answers; a moment later it may."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < http.HTTPStatus.BAD_REQUEST
    except OSError:
        return False
    finally:
        connection.close()


class Greeting:
    """Waits for the servers, makes the demo once they answer, and tells how to get in."""

    def __init__(self, say: Callable[[str], object], *, has_demo: bool) -> None:
        self._say = say
        self._has_demo = has_demo
        self._is_done = False

    def when_ready(self) -> None:
        """Greet as soon as all is there; called again and again."""
        if self._is_done or not _answers(settings.PORT, "/healthz"):
            return
        if self._has_demo and not _answers(settings.SANDBOX_PORT, "/"):
            return
        self._is_done = True
        self._say("\n".join(["", f"  testmgmt   {settings.PUBLIC_URL}", *self._demo(), ""]))

    def _demo(self) -> list[str]:
        return demo_lines(demo.make()) if self._has_demo else []


def demo_lines(keys: DemoKeys) -> list[str]:
    """Return the demo's ways in, a line each."""
    return [
        f"  sign in    {USERNAME} / {keys.password}",
        f"  API token  {keys.token}",
        f"  Jira       {demo.sandbox_url()} (sandbox)",
        "  Ctrl-C stops everything; the next start keeps the data.",
    ]
