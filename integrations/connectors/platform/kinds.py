"""What the connector asks of each kind of thing that it offers as items."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from integrations.base.items import TypeSpec, Value
from testmgmt.accounts.models import User
from testmgmt.cases.models import Case
from testmgmt.core.errors import DomainError
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action
from testmgmt.defects.models import Defect

Row = Defect | Case
R = TypeVar("R", Defect, Case)
Values = Mapping[str, Value]
Fields = dict[str, Value]
Wanted = Collection[str] | None
"""Ids of fields, None for all of them."""


class Kind(ABC, Generic[R]):
    """A kind of thing: read and written through the product's own queries and services."""

    letter: ClassVar[str]
    type: ClassVar[str]
    path: ClassVar[str]
    target: ClassVar[TargetKind]
    edit: ClassVar[Action]
    source: ClassVar[str] = "sync"

    # -- reading

    @abstractmethod
    def spec(self, project_id: int) -> TypeSpec:
        """Describe what such a thing holds in this project."""

    @abstractmethod
    def changed_since(self, project_id: int, at: datetime, after_id: int, limit: int) -> list[R]:
        """Return the next things by (updated_at, id) after that point, oldest first."""

    @abstractmethod
    def by_id(self, project_id: int, pks: Collection[int]) -> dict[int, R]:
        """Return those that are there still, in a fixed number of statements."""

    @abstractmethod
    def by_marker(self, project_id: int, marker: str) -> R | None:
        """Return what the sync made under this marker."""

    @abstractmethod
    def ids(self, project_id: int) -> Iterable[int]:
        """Yield the ids of all that live."""

    @abstractmethod
    def titled(self, project_id: int, words: Sequence[str], limit: int) -> list[R]:
        """Return those whose title holds all words, the newest change first."""

    @abstractmethod
    def reader(self, project_id: int, wanted: Wanted) -> Callable[[R], dict[str, Value]]:
        """Return what reads the wanted fields of a row without another statement."""

    @abstractmethod
    def status_of(self, row: R) -> str:
        """Return the name of its status."""

    # -- writing

    @abstractmethod
    def create(self, user: User, project_id: int, values: Values, marker: str) -> int:
        """Write one down, once for each marker; return its id."""

    @abstractmethod
    def update(self, user: User, row: R, values: Values, revision: int) -> None:
        """Change one that is still at this revision."""

    @abstractmethod
    def delete(self, user: User, pk: int) -> None:
        """Put one into the trash."""

    def named(self, error: DomainError, values: Values) -> str:
        """Return which of the fields asked for an error is about."""
        del values
        return error.field


def only(values: Values, wanted: Wanted) -> dict[str, Value]:
    """Return those values that are wanted."""
    return {name: value for name, value in values.items() if wanted is None or name in wanted}


def read_with(readers: Mapping[str, Callable[[R], Value]], row: R, wanted: Wanted) -> Fields:
    """Read the wanted fields of a row, and no other: rich text costs time."""
    return {name: read(row) for name, read in readers.items() if wanted is None or name in wanted}
