"""Reads of connections, links and the log; the first argument is who asks."""

from integrations.queries.connections import (
    ConnectionPage,
    Tracker,
    connection_page,
    connections_of,
    kind_named,
    kinds,
)
from integrations.queries.lanes import (
    Lane,
    LaneState,
    cells_of,
    far_endpoints,
    has_news,
    lane_named,
    lanes_of,
    log_of,
    log_rows,
)
from integrations.queries.systems import SystemPage, free_system_name, system_page, usable_systems

__all__ = [
    "ConnectionPage",
    "Lane",
    "LaneState",
    "SystemPage",
    "Tracker",
    "cells_of",
    "connection_page",
    "connections_of",
    "far_endpoints",
    "free_system_name",
    "has_news",
    "kind_named",
    "kinds",
    "lane_named",
    "lanes_of",
    "log_of",
    "log_rows",
    "system_page",
    "usable_systems",
]
