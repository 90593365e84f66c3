"""Reads of connections, links and the log; the first argument is who asks."""

from integrations.queries.connections import (
    ConnectionPage,
    connection_page,
    connections_of,
    kinds,
    system_page,
)
from integrations.queries.lanes import Lane, LaneState, cells_of, lanes_of, log_of

__all__ = [
    "ConnectionPage",
    "Lane",
    "LaneState",
    "cells_of",
    "connection_page",
    "connections_of",
    "kinds",
    "lanes_of",
    "log_of",
    "system_page",
]
