"""`This changed`: services say it, receivers act on it.

Two kinds of receivers: those inside the transaction may write rows (and so commit or fail with
the change), those on commit may only wake somebody.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Event:
    """One change: `name` such as `defect.updated`, the row's id, who did it, what else matters.

    `source` names the connection that wrote it, empty for people: it may inform, never decide.
    """

    name: str
    object_id: int | str
    project_id: int | None = None
    user_id: int | None = None
    source: str = ""
    data: dict[str, Any] = field(default_factory=dict)


Receiver = Callable[[Event], None]
_within: dict[str, list[Receiver]] = defaultdict(list)
_on_commit: dict[str, list[Receiver]] = defaultdict(list)


def within(*names: str) -> Callable[[Receiver], Receiver]:
    """Register a receiver that runs inside the transaction."""

    def register(receiver: Receiver) -> Receiver:
        for name in names:
            _within[name].append(receiver)
        return receiver

    return register


def on_commit(*names: str) -> Callable[[Receiver], Receiver]:
    """Register a receiver that runs once the change is durable."""

    def register(receiver: Receiver) -> Receiver:
        for name in names:
            _on_commit[name].append(receiver)
        return receiver

    return register


def publish(event: Event) -> None:
    """Tell everybody; call it inside the transaction of the change."""
    for receiver in _within[event.name]:
        receiver(event)
    for receiver in _on_commit[event.name]:
        transaction.on_commit(partial(receiver, event))
