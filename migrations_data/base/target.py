"""Where an import goes: the importer's port. Our tables implement it in `store.py`."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrations_data.base.drafts import CaseDraft, Draft
from migrations_data.base.problems import Problem

OUTCOMES = ("created", "updated", "unchanged", "skipped")


@dataclass(slots=True)
class Tally:
    """How far an import is: enough to go on after a crash, and to prove its counts."""

    cursor: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    is_closed: bool = False  # the last word of the log is written

    def note(self, draft: Draft, outcome: str, by: int = 1) -> None:
        """Count one record that was read, and what became of it; its steps share its fate."""
        self._add(draft.entity, outcome, by)
        if isinstance(draft, CaseDraft):
            self._add("step", outcome, by * len(draft.steps))

    def _add(self, entity: str, outcome: str, number: int) -> None:
        if number:
            counts = self.counts.setdefault(entity, Counter())
            counts["read"] += number
            counts[outcome] += number

    def number(self, entity: str, outcome: str) -> int:
        """Return how many there are of a kind and a fate."""
        return self.counts[entity][outcome] if entity in self.counts else 0

    @property
    def is_balanced(self) -> bool:
        """Tell whether each record that was read is accounted for."""
        return all(
            counts["read"] == sum(counts[outcome] for outcome in OUTCOMES)
            for counts in self.counts.values()
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for a JSON column."""
        return {
            "cursor": self.cursor,
            "counts": {entity: dict(counts) for entity, counts in self.counts.items()},
            "problems": dict(self.problems),
            "is_closed": self.is_closed,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Tally":
        """Return what `as_json` gave; an empty document is the beginning."""
        counts = document.get("counts", {})
        return cls(
            cursor=document.get("cursor", 0),
            counts={entity: Counter(numbers) for entity, numbers in counts.items()},
            problems=Counter(document.get("problems", {})),
            is_closed=document.get("is_closed", False),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier batch or import made of the same origin."""

    origin_id: str
    target_id: int
    digest: str
    place: str
    is_from_this_import: bool = False
    is_gone: bool = False  # deleted here since


@dataclass(slots=True)
class Batch:
    """What one transaction writes: all of it or nothing."""

    tally: Tally
    creates: list[Draft] = field(default_factory=list)
    updates: list[tuple[Draft, Known]] = field(default_factory=list)
    moves: list[tuple[Draft, Known]] = field(default_factory=list)
    seen: list[tuple[str, Known]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, draft: Draft, outcome: str, problem: Problem) -> None:
        """Count a draft as skipped that could not be written after all, and say why."""
        self.tally.note(draft, outcome, by=-1)
        self.tally.note(draft, "skipped")
        self.tally.problems[problem.key] += 1
        self.problems.append(problem)


class Target(ABC):
    """What the importer asks of the side that it fills."""

    @abstractmethod
    def resume(self) -> Tally:
        """Return the tally of the last batch that was committed."""

    @abstractmethod
    def known(self, entity: str, origin_ids: Iterable[str]) -> Mapping[str, Known]:
        """Return what is there already, by origin id."""

    @abstractmethod
    def commit(self, batch: Batch) -> None:
        """Write a batch and its tally in one transaction; sections come parents first."""

    @abstractmethod
    def is_cancelled(self) -> bool:
        """Tell whether somebody asked to stop."""
