"""Runs the expressions of rules in limited workers: a hostile one is stopped, nobody is harmed.

The workers are processes without files, network, clock or environment. None is started before
the first expression runs, and never one from before a fork is used.
"""

import atexit
import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
    MontyTypingError,
    OSPolicy,
    ResourceLimits,
)

from integrations.base.errors import FatalError, RetryableError

SECONDS = 1.0
GRACE_SECONDS = 0.5
MEMORY: Final = 64 * 1024 * 1024
PENALTY_SECONDS = 60.0
"""How long an expression that had to be stopped is not tried again."""

_LIMITS: ResourceLimits = {
    "max_feed_duration_secs": SECONDS,
    "max_memory": MEMORY,
    "max_recursion_depth": 100,
    "max_suspensions": 1,
}
# Without a clock and with one seed an expression gives the same value every time it is asked.
_POLICY: OSPolicy = {"sleep": "zero", "datetime": "call_host", "random_start": {"seed": 0}}
_WORKERS = 2
_CHECKOUT_SECONDS = 30.0
_SESSIONS_PER_WORKER = 1000
_MAX_PRINTED = 1000
_MAX_PENALTIES = 1000

# What is handed back is copied into this process, so it is made flat and short in there.
_PRELUDE = """
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

class Person:
    def __init__(self, id, name, email):
        self.id = id
        self.name = name
        self.email = email

def _read(value):
    if isinstance(value, dict):
        return Person(value["id"], value["name"], value["email"])
    return value

class Item:
    def __init__(self, fields):
        self._fields = fields
        for name in fields:
            setattr(self, name, fields[name])

    def __getitem__(self, name):
        return self._fields[name]

def _flat(value):
    if value is None or isinstance(value, (bool, float, date, Decimal)):
        return value
    if isinstance(value, int):
        if not -10**18 < value < 10**18:
            raise OverflowError("a number is too large")
        return value
    if isinstance(value, str):
        if len(value) > 1_000_000:
            raise OverflowError("a text is too long")
        return value
    if isinstance(value, Person):
        return {"id": _flat(value.id), "name": _flat(value.name), "email": _flat(value.email)}
    if isinstance(value, (list, tuple, set, frozenset)):
        if len(value) > 10_000 or not all(isinstance(element, str) for element in value):
            raise OverflowError("a list must hold at most 10,000 texts")
        if sum(len(element) for element in value) > 1_000_000:
            raise OverflowError("a list is too long")
        return list(value)
    raise OverflowError("this is no value that a field can hold")

_call = eval("lambda item, value, x: (\\n" + source + "\\n)", {
    "Person": Person, "re": re, "date": date, "datetime": datetime, "timedelta": timedelta,
    "Decimal": Decimal,
})
"""
_VALUE = (
    _PRELUDE + "_flat(_call(Item({n: _read(fields[n]) for n in fields}), _read(value), None))\n"
)
_EACH = _PRELUDE + "[bool(_call(None, None, element)) for element in elements]\n"
_FAILURES: Mapping[str, str] = {
    "TimeoutError": f"it took longer than {SECONDS:g} second and was stopped",
    "MemoryError": "it needed too much memory and was stopped",
    "RecursionError": "it calls itself too often",
    "OverflowError": "its result is no value that a field can hold, or is too long",
    "ZeroDivisionError": "it divides by zero",
    "AttributeError": "a value does not have what it is asked for",
    "TypeError": "these values do not go together",
    "ValueError": "a value does not have the form that is needed",
    "KeyError": "what it looks up is not there",
    "IndexError": "what it looks up is not there",
    "PermissionError": "it may not reach outside",
}
_STOPPED = frozenset({"TimeoutError", "MemoryError"})


class StoppedError(Exception):
    """An expression failed; the message names no value, only what went wrong and where."""


