"""Our values to JSON Patch, as Azure DevOps takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from integrations.base.errors import InvalidError, TooLargeError
from integrations.base.items import FieldType, Item, Person, Rich, Value
from integrations.connectors.azure_devops import richtext
from integrations.connectors.azure_devops.reading import HYPERLINK, MARKER
from integrations.connectors.azure_devops.shapes import TAGS, TITLE, Shape
from integrations.connectors.azure_devops.times import written

Operation = dict[str, Any]
Shapes = Mapping[str, Shape]
MAX_RICH = 1_000_000
"""Characters of a large text field.

https://learn.microsoft.com/azure/devops/organizations/settings/work/object-limits
"""
_UNREAD = object()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes patches; `unique_name` finds the name that an identity is written by."""

    base_url: str
    unique_name: Callable[[str, Person], str]

    def creation(
        self, values: Mapping[str, Value], shapes: Shapes, marker: str, *, as_markdown: bool
    ) -> list[Operation]:
        """Return the patch of a new work item; our mark is a link in it from the first moment."""
        patch = [link(f"{self.base_url}/_workitems{MARKER}{marker}", "Mark of the sync: keep it")]
        for id_, value in values.items():
            if not _is_empty(value):
                patch += self._set(id_, shapes[id_], value, None, as_markdown=as_markdown)
        return patch

    def change(
        self, base: Item, changes: Mapping[str, Value], shapes: Shapes, *, as_markdown: bool
    ) -> list[Operation]:
        """Return the patch that changes an item, unless it is no longer as it was read."""
        patch = [guard(base.rev)]
        for id_, value in changes.items():
            before: Any = base.fields.get(id_, _UNREAD)
            if _is_empty(value):
                patch += self._clear(id_, shapes[id_], before)
            else:
                patch += self._set(id_, shapes[id_], value, before, as_markdown=as_markdown)
        return patch

    def _set(
        self, id_: str, shape: Shape, value: Value, before: Any, *, as_markdown: bool
    ) -> list[Operation]:
        path = f"/fields/{id_}"
        if isinstance(value, Rich):
            return _rich(id_, value, before, as_markdown=as_markdown)
        if isinstance(value, frozenset):
            # Adding leaves what is there, so that nothing could ever be removed.
            verb = "replace" if before is _UNREAD or before else "add"
            return [{"op": verb, "path": path, "value": "; ".join(sorted(kept(value)))}]
        if isinstance(value, Person):
            return [{"op": "add", "path": path, "value": self.unique_name(id_, value)}]
        return [{"op": "add", "path": path, "value": _scalar(id_, shape, value)}]

    @staticmethod
    def _clear(id_: str, shape: Shape, before: Any) -> list[Operation]:
        if before is not _UNREAD and _is_empty(before):
            return []
        if shape.type in {FieldType.TEXT, FieldType.STATUS}:
            return [{"op": "add", "path": f"/fields/{id_}", "value": ""}]
        if shape.type is FieldType.SET:
            return [{"op": "replace", "path": f"/fields/{id_}", "value": ""}]
        return [{"op": "remove", "path": f"/fields/{id_}"}]


def guard(rev: str) -> Operation:
    """Return the operation that fails once the item moved on."""
    return {"op": "test", "path": "/rev", "value": int(rev)}


def link(url: str, comment: str, rel: str = HYPERLINK) -> Operation:
    """Return the operation that adds a link."""
    value = {"rel": rel, "url": url, "attributes": {"comment": comment}}
    return {"op": "add", "path": "/relations/-", "value": value}


def normal(id_: str, value: Value) -> Value:
    """Return a plain value as it will be kept: a title is one line, tags know no separators."""
    if isinstance(value, str) and id_ == TITLE:
        return " ".join(value.split())
    if isinstance(value, frozenset) and id_ == TAGS:
        return kept(value)
    return value


def kept(tags: frozenset[str]) -> frozenset[str]:
    """Return tags as they will be kept."""
    return frozenset(filter(None, map(_tag, tags)))


def refuse_long(id_: str, text: str) -> None:
    """Refuse a text that no large field takes, before anything is sent."""
    if len(text) > MAX_RICH:
        raise TooLargeError(
            f"Azure DevOps takes {MAX_RICH:,} characters at most.", field=id_, limit=MAX_RICH
        )


def refuse_unknown(values: Mapping[str, Value], shapes: Shapes) -> None:
    """Refuse fields that the organisation does not have, before anything is sent."""
    message = "Azure DevOps has no such field (any more)."
    unknown = sorted(set(values) - set(shapes))
    if unknown:
        raise InvalidError(
            message, fields=dict.fromkeys(unknown, message), fix="Update the mapping."
        )


def _rich(id_: str, value: Rich, before: Any, *, as_markdown: bool) -> list[Operation]:
    """Write into the format that a text has; a text that begins here is Markdown."""
    if isinstance(before, Rich) and isinstance(before.native, richtext.Native):
        text = richtext.patch(before.native, value.md)
        # A format is kept only where it is named again.
        is_markdown = before.native.is_markdown
    else:
        text = richtext.write(value.md, is_markdown=as_markdown)
        is_markdown = as_markdown
    refuse_long(id_, text)
    operation = {"op": "add", "path": f"/fields/{id_}", "value": text}
    if not is_markdown:
        return [operation]
    return [operation, {"op": "add", "path": f"/multilineFieldsFormat/{id_}", "value": "Markdown"}]


def _is_empty(value: Any) -> bool:
    if isinstance(value, Rich):
        return not value.md.strip()
    return value is None or value in ("", frozenset())


def _tag(text: str) -> str:
    return " ".join(text.replace(";", " ").replace(",", " ").split())


def _scalar(id_: str, shape: Shape, value: Value) -> Any:
    value = normal(id_, value)
    match value:
        case bool():
            return value
        case Decimal():
            return float(value)
        case datetime():
            return written(value)
        case date():
            return value.isoformat()
        case str() if shape.is_number:
            return _number(id_, value)
    return value


def _number(id_: str, text: str) -> int | float:
    try:
        number = float(text)
    except ValueError as error:
        message = f"“{text}” is not one of the numbers that this field takes."
        raise InvalidError(message, fields={id_: message}, fix="Mend the map of values.") from error
    return int(number) if number == int(number) else number
