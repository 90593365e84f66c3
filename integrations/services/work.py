"""Tasks of the queue, carried out; whatever happens ends in the rows, and in words in the log."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from integrations import store
from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    ConnectorError,
    FatalError,
    RateLimitedError,
    RetryableError,
    SkippableError,
)
from integrations.engine import discover, reconcile
from integrations.engine.discover import Discovery
from integrations.engine.effects import Driver, Steps
from integrations.engine.ports import Engine, Entry, FencedError, Memory, Result
from integrations.engine.rules import RulesError
from integrations.engine.run import Outcome
from integrations.models import Link, SyncTask, System
from integrations.services import breaker
from integrations.services.connections import suspend
from integrations.services.engines import frame_of
from integrations.store.rows import as_side

Clock = Callable[[], datetime]
Answer = Outcome | Discovery
LONGEST = 90.0
"""Seconds after which what is left of a batch goes back into the queue: leases last two minutes."""
LOOK = 0.5
"""Seconds between two looks whether a person waits for something else."""
_WHOLE_SYSTEM = {"site", "quota", "core", "tstu"}
"""Buckets without which nothing of a system can be called."""


def work_on(tasks: Sequence[SyncTask], now: Clock) -> bool:
    """Do claimed tasks of one connection; say whether their system may be called for more."""
    connection = tasks[0].connection
    try:
        frame = frame_of(connection, now)
    except RulesError as error:
        suspend(connection, f"The rules cannot be read. {error}")
        for task in tasks:
            store.put_back(task)
        return True
    links = [task.link_id for task in tasks if task.link_id is not None]
    loaded = store.load_links(connection.pk, links) if links else {}
    engines = {task.pk: frame.engine(task, loaded) for task in tasks}
    runs = {task.pk: _steps(engines[task.pk], task) for task in tasks}
    places = frame.places(is_asked=False)
    with store.writing_for(connection.pk):
        answers = Driver(places, runs, _patience(tasks)).drive()
    may_go_on = _settle(tasks, engines, answers, now)
    if any(isinstance(answer, Outcome) for answer in answers.values()) and may_go_on:
        for endpoint in frame.endpoints.values():
            breaker.succeeded(endpoint.system)
    return may_go_on


def _steps(engine: Engine, task: SyncTask) -> Steps[Answer]:
    if task.link_id is not None:
        return reconcile.steps(engine, task.link_id)
    assert task.endpoint is not None  # noqa: S101  an item's task names its endpoint
    return discover.steps(engine, as_side(task.endpoint.side), task.item_id)


def _patience(tasks: Sequence[SyncTask]) -> Callable[[], bool]:
    """Return whether a batch may go on: not once a person waits for something else."""
    until, first = time.monotonic() + LONGEST, tasks[0]
    look_at = time.monotonic()

    def may_go_on() -> bool:
        nonlocal look_at
        if len(tasks) == 1:
            return True
        now = time.monotonic()
        if first.priority != store.PERSON and now >= look_at:
            look_at = now + LOOK
            if store.has_urgent(first.system_id):
                return False
        return now < until

    return may_go_on


def _settle(
    tasks: Sequence[SyncTask],
    engines: Mapping[UUID, Engine],
    answers: Mapping[UUID, Answer | Exception],
    now: Clock,
) -> bool:
    """Put every task where its answer belongs; the tracker hears of each failure once."""
    may_go_on = True
    told: set[int] = set()
    for task in tasks:
        answer = answers.get(task.pk)
        match answer:
            case None:
                store.put_back(task)
            case Outcome() | Discovery():
                _done(engines[task.pk], task, answer)
            case ConnectorError():
                is_new = id(answer) not in told
                told.add(id(answer))
                may_go_on &= _failed(engines[task.pk].memory, task, answer, now, is_counted=is_new)
    return may_go_on


def _done(engine: Engine, task: SyncTask, answer: Answer) -> None:
    try:
        if isinstance(answer, Discovery):
            _discovered(engine, task, answer)
        else:
            _reconciled(engine, task, answer)
    except FencedError:
        return


def _reconciled(engine: Engine, task: SyncTask, outcome: Outcome) -> None:
    _say_nothing_to_do(engine, task, outcome)
    if outcome.due_at is not None:
        store.wait(task, outcome.due_at)
        return
    with transaction.atomic():
        if task.link_id is not None and outcome.result in {Result.OK, Result.HELD}:
            Link.objects.filter(pk=task.link_id).update(synced_at=Now())
        store.finish(task)


def _discovered(engine: Engine, task: SyncTask, found: Discovery) -> None:
    """Hand over to the link's own task, or say why there is none."""
    assert task.endpoint is not None  # noqa: S101  an item's task names its endpoint
    with transaction.atomic():
        if found.link is not None:
            store.hint_link(
                link_id=found.link,
                endpoint=task.endpoint,
                why=task.why,
                priority=task.priority,
                user_id=task.requested_by_id,
            )
        elif task.priority == store.PERSON:
            engine.memory.note(None, Entry("skipped", found.message, Result.SKIPPED))
        store.finish(task)


def _say_nothing_to_do(engine: Engine, task: SyncTask, outcome: Outcome) -> None:
    """Answer a person who asked, even where nothing had to be done."""
    is_silent = isinstance(engine.memory, store.LinkMemory) and not engine.memory.done
    if task.priority == store.PERSON and task.requested_by_id is not None and is_silent:
        engine.memory.note(task.link_id, Entry("checked", outcome.message, outcome.result))


def _failed(
    memory: Memory, task: SyncTask, error: ConnectorError, now: Clock, *, is_counted: bool
) -> bool:
    """Put a task where its failure belongs; the error's class says where, its system on whom."""
    system = _blamed(task, error)
    error = breaker.explained(system, error)
    if isinstance(error, SkippableError):
        memory.note(task.link_id, Entry("failed", str(error), Result.FAILED))
        store.finish(task)
        return True
    memory.note(task.link_id, Entry("waiting", str(error), Result.WAITING))
    if isinstance(error, FatalError) and not isinstance(error, AuthFailedError | AddressError):
        suspend(task.connection, str(error))
        store.put_back(task)
        return True
    if isinstance(error, RateLimitedError) and error.bucket not in _WHOLE_SYSTEM:
        return _slowed(task, system, error, now)
    if isinstance(error, FatalError | RateLimitedError):
        store.put_back(task)
    else:
        at_least = error.retry_after if isinstance(error, RetryableError) else None
        store.retry(task, type(error).__name__, str(error), at_least or 0)
    return breaker.failed(system, error) if is_counted else True


def _slowed(task: SyncTask, system: System, error: RateLimitedError, now: Clock) -> bool:
    """Let one bucket or one item rest; all else goes on."""
    seconds = error.retry_after if error.retry_after is not None else breaker.DEFAULT_PAUSE
    if not error.bucket.startswith("issue"):
        store.block(system.pk, error.bucket, seconds)
    store.wait(task, now() + timedelta(seconds=seconds))
    return True


def _blamed(task: SyncTask, error: ConnectorError) -> System:
    """Return the system whose call failed: a connection has two."""
    if error.system in {None, task.system_id}:
        return task.system
    return System.objects.filter(pk=error.system).first() or task.system
