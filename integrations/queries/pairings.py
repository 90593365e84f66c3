"""What a connection's pages say of its pairing with another installation."""

from uuid import UUID

from integrations.models import Peer
from testmgmt.core.errors import NotFoundError


def pairing_of(connection_id: UUID) -> Peer:
    """Return the pairing of a connection that the caller may see already."""
    peer = Peer.objects.filter(connection=connection_id).first()
    if peer is None:
        raise NotFoundError("This connection is not one to another installation.")
    return peer
