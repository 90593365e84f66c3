"""Versions of single values that two installations hold: who edited after having seen what.

Each side counts its own edits as it notices them, and a value carries how many edits of each side
it knows of. A value that knows all that the other knows, and more, follows it; two values of which
each knows an edit that the other does not are a conflict. Only one side ends a conflict (the one
that wins ties), so equal versions always mean one value, in the form that each tracker gives it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from integrations.base.items import Version
from integrations.engine.replicas import HERE, THERE
from integrations.engine.state import FieldState, Print, Side


@dataclass(frozen=True, slots=True)
class Standing:
    """Our version of a field beside theirs, both as we count."""

    ours: Version
    theirs: Version

    @property
    def is_edited_here(self) -> bool:
        """Whether we know of an edit of ours that they do not."""
        return self.ours.here > self.theirs.here

    @property
    def is_news(self) -> bool:
        """Whether they know of an edit of theirs that we do not."""
        return self.theirs.there > self.ours.there

    @property
    def is_conflict(self) -> bool:
        """Whether each knows of an edit that the other does not."""
        return self.is_edited_here and self.is_news

    @property
    def is_first(self) -> bool:
        """Whether neither ever took anything from the other."""
        return self.ours.there == self.theirs.here == 0

    @property
    def is_ours(self) -> bool:
        """Whether what they took last is the value that we hold."""
        return self.is_news and not self.is_edited_here and not self.theirs.is_theirs

    def joined(self, *, is_theirs: bool) -> Version:
        """Return the version that knows of all that both know of."""
        here, there = max(self.ours.here, self.theirs.here), max(self.ours.there, self.theirs.there)
        return Version(here, there, is_theirs)


def noticed(
    state: FieldState, now: Mapping[Side, Print], told: Version | None, *, begins: bool
) -> FieldState:
    """Return the state in which the present value of ours has a version; an edit is counted.

    `told` is the version of their value; `begins` whether we count a value that we took from them
    as ours if nobody has begun to count. A write that was begun is settled here as well.
    """
    pending, ours = state.pending, now[HERE]
    if pending is not None and pending.asked == ours:
        made = {HERE: ours, THERE: pending.source}
        state = replace(state.rebased(made), version=pending.version or state.version)
    if state.version is None:
        return _begun(state, now, told, begins=begins)
    if ours == state.a:
        return replace(state, pending=None)
    here = max(state.version.here, told.here if told else 0) + 1
    return replace(state, a=ours, version=Version(here, state.version.there), pending=None)


def _begun(
    state: FieldState, now: Mapping[Side, Print], told: Version | None, *, begins: bool
) -> FieldState:
    """Begin to count: a value that we did not take from them is an edit of ours."""
    is_own = state.a != now[HERE] or (told is None and begins)
    if told is None:
        version = Version(1, 0) if is_own else None
    else:
        there = told.there if state.b == now[THERE] else 0
        version = Version(told.here + is_own, there, is_theirs=not is_own)
    return state if version is None else replace(state, a=now[HERE], version=version, pending=None)
