"""Which value means which: pairs of names as two columns to choose in, and back.

In a list of pairs the first one that fits wins in either direction. So a value of ours has one
partner to go to, a value of theirs has one to come from, and several may share a partner.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from integrations.base.items import Option

NamePair = tuple[str, str]


class Names:
    """The names of a field's options."""

    def __init__(self, options: Iterable[Option]) -> None:
        self.all = [option.name for option in options]
        self._known = {name.casefold(): name for name in self.all}

    def known(self, name: str) -> str:
        """Return a name as it is spelled now, empty where there is none."""
        return self._known.get(name.casefold(), "")


@dataclass(frozen=True, slots=True)
class Partners:
    """Where each of our values goes, and what each of theirs becomes here."""

    out: Mapping[str, str]
    back: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Iterable[Sequence[str]], ours: Names, theirs: Names) -> "Partners":
        """Read a list of pairs; letter case is not looked at, unknown values fall out."""
        out: dict[str, str] = {}
        back: dict[str, str] = {}
        for one, other in pairs:
            here, there = ours.known(one), theirs.known(other)
            if here and there:
                out.setdefault(here, there)
                back.setdefault(there, here)
        return cls(out, back)

    @classmethod
    def by_name(cls, ours: Names, theirs: Names) -> "Partners":
        """Pair what has the same name."""
        return cls.of([(name, name) for name in ours.all], ours, theirs)

    def needs_asking(self, theirs: str) -> bool:
        """Whether a value of theirs has not exactly the one partner that goes to it."""
        sources = [name for name, partner in self.out.items() if partner == theirs]
        return sources != [self.back.get(theirs)]

    def pairs(self) -> list[NamePair]:
        """Write the list of pairs; where the columns contradict each other in a ring, ours wins."""
        waiting = [*self.out.items(), *((here, there) for there, here in self.back.items())]
        waiting = sorted(dict.fromkeys(waiting), key=lambda pair: not self._is_mutual(pair))
        written: list[NamePair] = []
        while waiting:
            ready = [pair for pair in waiting if self._may_follow(pair, written)]
            written += ready or waiting[:1]
            waiting = [pair for pair in waiting if pair not in written]
        return written

    def _is_mutual(self, pair: NamePair) -> bool:
        here, there = pair
        return self.out.get(here) == there and self.back.get(there) == here

    def _may_follow(self, pair: NamePair, written: Sequence[NamePair]) -> bool:
        """Whether both values of a pair already found their own partner, or find it here."""
        here, there = pair
        has_out = self.out.get(here, there) == there or (here, self.out[here]) in written
        has_back = self.back.get(there, here) == here or (self.back[there], there) in written
        return has_out and has_back
