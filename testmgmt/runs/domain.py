"""Rules of running cases: the verdict that steps suggest, and how far a run is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from testmgmt.core.errors import ConflictError, DomainError
from testmgmt.projects.domain import Outcome

MAX_BULK = 2000


class RunClosedError(ConflictError):
    """The run is closed: nothing in it changes any more."""

    code = "run_closed"


class TooManyError(DomainError):
    """More at once than one request may bring."""

    code = "too_many"
    status = 413


@dataclass(frozen=True, slots=True)
class StepAttempt:
    """How one step went: its stable id, a status by slug or name, what was seen instead."""

    step_id: str
    status: str
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a case. Without a status the steps decide."""

    status: str = ""
    comment: str = ""
    steps: tuple[StepAttempt, ...] = ()
    elapsed_seconds: int | None = None
    build: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases a run takes: those named, those under a section, or (by default) all."""

    case_ids: frozenset[int] | None = None
    section_id: int | None = None


def derived(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return what the steps of a case add up to; None while they do not say."""
    seen = set(outcomes)
    for decisive in (Outcome.FAILED, Outcome.BLOCKED):
        if decisive in seen:
            return decisive
    return Outcome.PASSED if seen == {Outcome.PASSED} else None


OPEN = frozenset({Outcome.UNTESTED, Outcome.RETEST, Outcome.IN_PROGRESS})
_COUNTED = (Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many executions of a run stand where."""

    counts: Mapping[Outcome, int] = field(default_factory=dict)

    def of(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def total(self) -> int:
        """All executions."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Those that still need somebody: untested, to be retested, in progress."""
        return sum(self.of(outcome) for outcome in OPEN)

    @property
    def percent_done(self) -> int:
        """The share with a verdict; never 100 while one is missing."""
        return (self.total - self.open) * 100 // self.total if self.total else 0

    @property
    def pass_rate(self) -> int | None:
        """The share of passed ones among those that passed, failed or blocked."""
        counted = sum(self.of(outcome) for outcome in _COUNTED)
        return self.of(Outcome.PASSED) * 100 // counted if counted else None


@dataclass(frozen=True, slots=True)
class Spot:
    """One execution in the list of its run."""

    id: int
    case_id: int
    title: str
    outcome: Outcome
    status: str
    section_id: int | None
    assignee_id: int | None
    assignee: str

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.outcome in OPEN

    def is_for(self, user_id: int) -> bool:
        """Whether this person may well do it: it is theirs, or nobody's."""
        return self.assignee_id in {None, user_id}


def next_open(spots: Sequence[Spot], after: int | None, user_id: int) -> Spot | None:
    """Return what to do next: open and theirs or nobody's, else open; from there on, around."""
    place = next((n for n, spot in enumerate(spots, start=1) if spot.id == after), 0)
    others = [spot for spot in (*spots[place:], *spots[:place]) if spot.id != after]
    waiting = [spot for spot in others if spot.is_open]
    fitting = (spot for spot in waiting if spot.is_for(user_id))
    return next(fitting, waiting[0] if waiting else None)


def tally_of(spots: Iterable[Spot]) -> Tally:
    """Return how many of these stand where."""
    counts = Counter(spot.outcome for spot in spots)
    return Tally({outcome: counts[outcome] for outcome in Outcome})
