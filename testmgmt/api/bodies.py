"""What callers send: checked by a serializer, and a field that nobody knows is refused."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer


def valid(body: Serializer[Any]) -> dict[str, Any]:
    """Return the checked input; a misspelt field is an error, never ignored."""
    data = body.initial_data
    if not isinstance(data, dict):
        raise ValidationError("An object is needed.")
    unknown = [name for name in data if name not in body.fields]
    if unknown:
        known = ", ".join(name for name, field in body.fields.items() if not field.read_only)
        raise ValidationError({name: f"There is no such field. There are: {known}." for name in unknown})
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found
