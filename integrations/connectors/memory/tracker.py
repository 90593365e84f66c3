"""The tracker itself: items that people edit, with the habits that make real trackers hard.

It stores values in a form of its own (lossy), its search is late, it may refuse values and, by its
hook, fail before or after any call was applied.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from integrations.base.errors import GoneError, InvalidError, StaleError
from integrations.base.items import (
    Attachment,
    Comment,
    FieldSpec,
    FieldType,
    Option,
    Person,
    Rich,
    Schema,
    TypeSpec,
    Value,
)

US = Person("u-sync", "Sync account")
ANN = Person("u-ann", "Ann", "ann@example.org")
STATUSES = (Option("1", "Open", "new"), Option("2", "Doing", "active"), Option("3", "Done", "done"))
PRIORITIES = (Option("1", "High"), Option("2", "Medium"), Option("3", "Low"))
FIELDS = (
    FieldSpec("title", "Title", FieldType.TEXT, "title", is_required=True),
    FieldSpec("description", "Description", FieldType.RICH, "description"),
    FieldSpec("status", "Status", FieldType.STATUS, "status", options=STATUSES, has_default=True),
    FieldSpec("priority", "Priority", FieldType.OPTION, "priority", options=PRIORITIES),
    FieldSpec("labels", "Labels", FieldType.SET, "labels"),
    FieldSpec("assignee", "Assignee", FieldType.PERSON, "assignee"),
)
SCHEMA = Schema((TypeSpec("bug", "Bug", FIELDS), TypeSpec("task", "Task", FIELDS)))
MAX_TITLE = 60
EMPTY: Mapping[FieldType, Value] = {FieldType.SET: frozenset(), FieldType.RICH: Rich("")}

Hook = Callable[[str, str], None]
"""Called with a call's name, and "before" or "applied"; whatever it raises, the caller gets."""


@dataclass(slots=True)
class Record:
    """One item as the tracker holds it."""

    id: str
    scope: str
    type: str
    fields: dict[str, Value]
    created_at: datetime
    updated_at: datetime
    author: Person
    marker: str = ""
    rev: int = 1
    comments: list[Comment] = field(default_factory=list)
    attachments: dict[str, Attachment] = field(default_factory=dict)


