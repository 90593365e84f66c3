"""Rules of running cases: the verdict that steps suggest, and how far a run is."""

from collections.abc import Iterable, Mapping
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


_ORDER = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.BLOCKED,
    Outcome.RETEST,
    Outcome.IN_PROGRESS,
    Outcome.SKIPPED,
    Outcome.UNTESTED,
)
OPEN = frozenset({Outcome.UNTESTED, Outcome.RETEST, Outcome.IN_PROGRESS})
_WORDS = {Outcome.IN_PROGRESS: "in progress"}


@dataclass(frozen=True, slots=True)
class Share:
    """One colour of a progress bar, in percent of its width."""

    outcome: Outcome
    start: float
    width: float


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
        counted = sum(self.of(o) for o in (Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED))
        return self.of(Outcome.PASSED) * 100 // counted if counted else None

    @property
    def words(self) -> str:
        """The figures for people who do not see the bar."""
        said = [f"{self.of(o)} {_WORDS.get(o, o.value)}" for o in _ORDER if self.of(o)]
        return ", ".join(said) or "no tests"

    @property
    def shares(self) -> list[Share]:
        """The coloured parts of the bar, from the left; what is untested stays blank."""
        parts: list[Share] = []
        start = 0.0
        for outcome in _ORDER[:-1]:
            if not self.of(outcome):
                continue
            width = self.of(outcome) * 100 / self.total
            parts.append(Share(outcome, start, width))
            start += width
        return parts
