"""One task of the queue, carried out; whatever happens ends in the row, and in words in the log."""

from collections.abc import Callable
from datetime import datetime, timedelta

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
from integrations.engine.discover import discover
from integrations.engine.ports import Engine, Entry, FencedError, Memory, Result
from integrations.engine.reconcile import reconcile
from integrations.engine.rules import RulesError
from integrations.engine.run import Outcome
from integrations.models import Link, SyncTask
from integrations.services import breaker
from integrations.services.connections import suspend
from integrations.services.engines import engine_of
from integrations.store.rows import as_side

Clock = Callable[[], datetime]


def work_on(task: SyncTask, now: Clock) -> bool:
    """Do one claimed task; say whether its system may be called for the next one."""
    try:
        engine = engine_of(task, now)
    except RulesError as error:
        suspend(task.connection, f"The rules cannot be read. {error}")
        store.put_back(task)
        return True
    try:
        _do(engine, task)
    except FencedError:
        return True
    except ConnectorError as error:
        return _failed(engine.memory, task, breaker.explained(task.system, error), now)
    breaker.succeeded(task.system)
    return True


def _do(engine: Engine, task: SyncTask) -> None:
    if task.link_id is None:
        _discover(engine, task)
        return
    outcome = reconcile(engine, task.link_id)
    _say_nothing_to_do(engine, task, outcome)
    if outcome.due_at is not None:
        store.wait(task, outcome.due_at)
        return
    if outcome.result in {Result.OK, Result.HELD}:
        Link.objects.filter(pk=task.link_id).update(synced_at=Now())
    store.finish(task)


def _discover(engine: Engine, task: SyncTask) -> None:
    """Find or open the link of an item, and hand over to the link's own task."""
    assert task.endpoint is not None  # noqa: S101  an item's task names its endpoint
    found = discover(engine, as_side(task.endpoint.side), task.item_id)
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


def _failed(memory: Memory, task: SyncTask, error: ConnectorError, now: Clock) -> bool:
    """Put a task where its failure belongs; the error's class says where."""
    if isinstance(error, SkippableError):
        memory.note(task.link_id, Entry("failed", str(error), Result.FAILED))
        store.finish(task)
        return True
    memory.note(task.link_id, Entry("waiting", str(error), Result.WAITING))
    if isinstance(error, FatalError) and not isinstance(error, AuthFailedError | AddressError):
        suspend(task.connection, str(error))
        store.put_back(task)
        return True
    if isinstance(error, RateLimitedError) and error.bucket.startswith("issue"):
        store.wait(task, now() + timedelta(seconds=error.retry_after or 0))
        return True
    if isinstance(error, FatalError | RateLimitedError):
        store.put_back(task)
    else:
        at_least = error.retry_after if isinstance(error, RetryableError) else None
        store.retry(task, type(error).__name__, str(error), at_least or 0)
    return breaker.failed(task.system, error)
