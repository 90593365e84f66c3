"""What the API speaks of people and tokens."""

from typing import Any

from rest_framework import serializers

from testmgmt.accounts.models import ApiKey, User
from testmgmt.core.permissions import Scope

Row = dict[str, Any]
SCOPES = [scope.value for scope in Scope]


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.EmailField(allow_blank=True)
    timezone = serializers.CharField()
    is_staff = serializers.BooleanField(help_text="Whether they administer the installation.")


def person_json(user: User) -> Row:
    """Return somebody in the API's words."""
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "timezone": user.timezone,
        "is_staff": user.is_staff,
    }


class TokenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the token begins; the rest is not kept.")
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES))
    project = serializers.CharField(allow_null=True, help_text="Key of its default project.")
    is_project_only = serializers.BooleanField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="Shown this once.")


def token_json(key: ApiKey) -> Row:
    """Return a token in the API's words, without what would let anybody use it."""
    return {
        "id": key.pk,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "project": key.project.key if key.project else None,
        "is_project_only": key.is_project_only,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "created_at": key.created_at,
    }


class TokenBody(serializers.Serializer[Any]):
    """What may be said of a new token."""

    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), allow_empty=False, required=False, default=["read"]
    )
    project = serializers.CharField(
        required=False, allow_null=True, default=None, help_text="Id or key."
    )
    is_project_only = serializers.BooleanField(required=False, default=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class SignInBody(TokenBody):
    """Who asks for a token, by password."""

    username = serializers.CharField(max_length=254, help_text="Username or e-mail.")
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    name = serializers.CharField(max_length=100, required=False, default="Signed in by password")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES), allow_empty=False, required=False, default=SCOPES
    )


class RevokedSerializer(serializers.Serializer[Any]):
    revoked = serializers.IntegerField(help_text="How many tokens were revoked.")
