"""The contract of a tracker: what the engine asks, and nothing about how."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

from integrations.base.config import Caps, ConfigField, SystemConfig
from integrations.base.errors import ConnectorError, UnsupportedError
from integrations.base.items import (
    Attachment,
    Comment,
    Fetched,
    Found,
    Hint,
    Item,
    NewComment,
    Page,
    Person,
    Ref,
    Schema,
    Scope,
    Value,
    Verified,
    Want,
)


class Connector(ABC):
    """One connected system. Every method may raise only what `base/errors.py` names.

    Every write returns the item as the tracker holds it afterwards (the read-back), because what
    was asked is not always what was stored.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    config_fields: ClassVar[Sequence[ConfigField]]
    caps: ClassVar[Caps]

    def __init__(self, system: SystemConfig) -> None:
        self.system = system

    # -- discovery

    @abstractmethod
    def verify(self, scope: str = "") -> Verified:
        """Say who we are and what we may do (in `scope` where given); failures are checks."""

    @abstractmethod
    def scopes(self) -> Iterable[Scope]:
        """List the projects or repositories that our account sees."""

    @abstractmethod
    def schema(self, scope: str) -> Schema:
        """Describe types, fields, options and statuses of a scope."""

    # -- reading

    @abstractmethod
    def changed_since(self, scope: str, cursor: Mapping[str, Any] | None, want: Want) -> Page:
        """Return the next page of changes, oldest first; a None cursor starts now."""

    @abstractmethod
    def fetch(self, refs: Sequence[Ref], want: Want) -> Mapping[Ref, Fetched]:
        """Return the present state of each ref, or why there is none."""

    @abstractmethod
    def census(self, scope: str, query: str) -> Iterable[str]:
        """Yield the ids of all items of a scope (that match the native query, if any)."""

    def search(self, scope: str, text: str, limit: int = 20) -> Sequence[Found]:  # noqa: ARG002  (a hook to override)
        """Find items by key, by address or by words of the title, best first."""
        raise UnsupportedError(f"{self.label} cannot be searched.")

    def find_people(self, scope: str, text: str) -> Sequence[Person]:  # noqa: ARG002  (a hook to override)
        """Find accounts that items of the scope can be assigned to, by e-mail or name."""
        return ()

    @abstractmethod
    def open(self, ref: Ref, attachment: Attachment) -> AbstractContextManager[BinaryIO]:
        """Stream an attachment's bytes."""

    # -- writing

    @abstractmethod
    def create(self, scope: str, type_: str, fields: Mapping[str, Value], marker: str) -> Item:
        """Create an item that carries `marker` from its first moment."""

    @abstractmethod
    def find(self, scope: str, marker: str, since: datetime) -> Item | None:
        """Look for our own creation with this marker among those made since then."""

    def normalise(self, field: str, value: Value) -> Value:  # noqa: ARG002  (a hook to override)
        """Predict how a value will be stored; used after a crash only, the read-back is the truth.

        `field` is "comment" for the body of a comment.
        """
        return value

    @abstractmethod
    def update(self, base: Item, changes: Mapping[str, Value]) -> Item:
        """Write changes to an item that was read as `base`; a status moves through the workflow."""

    def update_many(
        self, updates: Sequence[tuple[Item, Mapping[str, Value]]]
    ) -> Sequence[Item | ConnectorError]:
        """Write several items, at most `caps.batch_update`: for each its read-back or its error.

        An error that concerns the whole call is raised; what was applied by then is uncertain.
        """
        answers: list[Item | ConnectorError] = []
        for base, changes in updates:
            try:
                answers.append(self.update(base, changes))
            except ConnectorError as error:
                answers.append(error)
        return answers

    def delete(self, ref: Ref) -> None:  # noqa: ARG002  (a hook to override)
        """Delete an item (into the bin where there is one); one that is gone is fine."""
        raise UnsupportedError(f"{self.label} cannot delete items.")

    @abstractmethod
    def add_comment(self, ref: Ref, comment: NewComment) -> Comment:
        """Add a copy of a comment that names its author and carries its marker."""

    @abstractmethod
    def find_comment(self, ref: Ref, marker: str) -> Comment | None:
        """Look for our comment with this marker."""

    @abstractmethod
    def edit_comment(self, ref: Ref, comment_id: str, comment: NewComment) -> Comment:
        """Replace the text of our copy."""

    @abstractmethod
    def delete_comment(self, ref: Ref, comment_id: str) -> None:
        """Delete our comment; one that is already gone is fine."""

    @abstractmethod
    def upload(self, ref: Ref, name: str, mime: str, stream: BinaryIO) -> Attachment:
        """Attach a file, streamed."""

    def mention_link(self, ref: Ref, key: str, url: str, title: str) -> None:  # noqa: ARG002  (a hook to override)
        """Show on an item which item of the other side it belongs to; a second time changes it."""
        raise UnsupportedError(f"{self.label} shows no links to other systems.")

    # -- hooks

    @abstractmethod
    def parse_hook(self, headers: Mapping[str, str], body: bytes, secret: bytes) -> Sequence[Hint]:
        """Check a webhook's signature on the raw body, then give the ids it names."""