@dataclass(slots=True)
class MemoryTracker:
    """A tracker with one project; the methods here are what people do in it."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    schema: Schema = SCHEMA
    scope: str = "MEM"
    is_lossy: bool = False
    has_strong_rev: bool = False
    search_lag: timedelta = timedelta(0)
    token: str = ""
    hook: Hook | None = None
    records: dict[str, Record] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=lambda: count(1))

    # -- what people do

    def add(
        self,
        fields: Mapping[str, Value],
        *,
        type_: str = "Bug",
        author: Person = ANN,
        marker: str = "",
    ) -> Record:
        """Create an item."""
        stored = {spec.id: self._default(spec) for spec in self.specs(type_)}
        stored |= self.checked(type_, fields)
        missing = [spec for spec in self.specs(type_) if spec.is_required and not stored[spec.id]]
        if missing:
            raise InvalidError("A field is missing.", fields={missing[0].id: "This is required."})
        now, id_ = self.now(), str(next(self.ids))
        record = Record(id_, self.scope, type_, stored, now, now, author, marker)
        self.records[id_] = record
        return record

    def edit(self, item_id: str, fields: Mapping[str, Value], *, rev: str = "") -> Record:
        """Change fields of an item; with `rev` only if nobody else did so meanwhile."""
        record = self.record(item_id)
        if rev and str(record.rev) != rev:
            raise StaleError("The item was changed meanwhile.")
        stored = self.checked(record.type, fields)
        if any(record.fields[name] != value for name, value in stored.items()):
            record.fields |= stored
            self._touch(record)
        return record

    def comment(
        self,
        item_id: str,
        text: str,
        *,
        author: Person = ANN,
        marker: str | None = None,
        is_restricted: bool = False,
    ) -> Comment:
        """Add a comment."""
        record = self.record(item_id)
        comment = Comment(
            id=str(next(self.ids)),
            author=author,
            body=Rich(self._text(text)),
            created_at=self.now(),
            rev="1",
            is_restricted=is_restricted,
            marker=marker,
        )
        record.comments.append(comment)
        self._touch(record)
        return comment

    def edit_comment(self, item_id: str, comment_id: str, text: str) -> Comment:
        """Change the text of a comment."""
        comment = self._comment(item_id, comment_id)
        return self._put_comment(item_id, replace(comment, body=Rich(self._text(text))))

    def restrict_comment(self, item_id: str, comment_id: str) -> Comment:
        """Make a comment internal."""
        comment = self._comment(item_id, comment_id)
        return self._put_comment(item_id, replace(comment, is_restricted=True))

    def delete_comment(self, item_id: str, comment_id: str) -> None:
        """Delete a comment; one that is gone is fine."""
        record = self.record(item_id)
        record.comments = [one for one in record.comments if one.id != comment_id]
        self._touch(record)

    def attach(self, item_id: str, name: str, mime: str, content: bytes) -> Attachment:
        """Attach a file."""
        record = self.record(item_id)
        made = Attachment(str(next(self.ids)), name, len(content), mime, self.now())
        record.attachments[made.id] = made
        self.files[made.id] = content
        self._touch(record)
        return made

    def delete(self, item_id: str) -> None:
        """Delete an item."""
        del self.records[item_id]

    def move(self, item_id: str, scope: str) -> Record:
        """Move an item to another project, where it gets another id; the old one leads to it."""
        record = self.records.pop(item_id)
        record.scope, record.id = scope, str(next(self.ids))
        self.moved[item_id], self.records[record.id] = record.id, record
        self._touch(record)
        return record

    def deny(self, item_id: str) -> None:
        """Hide an item from our account."""
        self.denied.add(item_id)

    # -- how it behaves

    def here(self) -> list[Record]:
        """Return the items of the project; what moved away is not among them."""
        return [record for record in self.records.values() if record.scope == self.scope]

    def record(self, item_id: str) -> Record:
        """Return an item, or say that it is gone."""
        if item_id not in self.records:
            raise GoneError("The item does not exist.")
        return self.records[item_id]

    def specs(self, type_: str) -> Sequence[FieldSpec]:
        """Return the fields of a type, or refuse the type."""
        for spec in self.schema.types:
            if spec.name.casefold() == type_.casefold():
                return spec.fields
        raise InvalidError(f"There is no type {type_}.")

    def checked(self, type_: str, fields: Mapping[str, Value]) -> dict[str, Value]:
        """Return values as they are stored, or refuse those that cannot be."""
        specs = {spec.id: spec for spec in self.specs(type_)}
        problems = {
            name: problem
            for name, value in fields.items()
            if (problem := _problem(specs.get(name), value))
        }
        if problems:
            raise InvalidError("The tracker refused values.", fields=problems)
        kept = fields.keys() - self.ignored
        return {name: self.stored(specs[name], fields[name]) for name in kept}

    def stored(self, spec: FieldSpec, value: Value) -> Value:
        """Return a value in the tracker's own form."""
        if value is None:
            return EMPTY.get(spec.type)
        if isinstance(value, Rich):
            md = self._text(value.md)
            return Rich(md, native={"text": md})
        if not self.is_lossy:
            return value
        if isinstance(value, frozenset):
            return frozenset(element.lower().replace(" ", "-") for element in value)
        return " ".join(value.split())[:MAX_TITLE] if isinstance(value, str) else value

    def seen(self, at: datetime) -> bool:
        """Whether the search shows already what happened at a moment."""
        return at + self.search_lag <= self.now()

    def call(self, name: str, moment: str) -> None:
        """Count a call and let the hook interfere."""
        if moment == "before":
            self.calls.append(name)
        if self.hook is not None:
            self.hook(name, moment)

    def _default(self, spec: FieldSpec) -> Value:
        if spec.has_default and spec.options:
            return spec.options[0].name
        return EMPTY.get(spec.type)

    def _text(self, text: str) -> str:
        return text.strip().replace("\t", " ") if self.is_lossy else text

    def _touch(self, record: Record) -> None:
        record.rev += 1
        record.updated_at = self.now()

    def _comment(self, item_id: str, comment_id: str) -> Comment:
        for comment in self.record(item_id).comments:
            if comment.id == comment_id:
                return comment
        raise GoneError("The comment does not exist.")

    def _put_comment(self, item_id: str, comment: Comment) -> Comment:
        record = self.record(item_id)
        changed = replace(comment, rev=str(int(comment.rev) + 1))
        record.comments = [changed if one.id == comment.id else one for one in record.comments]
        self._touch(record)
        return changed


def _problem(spec: FieldSpec | None, value: Value) -> str:
    """Say in the tracker's words why it refuses a value."""
    if spec is None:
        return "There is no such field."
    if not spec.is_writable:
        return "This field cannot be written."
    names = {option.name for option in spec.options}
    if spec.options and isinstance(value, str) and value not in names:
        return f"{value} is not one of {', '.join(sorted(names))}."
    return ""


_TRACKERS: dict[UUID, MemoryTracker] = {}


def tracker_of(system: UUID) -> MemoryTracker:
    """Return the tracker behind a system of this process, a new one at first."""
    return _TRACKERS.setdefault(system, MemoryTracker())


def install(system: UUID, tracker: MemoryTracker) -> None:
    """Put a tracker behind a system."""
    _TRACKERS[system] = tracker
