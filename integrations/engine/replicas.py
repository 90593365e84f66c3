"""The other side as a replica: another installation shows it, and nobody here writes it.

Both installations merge, each into its own tracker. So that neither takes its own echo for an edit,
a replica says of each field which of our values it stands for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from integrations.base.items import Item, Seen, Value
from integrations.engine.canonical import Fingerprints
from integrations.engine.conflicts import Policy
from integrations.engine.rules.model import FieldRule, FirstSync, Rules
from integrations.engine.state import FieldState, Side, other

HERE: Side = "a"
THERE: Side = "b"
"""The side of the other installation, on both of them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What two installations agreed on: `key` makes the other's fingerprints, `tie` wins a tie."""

    key: bytes
    tie: Side
    policy: Policy

    def applied(self, rules: Rules) -> Rules:
        """Return the rules with conflicts that end alike on both sides, whatever each side says."""
        fields = (
            replace(rule, conflict=self.policy, first_sync=FirstSync.FILL) for rule in rules.fields
        )
        return replace(rules, fields=tuple(fields))


@dataclass(frozen=True, slots=True)
class Replica:
    """What one replica shows, and which of our values its fields stand for."""

    key: bytes
    shared: frozenset[str]
    seen: Mapping[str, Seen]

    def shows(self, rule: FieldRule) -> bool:
        """Whether the other installation shares this field now."""
        return not rule.name(THERE) or rule.name(THERE) in self.shared

    def has_taken(self, rule: FieldRule, ours: Value) -> bool | None:
        """Whether it stands for our present value or for an older one; None where for none."""
        seen = self.seen.get(rule.name(THERE))
        if seen is None or isinstance(seen.print, frozenset):
            return None
        return Fingerprints(self.key, seen.link).of(THERE, seen.rule, ours) == seen.print

    def removed(
        self, rule: FieldRule, ours: Mapping[str, str], translate: Callable[[str], Value]
    ) -> frozenset[str]:
        """Return those of our elements (name by mark) that it knew and does not hold any more."""
        seen = self.seen.get(rule.name(THERE))
        if seen is None or not isinstance(seen.print, frozenset):
            return frozenset()
        prints = Fingerprints(self.key, seen.link)
        return frozenset(
            mark
            for mark, name in ours.items()
            if prints.neutral(seen.rule, translate(name)) in seen.print
        )


def replica_of(terms: Terms, item: Item) -> Replica:
    """Return what an item of the other installation says."""
    return Replica(terms.key, frozenset(item.fields), item.seen)


def with_removed(state: FieldState, marks: frozenset[str]) -> FieldState:
    """Return a past in which both sides held these elements of a set."""
    if not marks or not isinstance(state.a, frozenset) or not isinstance(state.b, frozenset):
        return state
    return replace(state, a=state.a | marks, b=state.b | marks)


def seen_of(state: FieldState, now: str | frozenset[str]) -> str | frozenset[str] | None:
    """Return which value of the other installation a field of ours stands for, None for none."""
    theirs = state.base(other(HERE))
    if isinstance(now, frozenset):
        return theirs if isinstance(theirs, frozenset) else None
    return theirs if isinstance(theirs, str) and now == state.base(HERE) else None
