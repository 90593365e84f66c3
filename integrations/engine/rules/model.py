"""The rules as typed parts, and the translation of values that they define."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from integrations.base.items import Item, Person, Value
from integrations.engine.conflicts import Policy
from integrations.engine.rules.conditions import Condition
from integrations.engine.rules.language import Expression
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
from integrations.engine.rules.steps import Step, Template, applied
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

_NOTHING: tuple[Value, ...] = (None, "", frozenset())

__all__ = [
    "UNMAPPED",
    "Constant",
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

    `types` names the types of side a that have it, empty for all of them. `computed` makes the
    value of the one sending side, `when` lets a side send, `keep` chooses the elements of a set
    that a side takes part with, `steps` change what a side sends.
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
    computed: Expression | Template | None = None
    when: Mapping[Side, Expression] = field(default_factory=dict)
    keep: Mapping[Side, Expression] = field(default_factory=dict)
    steps: Mapping[Side, tuple[Step, ...]] = field(default_factory=dict)

    def name(self, side: Side) -> str:
        """Return the field's id on one side."""
        return self.a if side == "a" else self.b

    def fields(self, side: Side) -> frozenset[str]:
        """Return the fields of one side that have to be read for it."""
        own = frozenset({self.name(side)} if self.name(side) else ())
        if self.computed is not None and side in self.senders:
            own |= self.computed.fields()
        return own | self.when[side].fields() if side in self.when else own

    def value(self, side: Side, item: Item) -> Value:
        """Return what an item holds or what is made of it; UntranslatableError where that fails."""
        held = item.fields.get(self.name(side))
        if self.computed is None or side not in self.senders:
            return held
        return self.computed.value(item, held)

    def senders_of(self, items: Mapping[Side, Item]) -> frozenset[Side]:
        """Return the sides that may send this field of these items, or raise as `value` does."""
        if not self.when:
            return self.senders
        return frozenset(side for side in self.senders if self._may_send(side, items))

    def _may_send(self, side: Side, items: Mapping[Side, Item]) -> bool:
        if side not in self.when or side not in items:
            return True
        held = items[side].fields.get(self.name(side))
        return self.when[side].holds(items[side], held)

    def kept(self, side: Side, elements: frozenset[str]) -> frozenset[str]:
        """Return the elements of a set that take part in the sync, or raise as `value` does."""
        return self.keep[side].kept(elements) if side in self.keep else elements

    def is_of(self, type_: str) -> bool:
        """Whether items of a type of side a have this field."""
        return not self.types or type_.casefold() in {one.casefold() for one in self.types}

    def meets(self, rule: "FieldRule") -> bool:
        """Whether some type has both fields."""
        return not (self.types and rule.types) or any(rule.is_of(one) for one in self.types)


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed value for a field that nobody fills, written at creation or at every write."""

    value: Value
    is_always: bool = False


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
    mentions: frozenset[Side] = frozenset()
    deletes: DeleteRule = DeleteRule.NOTIFY
    out_of_scope: ScopeRule = ScopeRule.KEEP
    max_creates_per_hour: int = MAX_CREATES_PER_HOUR
    constants: Mapping[Side, Mapping[str, Constant]] = field(default_factory=dict)
    defaults: Mapping[Side, Mapping[str, Value]] = field(default_factory=dict)

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
        mapped = frozenset[str]().union(*(rule.fields(side) for rule in self.fields))
        return mapped | self.filters[side].fields()

    def refusal(self, side: Side, item: Item) -> str:
        """Say why the filter leaves an item out, empty where it lets it in."""
        try:
            is_in = self.filters[side].holds(item)
        except UntranslatableError as error:
            return f"The filter could not be asked. {error}"
        return "" if is_in else "The filter leaves this item out."

    def has_left(self, side: Side, item: Item) -> bool:
        """Whether a linked item left the filter of the side it began on, and is to be let go.

        A filter that cannot be asked lets nothing go.
        """
        if self.out_of_scope is ScopeRule.KEEP:
            return False
        try:
            return not self.filters[side].holds(item)
        except UntranslatableError:
            return False

    def created_with(self, side: Side, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values of a new item of a side, what nobody fills with what the rules fix."""
        fixed = {name: one.value for name, one in self.constants.get(side, {}).items()}
        filled = {name: value for name, value in values.items() if value not in _NOTHING}
        return {**values, **self.defaults.get(side, {}), **fixed, **filled}

    def written_with(self, side: Side) -> dict[str, Value]:
        """Return what the rules fix at every write of a side."""
        constants = self.constants.get(side, {}).items()
        return {name: constant.value for name, constant in constants if constant.is_always}

    def translate(
        self, rule: FieldRule, side: Side, value: Value, people: PeopleLookup
    ) -> Translated:
        """Translate a value of one side into the words of the other."""
        translated = self._named(rule, side, value, people)
        return applied(rule.steps[side], translated) if side in rule.steps else translated

    def _named(self, rule: FieldRule, side: Side, value: Value, people: PeopleLookup) -> Translated:
        if isinstance(value, Person):
            return self._person(side, value, people)
        if isinstance(value, frozenset):
            value = rule.kept(side, value)
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
