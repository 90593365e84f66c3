"""Systems, connections, links, and the queue. No table here holds a field's value."""

from integrations.models.links import AttachmentLink, CommentLink, Conflict, Intent, Link, LinkEnd
from integrations.models.peers import Peer, PeerNonce
from integrations.models.queue import SyncLog, SyncTask
from integrations.models.systems import (
    Connection,
    ConnectionVersion,
    Endpoint,
    Identity,
    System,
    SystemBudget,
    SystemTurn,
)

__all__ = [
    "AttachmentLink",
    "CommentLink",
    "Conflict",
    "Connection",
    "ConnectionVersion",
    "Endpoint",
    "Identity",
    "Intent",
    "Link",
    "LinkEnd",
    "Peer",
    "PeerNonce",
    "SyncLog",
    "SyncTask",
    "System",
    "SystemBudget",
    "SystemTurn",
]
