"""Value maps: which name of one side means which name of the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from integrations.base.items import Value
from integrations.engine.state import Side


class UntranslatableError(Exception):
    """A value has no counterpart and its rule calls that an error; the message is for a person."""


class Unmapped:
    """Stands for a value that the rules tell us to leave alone."""


UNMAPPED = Unmapped()
Translated = Value | Unmapped


class MissingPolicy(StrEnum):
    """What to do with a value that the map does not name."""

    DEFAULT = "default"
    ERROR = "error"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Missing:
    """What one direction does with values outside the map."""

    policy: MissingPolicy = MissingPolicy.ERROR
    value: str = ""


@dataclass(frozen=True, slots=True)
class ValueMap:
    """Pairs of names; the first pair that fits wins in either direction, letter case aside."""

    pairs: tuple[tuple[str, str], ...]
    missing: Mapping[Side, Missing]

    def translate(self, side: Side, name: str) -> str | Unmapped:
        """Translate a name of one side into one of the other side."""
        here, there = (0, 1) if side == "a" else (1, 0)
        for pair in self.pairs:
            if pair[here].casefold() == name.casefold():
                return pair[there]
        missing = self.missing[side]
        if missing.policy is MissingPolicy.ERROR:
            raise UntranslatableError(f"“{name}” has no counterpart in the value map.")
        return missing.value if missing.policy is MissingPolicy.DEFAULT else UNMAPPED
