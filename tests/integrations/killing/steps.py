"""The boundaries of a worker's work, told one by one to whoever wants to strike there."""

from collections.abc import Callable
from functools import wraps

from integrations import store
from integrations.base.http import ApiClient
from integrations.connectors.platform.connector import PlatformConnector
from integrations.store import LinkMemory

Reach = Callable[[str], None]
WATCHED = {
    LinkMemory: ("link", "open", "guard", "save", "_log"),
    PlatformConnector: ("update", "add_comment", "upload"),
    store: ("claim", "hint_link", "wait", "finish"),
}


def watch(reach: Reach) -> None:
    """Tell of every boundary from now on; for processes that live for one story only."""
    for owner, names in WATCHED.items():
        for name in names:
            title = name.strip("_") if owner is not PlatformConnector else f"here: {name}"
            setattr(owner, name, _told(getattr(owner, name), lambda _, title=title: title, reach))
    send = ApiClient._send
    ApiClient._send = _told(send, lambda arguments: f"there: {arguments[1]}", reach)


def _told(original, title, reach: Reach):
    @wraps(original)
    def told(*arguments, **options):
        name = title(arguments)
        reach(f"{name} begins")
        answer = original(*arguments, **options)
        reach(f"{name} done")
        return answer

    return told
