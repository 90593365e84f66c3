"""Waiting for a sync that a worker does: only the rows are looked at, for a bounded time."""

import time

from django.utils import timezone

from integrations import queries
from integrations.connectors.platform.reach import Thing
from integrations.queries import Lane, LaneState

MAX_WAIT = 30.0
"""Seconds that a request may wait; a web worker does nothing else meanwhile."""

_LOOK_EVERY = 0.25


def settled_lanes(thing: Thing, seconds: float) -> list[Lane]:
    """Return how a thing stands once nothing is under way, or after so many seconds."""
    until = time.monotonic() + min(seconds, MAX_WAIT)
    while True:
        lanes = queries.lanes_of(thing, timezone.now())
        if time.monotonic() >= until or not any(lane.state is LaneState.BUSY for lane in lanes):
            return lanes
        time.sleep(_LOOK_EVERY)
