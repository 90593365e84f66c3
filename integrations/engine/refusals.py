"""What a tracker refused, field by field, in its own words but without our values."""

from collections.abc import Iterable, Mapping

from integrations.base.errors import InvalidError, SkippableError, TooLargeError
from integrations.base.items import Rich, Value
from integrations.engine.rules.model import FieldRule
from integrations.engine.state import Side

_MAX_MESSAGE = 300
_LEAST_TEXT = 4


def refused_fields(
    error: SkippableError, side: Side, asked: Mapping[str, Value], rules: Iterable[FieldRule]
) -> dict[str, str]:
    """Return the message per mapped field; empty where the tracker did not say which.

    `asked` is by the field ids of the side.
    """
    said = _said(error)
    return {
        rule.id: _scrubbed(said[rule.name(side)], asked.get(rule.name(side)), rule)
        for rule in rules
        if rule.name(side) in said
    }


def in_full(error: SkippableError) -> str:
    """Return all that a tracker said, with what it said of each field."""
    return " ".join([str(error), *(f"{name}: {words}" for name, words in _said(error).items())])


def scrubbed_all(message: str, asked: Mapping[str, Value], rules: Iterable[FieldRule]) -> str:
    """Return a message without any value of free text that was asked for."""
    names = {rule.name(side): rule for rule in rules for side in ("a", "b")}
    for name, value in asked.items():
        rule = names.get(name)
        message = message if rule is None else _masked(message, value, rule)
    return message[:_MAX_MESSAGE]


def _said(error: SkippableError) -> Mapping[str, str]:
    if isinstance(error, InvalidError):
        return error.fields
    if isinstance(error, TooLargeError):
        return {error.field: error.message}
    return {}


def _scrubbed(message: str, value: Value, rule: FieldRule) -> str:
    return _masked(message, value, rule)[:_MAX_MESSAGE]


def _masked(message: str, value: Value, rule: FieldRule) -> str:
    """Hide free text; names of a value map are vocabulary and help whoever mends the map."""
    text = value.md if isinstance(value, Rich) else value
    if rule.values is not None or not isinstance(text, str) or len(text) < _LEAST_TEXT:
        return message
    return message.replace(text, "…")
