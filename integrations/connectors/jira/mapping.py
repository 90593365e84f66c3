"""Jira's payloads to our items, and our values to Jira's."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from integrations.base import attribution
from integrations.base.errors import GoneError, InvalidError, TooLargeError
from integrations.base.items import (
    Attachment,
    Comment,
    Fetched,
    FieldType,
    Item,
    Moved,
    NewComment,
    Person,
    Ref,
    Rich,
    Value,
    Want,
)
from integrations.connectors.jira.endpoints import MARKER
from integrations.connectors.jira.richtext import Text
from integrations.connectors.jira.shapes import Shape
from integrations.connectors.jira.times import moment, written

Json = Mapping[str, Any]
Shapes = Mapping[str, Shape]
MAX_RICH = 32_767
_MAX_GLOBAL_ID = 255
_MAX_LINK_TITLE = 255
BASE_FIELDS = ("project", "issuetype", "creator", "created", "updated")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the payloads of one Jira; `us` is our account's id there."""

    system: UUID
    base_url: str
    us: str
    text: Text

    def item(self, issue: Json, shapes: Shapes, want: Want) -> Item:
        """Return an issue with what was asked for."""
        fields = issue["fields"]
        comments = fields.get("comment") or {}
        return Item(
            ref=Ref(self.system, str(fields["project"]["id"]), str(issue["id"])),
            key=issue["key"],
            url=f"{self.base_url}/browse/{issue['key']}",
            type=fields["issuetype"]["name"],
            fields={
                id_: self.value(shapes[id_], fields.get(id_)) for id_ in want.fields & set(shapes)
            },
            rev=fields["updated"],
            created_at=moment(fields["created"]),
            updated_at=moment(fields["updated"]),
            is_author_us=self._is_us(fields.get("creator")),
            marker=marker_in(issue.get("properties")),
            comments=self.comments(comments.get("comments", [])) if want.comments else None,
            attachments=[self.attachment(raw) for raw in fields.get("attachment") or []]
            if want.attachments
            else None,
        )

    def comments(self, raw: Sequence[Json]) -> list[Comment]:
        """Return comments, oldest first."""
        return sorted((self.comment(each) for each in raw), key=lambda each: each.created_at)

    def comment(self, raw: Json) -> Comment:
        """Return a comment; a marker counts only in what our own account wrote."""
        read = self.text.read(raw.get("body")) or Rich("")
        marker, md = None, read.md
        if self._is_us(raw.get("author")):
            marker, md = attribution.split(md)
            marker = marker_in(_by_key(raw.get("properties"))) or marker
        return Comment(
            id=str(raw["id"]),
            author=person_of(raw.get("author")) or Person(None, "Somebody"),
            body=Rich(md, read.native),
            created_at=moment(raw["created"]),
            rev=raw.get("updated") or raw["created"],
            is_restricted=bool(raw.get("visibility")) or raw.get("jsdPublic") is False,
            marker=marker,
        )

    def attachment(self, raw: Json) -> Attachment:
        """Return a file without its bytes."""
        return Attachment(
            id=str(raw["id"]),
            name=raw["filename"],
            size=int(raw["size"]),
            mime=raw.get("mimeType") or "application/octet-stream",
            created_at=moment(raw["created"]),
        )

    def value(self, shape: Shape, raw: Any) -> Value:
        """Return a field's value; options, statuses and labels go by name."""
        if shape.type is FieldType.SET:
            return frozenset(each[shape.key] if shape.key else each for each in raw or [])
        if raw is None:
            return None
        return self._scalar(shape, raw)

    def _scalar(self, shape: Shape, raw: Any) -> Value:
        if shape.type is FieldType.RICH:
            return self.text.read(raw)
        if shape.key:
            return str(raw[shape.key])
        return _READERS.get(shape.type, str)(raw)

    def _is_us(self, raw: Json | None) -> bool:
        return bool(raw) and person_id(raw) == self.us


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values as one Jira wants them; `person` turns an account id into its reference."""

    text: Text
    person: Callable[[str], Json]

    def fields(self, values: Mapping[str, Value], shapes: Shapes) -> dict[str, Any]:
        """Return what `fields` of a new issue holds."""
        return {id_: self.value(id_, shapes[id_], value) for id_, value in values.items()}

    def change(self, base: Item, changes: Mapping[str, Value], shapes: Shapes) -> dict[str, Any]:
        """Return the body of an edit: sets change by element, rich text block by block."""
        body: dict[str, Any] = {"fields": {}, "update": {}}
        for id_, value in changes.items():
            before = base.fields.get(id_)
            if isinstance(value, frozenset) and isinstance(before, frozenset):
                body["update"][id_] = self._steps(shapes[id_], before, value)
            else:
                body["fields"][id_] = self.value(id_, shapes[id_], value, before)
        return {part: content for part, content in body.items() if content}

    def value(self, id_: str, shape: Shape, value: Value, before: Value = None) -> Any:
        """Return a value as Jira stores it; `before` is what it replaces."""
        if isinstance(value, Rich):
            return self._rich(id_, value, before)
        if isinstance(value, frozenset):
            return [_element(shape, each) for each in sorted(value)]
        if isinstance(value, Person):
            return self._person(id_, value)
        if shape.type is FieldType.OPTION and value is not None:
            return {shape.key: value}
        return _scalar(normal(id_, value))

    def comment(self, comment: NewComment) -> dict[str, Any]:
        """Return the body of a copied comment, with its marker beside the text."""
        md = attribution.compose(comment)
        _refuse_long("comment", md)
        return {"body": self.text.write(md), "properties": [marked(comment.marker)]}

    def _person(self, id_: str, value: Person) -> Json | None:
        try:
            return self.person(value.id) if value.id else None
        except GoneError as error:
            message = f"Jira does not know {value.name} (any more)."
            raise InvalidError(message, fields={id_: message}, fix="Map the person.") from error

    def _rich(self, id_: str, value: Rich, before: Value) -> Any:
        _refuse_long(id_, value.md)
        if not value.md.strip():
            return None
        if isinstance(before, Rich) and before.native:
            return self.text.patch(before.native, value.md)
        return self.text.write(value.md)

    @staticmethod
    def _steps(shape: Shape, before: frozenset[str], after: frozenset[str]) -> list[Any]:
        """Add and remove: elements that somebody else sets meanwhile stay."""
        return [
            {verb: _element(shape, each)}
            for verb, elements in (("add", after - before), ("remove", before - after))
            for each in sorted(elements)
        ]


def normal(id_: str, value: Value) -> Value:
    """Return a plain value as Jira will keep it: a summary is one line, a label one word."""
    if isinstance(value, str) and id_ == "summary":
        return " ".join(value.split())
    if isinstance(value, frozenset) and id_ == "labels":
        return frozenset(_label(each) for each in value)
    return value


def mention(key: str, url: str, title: str) -> dict[str, Any]:
    """Return the remote link that shows an item of ours; its address names it for good."""
    name = url if len(url) <= _MAX_GLOBAL_ID else hashlib.sha256(url.encode()).hexdigest()
    return {
        "globalId": name,
        "relationship": "synced with",
        "object": {"url": url, "title": f"{key} {title}"[:_MAX_LINK_TITLE]},
    }


def marked(marker: str) -> dict[str, Any]:
    """Return the property that holds our marker."""
    return {"key": MARKER, "value": {"m": marker}}


def marker_in(properties: Any) -> str | None:
    """Return the marker among an issue's properties; whoever may edit may have broken it."""
    value = properties.get(MARKER) if isinstance(properties, Mapping) else None
    marker = value.get("m") if isinstance(value, Mapping) else None
    return marker if isinstance(marker, str) else None


