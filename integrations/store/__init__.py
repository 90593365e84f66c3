"""The engine's memory and queue, kept in tables; the same on SQLite and PostgreSQL."""

from integrations.store.clock import database_clock
from integrations.store.memory import LinkMemory, connection_endpoints
from integrations.store.queue import (
    DUE,
    LIVE,
    PERSON,
    bury,
    claim,
    due_system_ids,
    finish,
    has_due,
    hint,
    hint_link,
    put_back,
    retry,
    revive,
    wait,
    working_system,
)
from integrations.store.systems import Turn, take_turn

__all__ = [
    "DUE",
    "LIVE",
    "PERSON",
    "LinkMemory",
    "Turn",
    "bury",
    "claim",
    "connection_endpoints",
    "database_clock",
    "due_system_ids",
    "finish",
    "has_due",
    "hint",
    "hint_link",
    "put_back",
    "retry",
    "revive",
    "take_turn",
    "wait",
    "working_system",
]
