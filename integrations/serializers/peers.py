"""What the API says of pairings with other installations."""

from typing import Any

from rest_framework import serializers

from integrations.serializers.connections import ConnectionSerializer, EndBody
from integrations.services import Target, Wish


class InvitationSerializer(serializers.Serializer[Any]):
    connection = serializers.UUIDField()
    code = serializers.CharField(help_text="Shown once; it holds until it is used or expires.")
    expires_at = serializers.DateTimeField()


class WishBody(serializers.Serializer[Any]):
    project = serializers.CharField(required=False)
    own = EndBody(required=False, help_text="A tracker's project to pair instead of ours.")
    name = serializers.CharField(max_length=100, required=False)
    is_private_allowed = serializers.BooleanField(default=False)


class InviteBody(WishBody):
    conflicts = serializers.ChoiceField(["newest", "inviter", "invitee"], default="newest")


class AcceptBody(WishBody):
    code = serializers.CharField(max_length=2000)
    is_reachable = serializers.BooleanField(
        default=True, help_text="Whether the other side can call us; else it never sees our items."
    )


class PairedSerializer(ConnectionSerializer):
    fingerprint = serializers.CharField(help_text="Four words that both sides have to show.")


def wish_of(body: dict[str, Any]) -> Wish:
    """Return what was chosen for one side."""
    own = body.get("own")
    target = Target(own["system"], own["scope"]) if own else None
    return Wish(target, body.get("name", ""), body["is_private_allowed"])
