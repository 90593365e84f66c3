"""What the API says of people under their accounts."""

from typing import Any

from rest_framework import serializers

from integrations.queries.people import Matched


class AccountBody(serializers.Serializer[Any]):
    account = serializers.CharField(max_length=255, help_text="The id of the account there.")
    person = serializers.CharField(
        max_length=200, help_text="A user name here; or = and a name that two trackers share."
    )


class AccountSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    account = serializers.CharField()
    person = serializers.CharField()
    is_user = serializers.BooleanField()
    is_manual = serializers.BooleanField()


def person_json(found: Matched) -> dict[str, Any]:
    """Return one account and whose it is."""
    return {
        "id": found.identity.pk,
        "account": found.identity.remote_id,
        "person": found.name,
        "is_user": bool(found.username),
        "is_manual": found.identity.is_manual,
    }
