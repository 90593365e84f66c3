"""Rows of this product as items, a page of them in a fixed number of statements."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from integrations.base.items import Attachment, Comment, Found, Item, Ref, Value, Want
from integrations.connectors.platform import mapping
from integrations.connectors.platform.kinds import Kind, Row
from testmgmt.core import attachments, comments

_KEY = re.compile(rf"([{mapping.DEFECT}{mapping.CASE}])-(\d+)", re.IGNORECASE | re.ASCII)
_PLACE = re.compile(r"/(defects|cases)/(\d+)(?:[/?#]|\Z)", re.ASCII)
_LETTERS = {"defects": mapping.DEFECT, "cases": mapping.CASE}


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads for one installation: `system` is its id as a tracker, `base_url` its address."""

    system: UUID
    base_url: str

    def items(self, kind: Kind[Any], rows: Iterable[Row], want: Want) -> list[Item]:
        """Return rows of one project as items, with what is wanted of them."""
        pages = list(rows)
        if not pages:
            return []
        read = kind.reader(pages[0].project_id, want.fields)
        hanging = _Hanging(kind, [row.pk for row in pages], want)
        return [self._item(kind, row, read(row), hanging) for row in pages]

    def whole(self, kind: Kind[Any], row: Row) -> Item:
        """Return a row with every field."""
        read = kind.reader(row.project_id, None)
        hanging = _Hanging(kind, [row.pk], Want(frozenset()))
        return self._item(kind, row, read(row), hanging)

    def found(self, kind: Kind[Any], row: Row) -> Found:
        """Return a row as a hit of a search."""
        ref = self._ref(kind, row)
        return Found(ref, row.key, self._url(kind, row), kind.type, row.title, kind.status_of(row))

    def item_named(self, text: str) -> str | None:
        """Return the id of the item that a key or an address of ours names."""
        key = _KEY.fullmatch(text.strip())
        if key is not None:
            return f"{key[1].upper()}-{int(key[2])}"
        path = text.strip().removeprefix(self.base_url.rstrip("/"))
        place = _PLACE.match(path) if path != text.strip() else None
        return f"{_LETTERS[place[1]]}-{int(place[2])}" if place else None

    def _item(
        self, kind: Kind[Any], row: Row, fields: dict[str, Value], hanging: "_Hanging"
    ) -> Item:
        return Item(
            ref=self._ref(kind, row),
            key=row.key,
            url=self._url(kind, row),
            type=kind.type,
            fields=fields,
            rev=hanging.rev(row),
            created_at=row.created_at,
            updated_at=row.updated_at,
            is_author_us=row.marker is not None,
            marker=row.marker,
            comments=hanging.comments(row.pk),
            attachments=hanging.attachments(row.pk),
        )

    def _ref(self, kind: Kind[Any], row: Row) -> Ref:
        return Ref(self.system, str(row.project_id), f"{kind.letter}-{row.pk}")

    def _url(self, kind: Kind[Any], row: Row) -> str:
        return f"{self.base_url}/{kind.path}/{row.pk}/"


class _Hanging:
    """What hangs on the things of a page: comments, files, and how often these changed."""

    def __init__(self, kind: Kind[Any], pks: list[int], want: Want) -> None:
        self._said_revs = comments.revisions_of(kind.target, pks)
        self._file_revs = attachments.revisions_of(kind.target, pks)
        self._said = comments.said_on(kind.target, pks) if want.comments else None
        self._files = _files_of(kind, pks) if want.attachments else None

    def rev(self, row: Row) -> str:
        """Return a revision that moves with the thing, its comments and its files."""
        parts = (self._said_revs.get(row.pk, ""), self._file_revs.get(row.pk, ""))
        return "+".join([str(row.revision), *parts]) if any(parts) else str(row.revision)

    def comments(self, pk: int) -> list[Comment] | None:
        """Return what was said, None where nobody asked."""
        if self._said is None:
            return None
        return [mapping.comment_of(said) for said in self._said.get(pk, ())]

    def attachments(self, pk: int) -> list[Attachment] | None:
        """Return the files, None where nobody asked."""
        return None if self._files is None else self._files.get(pk, [])


def _files_of(kind: Kind[Any], pks: list[int]) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    for file in attachments.attachments_of(kind.target, pks):
        files.setdefault(file.target_id, []).append(mapping.attachment_of(file))
    return files
