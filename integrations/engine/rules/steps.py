"""Transformations that need no script: plain steps on a text, and templates over an item."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integrations.base.items import Item, Person, Rich, Value
from integrations.engine.rules.values import Translated

STEPS: Mapping[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "prefix": (("text",), lambda value, text: value if value.startswith(text) else text + value),
    "suffix": (("text",), lambda value, text: value if value.endswith(text) else value + text),
    "remove_prefix": (("text",), str.removeprefix),
    "remove_suffix": (("text",), str.removesuffix),
    "replace": (("find", "with"), str.replace),
    "truncate": (("length",), lambda value, length: value[:length]),
    "upper": ((), str.upper),
    "lower": ((), str.lower),
    "strip": ((), str.strip),
}
"""Each step by name: its arguments, and what it does to a text."""

LOSSY = frozenset({"truncate"})
"""Steps after which the way back would destroy what was left out."""

_HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its arguments."""

    name: str
    arguments: tuple[Any, ...] = ()

    def apply(self, text: str) -> str:
        """Return the text after it."""
        return STEPS[self.name][1](text, *self.arguments)


def applied(steps: Sequence[Step], value: Translated) -> Translated:
    """Return a value after steps; what is no text, or says nothing, stays as it is."""
    match value:
        case str() if value:
            return _stepped(steps, value)
        case Rich(md=md) if md:
            return replace(value, md=_stepped(steps, md), native=None) if steps else value
        case frozenset():
            return frozenset(_stepped(steps, element) for element in value)
        case _:
            return value


def _stepped(steps: Sequence[Step], text: str) -> str:
    for step in steps:
        text = step.apply(text)
    return text


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes: {key}, {url}, {type}, {value} or the id of a field."""

    text: str

    def fields(self) -> frozenset[str]:
        """Return the fields that have to be read for it."""
        return frozenset(_HOLE.findall(self.text)) - {"key", "url", "type", "value"}

    def value(self, item: Item, value: Value) -> str:
        """Return the text for an item; a hole without a value stays empty."""
        own = {"key": item.key, "url": item.url, "type": item.type, "value": value}
        return _HOLE.sub(lambda hole: _text({**item.fields, **own}.get(hole[1])), self.text)


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case Rich(md=md):
            return md
        case Person(name=name):
            return name
        case frozenset():
            return ", ".join(sorted(value))
        case _:
            return str(value)
