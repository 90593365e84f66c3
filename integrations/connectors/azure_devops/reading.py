"""Azure DevOps' payloads to our items."""

import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from integrations.base import attribution
from integrations.base.items import (
    Attachment,
    Comment,
    FieldType,
    Item,
    Person,
    Ref,
    Rich,
    Value,
    Want,
)
from integrations.connectors.azure_devops import richtext
from integrations.connectors.azure_devops.shapes import Shape
from integrations.connectors.azure_devops.times import moment

Json = Mapping[str, Any]
Shapes = Mapping[str, Shape]
MARKER = "#tp-sync-"
DIGEST = "sha256:"
HYPERLINK, FILE = "Hyperlink", "AttachedFile"
_ATTACHMENT = re.compile(r"/attachments/([0-9a-fA-F-]{36})", re.IGNORECASE)
_MARK = re.compile(rf"{MARKER}([\w-]+)\Z")
_DIGEST = re.compile(rf"{DIGEST}([0-9a-f]{{64}})\Z")
_LABEL = re.compile(r"(?P<name>.*\S)\s*<(?P<unique>[^<>]+)>\s*\Z", re.DOTALL)
_NOBODY = Person(None, "Somebody")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads payloads; `us` is our identity's id, `scope` finds the project of an item."""

    system: UUID
    base_url: str
    us: str
    scope: Callable[[Json], str]

    def item(
        self, raw: Json, shapes: Shapes, want: Want, comments: Sequence[Comment] | None = None
    ) -> Item:
        """Return a work item with what was asked for."""
        fields, id_ = raw["fields"], str(raw["id"])
        formats = {
            name.casefold(): str(kind).casefold()
            for name, kind in (raw.get("multilineFieldsFormat") or {}).items()
        }
        return Item(
            ref=Ref(self.system, self.scope(raw), id_),
            key=f"#{id_}",
            url=self.address(raw),
            type=fields["System.WorkItemType"],
            fields={
                name: _value(
                    shapes[name],
                    fields.get(name),
                    is_markdown=formats.get(name.casefold()) == "markdown",
                )
                for name in want.fields & set(shapes)
            },
            rev=str(raw["rev"]),
            created_at=moment(fields["System.CreatedDate"]),
            updated_at=moment(fields["System.ChangedDate"]),
            is_author_us=self._is_us(fields.get("System.CreatedBy")),
            marker=marker_in(raw.get("relations")),
            comments=comments if want.comments else None,
            attachments=attachments(raw) if want.attachments else None,
        )

    def address(self, raw: Json) -> str:
        """Return where people look at a work item."""
        return f"{self.base_url}/{_place(raw['fields'])}_workitems/edit/{raw['id']}"

    def comments(self, raw: Iterable[Json]) -> list[Comment]:
        """Return comments, oldest first, deleted ones left out."""
        kept = (self.comment(each) for each in raw if not each.get("isDeleted"))
        return sorted(kept, key=lambda each: each.created_at)

    def comment(self, raw: Json) -> Comment:
        """Return a comment; a marker counts only in what our own account wrote."""
        is_markdown = str(raw.get("format", "")).casefold() == "markdown"
        read = richtext.read(raw.get("text") or "", is_markdown=is_markdown)
        marker, md = None, read.md
        if self._is_us(raw.get("createdBy")):
            marker, md = attribution.split(md)
        return Comment(
            id=str(raw["id"] if "id" in raw else raw["commentId"]),
            author=person(raw.get("createdBy")) or _NOBODY,
            body=Rich(md, read.native),
            created_at=moment(raw["createdDate"]),
            rev=str(raw.get("version") or raw.get("modifiedDate") or ""),
            marker=marker,
        )

    def _is_us(self, raw: Any) -> bool:
        found = person(raw)
        return found is not None and found.id == self.us


def attachments(raw: Json) -> list[Attachment]:
    """Return the files that a work item links to."""
    return [
        _attachment(each, str(raw["fields"]["System.ChangedDate"]))
        for each in raw.get("relations") or []
        if each.get("rel") == FILE and _ATTACHMENT.search(each.get("url") or "")
    ]


def marker_in(relations: Any) -> str | None:
    """Return the marker among the links; anybody may add links, so the author is checked too."""
    for each in relations or []:
        found = _MARK.search(each.get("url") or "") if each.get("rel") == HYPERLINK else None
        if found:
            return found[1]
    return None


def person(raw: Any) -> Person | None:
    """Return somebody: an object in most answers, `Name <address>` in reports and old ones."""
    if not raw:
        return None
    if isinstance(raw, str):
        found = _LABEL.match(raw)
        return Person(None, found["name"], found["unique"]) if found else Person(None, raw)
    unique = str(raw.get("uniqueName") or "") or None
    label = person(unique) if unique and not raw.get("displayName") else None
    name = raw.get("displayName") or (label.name if label else "Somebody")
    return Person(raw.get("id") or None, name, (label.email if label else None) or unique)


def tags(raw: str | None) -> frozenset[str]:
    """Return the tags of a field that names them with semicolons between."""
    return frozenset(part.strip() for part in (raw or "").split(";") if part.strip())


def _attachment(raw: Json, changed: str) -> Attachment:
    known = raw.get("attributes") or {}
    name = str(known.get("name") or "file")
    found = _ATTACHMENT.search(raw["url"])
    digest = _DIGEST.match(str(known.get("comment") or ""))
    made = known.get("resourceCreatedDate") or known.get("authorizedDate") or changed
    return Attachment(
        id=found[1].lower() if found else "",
        name=name,
        size=int(known.get("resourceSize") or 0),
        mime=mimetypes.guess_type(name)[0] or "application/octet-stream",
        created_at=moment(made),
        sha256=digest[1] if digest else "",
    )


def _place(fields: Json) -> str:
    project = fields.get("System.TeamProject")
    return f"{quote(project, safe='')}/" if project else ""


def _value(shape: Shape, raw: Any, *, is_markdown: bool) -> Value:
    if shape.type is FieldType.SET:
        return tags(raw)
    if raw is None or raw == "":
        return None
    if shape.type is FieldType.RICH:
        return richtext.read(str(raw), is_markdown=is_markdown)
    return _READERS.get(shape.type, str)(raw)


def _number(raw: Any) -> int | Decimal:
    number = Decimal(str(raw))
    return int(number) if number == int(number) else number


_READERS: Mapping[FieldType, Callable[[Any], Value]] = {
    FieldType.PERSON: person,
    FieldType.NUMBER: _number,
    FieldType.DATETIME: moment,
    FieldType.BOOL: bool,
}
