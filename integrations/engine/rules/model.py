"""The rules as typed parts, and the translation of values that they define."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from integrations.base.items import Person, Value
from integrations.engine.conflicts import Policy
from integrations.engine.rules.conditions import Condition
from integrations.engine.rules.policies import (
    MAX_CREATES_PER_HOUR,
    AttachmentRule,
    CommentRule,
    CreateRule,
    DeleteRule,
    PeoplePolicy,
    PeopleRule,
    ScopeRule,
    always,
)
from integrations.engine.rules.values import (
    UNMAPPED,
    Missing,
    MissingPolicy,
    Translated,
    Unmapped,
    UntranslatableError,
    ValueMap,
)
from integrations.engine.state import Side, other

__all__ = [
    "UNMAPPED",
    "Drift",
    "FieldRule",
    "FirstSync",
    "Missing",
    "MissingPolicy",
    "PeopleLookup",
    "Rules",
    "TypePair",
    "Unmapped",
    "UntranslatableError",
    "ValueMap",
]

PeopleLookup = Callable[[Side, Person], Person | None]
"""Finds on the other side whoever a person of this side is; None where nobody is known."""


class FirstSync(StrEnum):
    """What happens to a field when two existing items meet for the first time."""

    FILL = "fill"
    PREFER_A = "prefer_a"
    PREFER_B = "prefer_b"
    HOLD = "hold"

    @property
    def preferred(self) -> Side | None:
        """Return the side that wins, None where the policy names none."""
        sides: Mapping[FirstSync, Side] = {FirstSync.PREFER_A: "a", FirstSync.PREFER_B: "b"}
        return sides.get(self)


class Drift(StrEnum):
    """What a one-way field does when its target was changed by hand."""

    LEAVE = "leave"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One pair of fields; `senders` are the sides whose changes travel.

    `types` names the types of side a that have it, empty for all of them.
    """

    id: str
    a: str
    b: str
    senders: frozenset[Side] = frozenset({"a", "b"})
    conflict: Policy = Policy.NEWEST
    first_sync: FirstSync = FirstSync.FILL
    drift: Drift = Drift.LEAVE
    values: ValueMap | None = None
    types: frozenset[str] = frozenset()

    def name(self, side: Side) -> str:
        """Return the field's id on one side."""
        return self.a if side == "a" else self.b

    def is_of(self, type_: str) -> bool:
        """Whether items of a type of side a have this field."""
        return not self.types or type_.casefold() in {one.casefold() for one in self.types}

    def meets(self, rule: "FieldRule") -> bool:
        """Whether some type has both fields."""
        return not (self.types and rule.types) or any(rule.is_of(one) for one in self.types)


@dataclass(frozen=True, slots=True)
class TypePair:
    """Two types of item that correspond."""

    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Rules:
    """One published version of a connection's rules."""

    types: tuple[TypePair, ...]
    fields: tuple[FieldRule, ...]
    filters: Mapping[Side, Condition]
    comments: CommentRule
    people: PeoplePolicy = field(default_factory=PeoplePolicy)
    create: Mapping[Side, CreateRule] = field(default_factory=always)
    attachments: AttachmentRule = field(default_factory=AttachmentRule)
    deletes: DeleteRule = DeleteRule.NOTIFY
    out_of_scope: ScopeRule = ScopeRule.KEEP
    max_creates_per_hour: int = MAX_CREATES_PER_HOUR

    def counterpart_type(self, side: Side, type_: str) -> str | None:
        """Return the other side's type for a type of this side, None where it is not synced."""
        for pair in self.types:
            here, there = (pair.a, pair.b) if side == "a" else (pair.b, pair.a)
            if here.casefold() == type_.casefold():
                return there
        return None

    def fields_of(self, type_: str) -> tuple[FieldRule, ...]:
        """Return the fields of a type of side a."""
        return tuple(rule for rule in self.fields if rule.is_of(type_))

    def wanted(self, side: Side) -> frozenset[str]:
        """Return the fields of one side that a read has to bring."""
        mapped = frozenset(rule.name(side) for rule in self.fields)
        return mapped | self.filters[side].fields()

    def translate(
        self, rule: FieldRule, side: Side, value: Value, people: PeopleLookup
    ) -> Translated:
        """Translate a value of one side into the words of the other."""
        if isinstance(value, Person):
            return self._person(side, value, people)
        if rule.values is None or not isinstance(value, str | frozenset) or not value:
            return value
        if isinstance(value, str):
            return rule.values.translate(side, value)
        translated = (rule.values.translate(side, element) for element in value)
        return frozenset(name for name in translated if isinstance(name, str))

    def _person(self, side: Side, person: Person, people: PeopleLookup) -> Translated:
        found = people(side, person)
        if found is not None:
            return found
        match self.people.missing:
            case PeopleRule.ERROR:
                raise UntranslatableError("A person has no account on the other side.")
            case PeopleRule.CLEAR:
                return None
            case PeopleRule.DEFAULT:
                return self.people.defaults.get(other(side), UNMAPPED)
            case PeopleRule.LEAVE:
                return UNMAPPED
