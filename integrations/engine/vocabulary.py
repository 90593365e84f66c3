"""How the two sides of one link name and fingerprint the same thing."""

from dataclasses import dataclass

from integrations.base.items import Value
from integrations.engine.canonical import Fingerprints
from integrations.engine.rules.model import (
    FieldRule,
    PeopleLookup,
    Rules,
    Unmapped,
    UntranslatableError,
)
from integrations.engine.state import Print, Side


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a link: rules, directory of people, fingerprints."""

    rules: Rules
    people: PeopleLookup
    prints: Fingerprints

    def translate(self, rule: FieldRule, side: Side, value: Value) -> Value | Unmapped:
        """Translate a value of one side into the words of the other, or raise."""
        return self.rules.translate(rule, side, value, self.people)

    def print(self, rule: FieldRule, side: Side, value: Value) -> Print:
        """Return the fingerprint of a value, of each element where it is a set."""
        if not isinstance(value, frozenset):
            return self.prints.of(side, rule.id, value)
        return frozenset(
            self.mark(rule, side, element) for element in self._told(rule, side, value)
        )

    def carried(self, rule: FieldRule, side: Side, elements: frozenset[str]) -> frozenset[str]:
        """Return the elements of a set that the rules let take part, or raise."""
        kept = rule.kept(side, elements)
        return frozenset(one for one in kept if self._is_mapped(rule, side, one))

    def _told(self, rule: FieldRule, side: Side, elements: frozenset[str]) -> frozenset[str]:
        """Return what is carried; where the rules cannot say, all of it."""
        try:
            return self.carried(rule, side, elements)
        except UntranslatableError:
            return elements

    def _is_mapped(self, rule: FieldRule, side: Side, element: str) -> bool:
        return not isinstance(self.translate(rule, side, element), Unmapped)

    def mark(self, rule: FieldRule, side: Side, element: str) -> str:
        """Return an element's fingerprint; both sides share it, in the words of side a."""
        return self.prints.neutral(rule.id, self._identity(rule, side, element))

    def _identity(self, rule: FieldRule, side: Side, element: str) -> str:
        if side == "a":
            return element
        try:
            translated = self.translate(rule, "b", element)
        except UntranslatableError:
            return element
        return translated if isinstance(translated, str) else element