@dataclass(slots=True)
class Interpreter:
    """A pool of workers that belongs to one process and starts with its first expression."""

    _pool: Monty | None = None
    _pid: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _penalties: dict[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether this process has started workers."""
        return self._pool is not None and self._pid == os.getpid()

    def value(self, source: str, fields: Mapping[str, Any], value: Any) -> Any:
        """Return what an expression makes of an item; StoppedError where it fails."""
        return self._run(source, _VALUE, {"fields": dict(fields), "value": value})

    def each(self, source: str, elements: Sequence[str]) -> list[bool]:
        """Say of each element whether an expression holds for it; StoppedError where it fails."""
        result: list[bool] = self._run(source, _EACH, {"elements": list(elements)})
        return result

    def check(self, source: str, stubs: str) -> list[tuple[int, int, str]]:
        """Return the line, the column and the words of each type error; nothing is evaluated."""
        try:
            with self.pool().checkout(
                limits=_LIMITS, type_check=True, type_check_stubs=stubs, type_check_format="json"
            ) as session:
                session.feed_run(f"lambda: (\n{source}\n)\nNone")
        except MontyTypingError as error:
            found = json.loads(error.display())
            return [(*_position(one["location"]), str(one["message"])) for one in found]
        except TimeoutError as error:
            raise RetryableError("The interpreter of the rules is busy.") from error
        except MontyError as error:
            return [(1, 1, self._failure(source, error))]
        return []

    def close(self) -> None:
        """End the workers of this process."""
        if self.is_running and self._pool is not None:
            self._pool.__exit__(None, None, None)
            self._pool = None

    def _run(self, source: str, code: str, inputs: dict[str, Any]) -> Any:
        until, message = self._penalties.get(source, (0.0, ""))
        if time.monotonic() < until:
            raise StoppedError(message)
        try:
            with self.pool().checkout(limits=_LIMITS, os_policy=_POLICY) as session:
                return session.feed_run(
                    code,
                    inputs={"source": source, **inputs},
                    print_callback=CollectString(_MAX_PRINTED),
                )
        except TimeoutError as error:
            raise RetryableError("The interpreter of the rules is busy.") from error
        except MontyError as error:
            raise StoppedError(self._failure(source, error)) from error
        except ValueError as error:  # a value that cannot leave or enter the worker
            raise StoppedError(_FAILURES["OverflowError"]) from error

    def pool(self) -> Monty:
        """Return this process's workers; FatalError in a fork of one that had some.

        The library waits for ever in such a fork, so a process forks first and asks then.
        """
        with self._lock:
            if self._pool is not None and self._pid != os.getpid():
                raise FatalError("Expressions ran before this process was forked: restart it.")
            if self._pool is None:
                pool = Monty(
                    max_processes=_WORKERS,
                    checkout_timeout=_CHECKOUT_SECONDS,
                    request_timeout=SECONDS + 2 * GRACE_SECONDS,
                    feed_duration_limit_grace=GRACE_SECONDS,
                    max_checkouts_per_worker=_SESSIONS_PER_WORKER,
                )
                self._pool, self._pid = pool.__enter__(), os.getpid()
            return self._pool

    def _failure(self, source: str, error: MontyError) -> str:
        if isinstance(error, MontyCrashedError):
            return self._punished(source, "it ran away and was stopped")
        kind = type(error.exception()).__name__
        words = _FAILURES.get(kind, f"it failed ({kind})")
        if kind in _STOPPED:
            return self._punished(source, words)
        return _placed(error, words)

    def _punished(self, source: str, message: str) -> str:
        if len(self._penalties) >= _MAX_PENALTIES:
            self._penalties.clear()
        self._penalties[source] = (time.monotonic() + PENALTY_SECONDS, message)
        return message

    def forgive(self) -> None:
        """Let every expression run again."""
        self._penalties.clear()


def _position(location: Mapping[str, int]) -> tuple[int, int]:
    """Return line and column of a place in an expression, whose first line is our wrapper's."""
    return location["row"] - 1, location["column"]


def _placed(error: MontyError, words: str) -> str:
    """Say where in the expression it happened, where that is known; line 1 is our wrapper's."""
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return words
    for frame in reversed(error.traceback()):
        if frame.filename == "<string>" and frame.line > 1:
            return f"line {frame.line - 1}, column {frame.column}: {words}"
    return words


INTERPRETER = Interpreter()
atexit.register(INTERPRETER.close)
