"""Systems, connections, links, and the queue. No table here holds a field's value."""

from integrations.models.links import CommentLink, Conflict, Intent, Link, LinkEnd
from integrations.models.queue import SyncLog, SyncTask
from integrations.models.systems import Connection, ConnectionVersion, Endpoint, System

__all__ = [
    "CommentLink",
    "Conflict",
    "Connection",
    "ConnectionVersion",
    "Endpoint",
    "Intent",
    "Link",
    "LinkEnd",
    "SyncLog",
    "SyncTask",
    "System",
]