def person_id(raw: Json | None) -> str:
    """Return the id that never changes: an account id on Cloud, a key on Data Center."""
    found = (raw or {}).get("accountId") or (raw or {}).get("key") or (raw or {}).get("name")
    return str(found or "")


def person_of(raw: Json | None) -> Person | None:
    """Return an account as a person; Cloud hides e-mail addresses as their owners wish."""
    if not raw:
        return None
    name = raw.get("displayName") or raw.get("name") or "Somebody"
    return Person(person_id(raw) or None, name, raw.get("emailAddress") or None)


def _number(raw: Any) -> int | Decimal:
    number = Decimal(str(raw))
    return int(number) if number == int(number) else number


_READERS: Mapping[FieldType, Callable[[Any], Value]] = {
    FieldType.PERSON: person_of,
    FieldType.NUMBER: _number,
    FieldType.DATE: date.fromisoformat,
    FieldType.DATETIME: moment,
}


def _by_key(properties: Any) -> dict[str, Any]:
    return {each["key"]: each["value"] for each in properties or []}


def _element(shape: Shape, name: str) -> Any:
    return {shape.key: name} if shape.key else _label(name)


def _label(text: str) -> str:
    return "_".join(text.split())


def _scalar(value: Value) -> Any:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return written(value)
        case date():
            return value.isoformat()
    return value


def _refuse_long(id_: str, md: str) -> None:
    if len(md) > MAX_RICH:
        raise TooLargeError(
            f"Jira takes {MAX_RICH:,} characters at most.", field=id_, limit=MAX_RICH
        )


def refuse_unknown(values: Mapping[str, Value], shapes: Shapes) -> None:
    """Refuse fields that the site does not have, before anything is sent."""
    unknown = sorted(set(values) - set(shapes))
    if unknown:
        raise InvalidError(
            "Jira has no such field (any more).",
            fields=dict.fromkeys(unknown, "Jira has no such field (any more)."),
            fix="Update the mapping.",
        )


def place_of(scope: str) -> dict[str, str]:
    """Return a reference to a project by its id or key."""
    return {"id": scope} if scope.isdigit() else {"key": scope}


def placed(ref: Ref, item: Item) -> Fetched:
    """Return an item, or where it went: its id stays when it moves to another project."""
    is_here = item.ref.scope == ref.scope or not ref.scope.isdigit()
    return item if is_here else Moved(item.ref)
