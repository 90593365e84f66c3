"""Two sides, a connection, workers that may die at any step, trackers that may fail any call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now

from integrations import services, store
from integrations.base.http import ApiClient
from integrations.engine.rules import default_document
from integrations.models import (
    Conflict,
    Connection,
    ConnectionVersion,
    Endpoint,
    Link,
    SyncLog,
    SyncTask,
    System,
)
from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.tracker import SandboxTracker
from integrations.services import breaker, engines, polls
from integrations.store import LinkMemory, budgets
from tests.integrations.sweep.clock import STEP, VirtualClock
from tests.integrations.sweep.hands import Hands

ROUNDS = 14
BETWEEN_ROUNDS = 61.0
SOON = 4
"""Turns of a worker within one moment."""
AFTER_TROUBLE = 130.0
"""Seconds after which the lease of a dead worker is over."""


class CrashError(BaseException):
    """The worker died: nothing may catch this but the stage."""


@dataclass
class Stage:
    """The world of one run; `on_step` is told of every boundary and may raise there.

    A boundary lies before each change that outlives a worker: to die after one is to die before
    the next.
    """

    a: Hands
    b: Hands
    clock: VirtualClock
    project: object = None
    on_step: Callable[[int, str], None] | None = None
    on_crash: Callable[[], None] = lambda: None
    steps: list[str] = field(default_factory=list)
    is_listening: bool = False
    is_armed: bool = False
    faults_met: int = 0
    unread: int = 0

    # -- setting

    def connect(self) -> None:
        """Join both sides by their default rules; what is new on side a goes over by itself."""
        self.systems = {"a": self.a.system(), "b": self.b.system()}
        for system in self.systems.values():
            if system.kind != "platform":
                breaker.accept(system, engines.new_connector(system).verify(""))
        connectors = {side: engines.new_connector(self.systems[side]) for side in "ab"}
        hands = {"a": self.a, "b": self.b}
        schemas = [connectors[side].schema(hands[side].scope()) for side in "ab"]
        document = {**default_document(*schemas), "create": {"a": "auto", "b": "off"}}
        self.connection = Connection.objects.create(
            project=self.project,
            name="Sweep",
            salt="salt",
            status=Connection.Status.ACTIVE,
            installation_id=settings.SYNC_INSTALLATION_ID,
        )
        for side in "ab":
            Endpoint.objects.create(
                connection=self.connection,
                side=side,
                system=self.systems[side],
                scope=hands[side].scope(),
                next_poll_at=Now(),
            )
        ConnectionVersion.objects.create(
            connection=self.connection,
            number=1,
            rules=document,
            state=ConnectionVersion.State.PUBLISHED,
        )
        self.work()  # the first poll only learns what time it is

    # -- steps

    def step(self, name: str) -> None:
        """One boundary at which a worker may die."""
        self.clock.leap(STEP)
        if not self.is_listening:
            return
        self.steps.append(name)
        if self.on_step is not None:
            self.on_step(len(self.steps) - 1, name)

    @contextmanager
    def watched(self, monkeypatch) -> Iterator[None]:
        """Tell of the boundaries: every change of our memory, every call of a tracker."""
        for owner, name in (
            (LinkMemory, "open"),
            (LinkMemory, "save"),
            (ApiClient, "_send"),
            (polls, "_keep"),
            (store, "finish"),
            (store, "wait"),
            (store, "hint_link"),
        ):
            self._watch(monkeypatch, owner, name)
        yield

    def _watch(self, monkeypatch, owner, name: str) -> None:
        original, stage = getattr(owner, name), self

        def watched(*arguments, **options):
            stage.step(name)
            try:
                return original(*arguments, **options)
            finally:
                stage.lift()

        monkeypatch.setattr(owner, name, watched)

    def arm(self, fault: Fault) -> None:
        """Let the next call go wrong, whichever tracker gets it."""
        for tracker in self.trackers():
            tracker.faults(fault)
        self.is_armed = True

    def lift(self) -> None:
        """Let all calls go well again, and remember whether the fault was met."""
        if self.is_armed:
            met = [one["matched"] for tracker in self.trackers() for one in tracker.fault_listing()]
            self.faults_met += sum(met)
            for tracker in self.trackers():
                tracker.faults()
            self.is_armed = False

    def trackers(self) -> list[SandboxTracker]:
        """Return the trackers that answer over HTTP."""
        return [hands.tracker for hands in (self.a, self.b) if hands.tracker]

    # -- workers

    def work(self) -> int:
        """Let a new worker do what is due, for every system; return how much was done."""
        forget_connectors()
        due = System.objects.filter(pk__in=services.due_systems()).order_by("name")
        return sum(services.drain(system_id=system.pk) for system in due)

    def settle(self) -> None:
        """Poll and work until nothing is left to do, as restarted workers would."""
        self.is_listening = True
        for _ in range(ROUNDS):
            is_crashed = self._survive()
            if not is_crashed and self._is_quiet():
                break
            self.clock.leap(AFTER_TROUBLE if is_crashed else BETWEEN_ROUNDS)
        else:
            tasks = [(one.key, one.state, one.error) for one in SyncTask.objects.all()]
            raise AssertionError(f"never settled: {tasks}")
        self.is_listening = False

    def _survive(self) -> bool:
        """Work; say whether the worker died."""
        try:
            for turn in range(20):
                Endpoint.objects.exclude(system__kind="platform").update(next_poll_at=Now())
                if not self.work():
                    return False
                if turn >= SOON:  # something waits, and every poll has it looked at again
                    self.clock.leap(BETWEEN_ROUNDS)
        except CrashError:
            self.on_crash()
            return True
        raise AssertionError("the queue never empties")

    def _is_quiet(self) -> bool:
        """Whether nothing is left to do, and all changes could be read."""
        unread, self.unread = self.unread, SyncLog.objects.filter(action="reading").count()
        if unread != self.unread:
            return False
        is_idle = not SyncTask.objects.filter(generation__gt=F("done")).exists()
        is_troubled = ~Q(status=System.Status.OK) | Q(breaker_until__gt=Now())
        resting = System.objects.filter(is_troubled).exclude(kind="platform")
        return is_idle and not resting.exists()

    def force(self) -> None:
        """Have every link looked at, whether it changed or not."""
        for endpoint in Endpoint.objects.filter(side="a"):
            for link in Link.objects.all():
                store.hint_link(link_id=link.pk, endpoint=endpoint, why="test")

    # -- what came out

    def picture(self) -> dict[str, list]:
        """Return what people see on both sides."""
        return {
            side: [hands.picture(item) for item in hands.items()]
            for side, hands in (("a", self.a), ("b", self.b))
        }

    def holds(self) -> list[str]:
        return [f"{row.field}: {row.message}" for row in Conflict.objects.filter(resolved_at=None)]

    def writes(self) -> int:
        return self.a.writes() + self.b.writes()


def forget_connectors() -> None:
    """Begin as a new process does: with nothing in memory."""
    engines._kept.connectors.clear()
    engines._kept.origins.clear()
    budgets._purses.tokens.clear()
    engines._parsed.cache_clear()


FAULTS = {
    "refused": Fault(FaultKind.BEFORE, status=500, body="Out of order."),
    "limited": Fault(FaultKind.RATE_LIMIT, headers={"Retry-After": "2"}),
    "dropped": Fault(FaultKind.DROP),
    "lost": Fault(FaultKind.AFTER_APPLY),
    "halved": Fault(FaultKind.HALF_BODY),
    "delayed": Fault(FaultKind.DELAY, seconds=0.02),
}
