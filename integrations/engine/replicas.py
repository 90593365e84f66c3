"""The other side as a replica: another installation shows it, and nobody here writes it.

Both installations merge, each into its own tracker. So that neither takes its own echo for an edit,
a replica says of each field which edits it knows of (`versions`), and of a set which of our
elements.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from integrations.base.items import Item, Seen, Value, Version
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
    """What one replica shows, and what its fields know of ours.

    `is_joined`: it names our item, so the other installation reads our view as we read its.
    """

    key: bytes
    shared: frozenset[str]
    seen: Mapping[str, Seen]
    versions: Mapping[str, Version] = field(default_factory=dict)
    is_joined: bool = False

    def shows(self, rule: FieldRule) -> bool:
        """Whether the other installation shares this field now."""
        return not rule.name(THERE) or rule.name(THERE) in self.shared

    def version(self, rule: FieldRule) -> Version | None:
        """Return the version of its value as we count: `here` are our edits."""
        told = self.versions.get(rule.name(THERE))
        return told and Version(told.there, told.here, is_theirs=not told.is_theirs)

    def has_taken(self, rule: FieldRule) -> bool:
        """Whether its value is told to be one of ours, in whatever form."""
        return rule.name(THERE) in self.seen

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
    return Replica(
        terms.key, frozenset(item.fields), item.seen, item.versions, bool(item.counterpart)
    )


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
