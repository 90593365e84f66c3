"""Entity properties: JSON that programs hang on issues and comments, unseen by people."""

import json
from typing import Any

from integrations.sandbox.jira.errors import JiraError
from integrations.sandbox.jira.model import Json

_MAX_KEY = 255
_MAX_VALUE = 32_768


def read_properties(raw: Any) -> Json:
    """Return the properties that came with a create or edit, by key."""
    return {entry["key"]: checked(entry["key"], entry.get("value")) for entry in raw or []}


def checked(key: str, value: Any) -> Any:
    """Return a value that may be kept under the key."""
    if len(key) > _MAX_KEY:
        raise JiraError(400, [f"The property key cannot be longer than {_MAX_KEY} characters."])
    if value is None or len(json.dumps(value)) > _MAX_VALUE:
        message = (
            f"The property value must be valid, non-empty JSON of at most {_MAX_VALUE} characters."
        )
        raise JiraError(400, [message])
    return value


def existing(properties: Json, key: str) -> Any:
    """Return a property's value."""
    if key not in properties:
        raise JiraError(404, [f"The property with key '{key}' does not exist."])
    return properties[key]
