"""Other installations that ours is paired with, and the invitations to them."""

import uuid

from django.db import models

from integrations.models.systems import Connection


class Peer(models.Model):
    """The agreement of a connection with another installation; the key is its system's credential.

    An invitation is known by the hash of its secret and holds until it is used or expires.
    """

    class Role(models.TextChoices):
        INVITER = "inviter", "We invited"
        INVITEE = "invitee", "We were invited"

    class Conflicts(models.TextChoices):
        NEWEST = "newest", "Whoever changed it last wins; at the same time, the inviter"
        INVITER = "inviter", "The inviter wins"
        INVITEE = "invitee", "The invited side wins"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.OneToOneField(Connection, models.CASCADE, related_name="peer")
    role = models.CharField(max_length=7, choices=Role)
    conflicts = models.CharField(max_length=7, choices=Conflicts, default=Conflicts.NEWEST)
    invite_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  many have none
    expires_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    fingerprint = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.role} of {self.connection_id}"


class PeerNonce(models.Model):
    """A request that was answered: the same one is never answered twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    peer = models.ForeignKey(Peer, models.CASCADE, related_name="nonces")
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "nonce"], name="nonce_once")]

    def __str__(self) -> str:
        return self.nonce
