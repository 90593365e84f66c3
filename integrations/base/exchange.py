"""Items and schemas as JSON between two installations; values name their kind."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from integrations.base.items import (
    Attachment,
    Comment,
    FieldSpec,
    FieldType,
    Item,
    Option,
    Person,
    Ref,
    Rich,
    Schema,
    Seen,
    TypeSpec,
    Value,
    Version,
)


def value_json(value: Value) -> dict[str, Any]:
    """Return a value with the name of its kind; a rich text's native document stays here."""
    match value:
        case Rich(md=md):
            return {"rich": md}
        case Person():
            return {"person": asdict(value)}
        case frozenset():
            return {"set": sorted(value)}
        case datetime() | date():
            return {type(value).__name__: value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
    return {"plain": value}


def read_value(stored: Mapping[str, Any]) -> Value:
    """Return a value read from JSON; ValueError, KeyError or TypeError where it is none."""
    [(kind, value)] = stored.items()
    return _READERS[kind](value)


def _plain(value: Any) -> Value:
    if not isinstance(value, str | bool | int | None):
        raise TypeError(value)
    return value


def read_person(stored: Mapping[str, Any]) -> Person:
    """Return somebody of the other side."""
    id_, email = stored["id"], stored["email"]
    return Person(id_ and str(id_), str(stored["name"]), email and str(email))


_MOST_EDITS = 2**53
_READERS: Mapping[str, Callable[[Any], Value]] = {
    "rich": lambda value: Rich(str(value)),
    "person": read_person,
    "set": lambda value: frozenset(map(str, value)),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": lambda value: Decimal(str(value)),
    "plain": _plain,
}


def item_json(item: Item) -> dict[str, Any]:
    """Return an item as another installation may see it: no address, no marker."""
    return {
        "id": item.ref.id,
        "key": item.key,
        "type": item.type,
        "fields": {name: value_json(value) for name, value in sorted(item.fields.items())},
        "created_at": item.created_at.isoformat(),
        "updated_at": item.updated_at.isoformat(),
        "counterpart": item.counterpart,
        "seen": {name: _seen_json(seen) for name, seen in sorted(item.seen.items())},
        "versions": {name: astuple(one) for name, one in sorted(item.versions.items())},
        "comments": [_comment_json(one) for one in item.comments or ()],
        "attachments": [_file_json(one) for one in item.attachments or ()],
    }


def read_item(stored: Mapping[str, Any], ref: Ref, url: str) -> Item:
    """Return an item read from JSON; ValueError, KeyError or TypeError where it is none."""
    return Item(
        ref=ref,
        key=str(stored["key"])[:255],
        url=url,
        type=str(stored["type"]),
        fields={str(name): read_value(value) for name, value in stored["fields"].items()},
        rev=str(stored["rev"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        updated_at=datetime.fromisoformat(stored["updated_at"]),
        comments=[_comment(one) for one in stored["comments"]],
        attachments=[_file(one) for one in stored["attachments"]],
        counterpart=str(stored["counterpart"]),
        seen={str(name): _seen(one) for name, one in stored["seen"].items()},
        versions={str(name): _version(one) for name, one in stored["versions"].items()},
    )


def schema_json(schema: Schema) -> dict[str, Any]:
    """Return a schema: of its fields only those whose meaning all trackers share."""
    return {
        "types": [
            {
                "id": one.id,
                "name": one.name,
                "fields": [asdict(field) for field in one.fields if field.role],
            }
            for one in schema.types
        ]
    }


def read_schema(stored: Mapping[str, Any]) -> Schema:
    """Return a schema read from JSON; ValueError, KeyError or TypeError where it is none."""
    return Schema(
        tuple(
            TypeSpec(str(one["id"]), str(one["name"]), tuple(map(_field, one["fields"])))
            for one in stored["types"]
        )
    )


def _field(stored: Mapping[str, Any]) -> FieldSpec:
    options = tuple(
        Option(str(one["id"]), str(one["name"]), str(one["category"])) for one in stored["options"]
    )
    return FieldSpec(
        id=str(stored["id"]),
        name=str(stored["name"]),
        type=FieldType(stored["type"]),
        role=str(stored["role"]),
        options=options,
    )


def _seen_json(seen: Seen) -> dict[str, Any]:
    mark = sorted(seen.print) if isinstance(seen.print, frozenset) else seen.print
    return {"link": str(seen.link), "rule": seen.rule, "print": mark}


def _seen(stored: Mapping[str, Any]) -> Seen:
    mark = stored["print"]
    mark = frozenset(map(str, mark)) if isinstance(mark, list) else str(mark)
    return Seen(UUID(stored["link"]), str(stored["rule"]), mark)


def _version(stored: Any) -> Version:
    here, there, is_theirs = stored
    if not all(isinstance(count, int) and 0 <= count < _MOST_EDITS for count in (here, there)):
        raise ValueError("A version counts edits.")
    return Version(here, there, is_theirs=bool(is_theirs))


def _comment_json(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "author": asdict(comment.author),
        "body": comment.body.md,
        "created_at": comment.created_at.isoformat(),
        "rev": comment.rev,
        "is_restricted": comment.is_restricted,
    }


def _comment(stored: Mapping[str, Any]) -> Comment:
    return Comment(
        id=str(stored["id"]),
        author=read_person(stored["author"]),
        body=Rich(str(stored["body"])),
        created_at=datetime.fromisoformat(stored["created_at"]),
        rev=str(stored["rev"]),
        is_restricted=bool(stored["is_restricted"]),
    )


def _file_json(file: Attachment) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "mime": file.mime,
        "created_at": file.created_at.isoformat(),
        "sha256": file.sha256,
    }


def _file(stored: Mapping[str, Any]) -> Attachment:
    return Attachment(
        id=str(stored["id"]),
        name=str(stored["name"]),
        size=int(stored["size"]),
        mime=str(stored["mime"]),
        created_at=datetime.fromisoformat(stored["created_at"]),
        sha256=str(stored["sha256"]),
    )
