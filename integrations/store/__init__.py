"""The engine's memory and queue, kept in tables; the same on SQLite and PostgreSQL."""

from integrations.store.budgets import block, blocked_until, spend
from integrations.store.clock import database_clock
from integrations.store.memory import LinkMemory, connection_endpoints, load_links
from integrations.store.queue import (
    CENSUS,
    DUE,
    LIVE,
    PERSON,
    bury,
    claim,
    due_system_ids,
    finish,
    has_due,
    has_urgent,
    hint,
    hint_link,
    put_back,
    retry,
    revive,
    wait,
    working_system,
)
from integrations.store.systems import Turn, take_turn
from integrations.store.writing import writing, writing_for

__all__ = [
    "CENSUS",
    "DUE",
    "LIVE",
    "PERSON",
    "LinkMemory",
    "Turn",
    "block",
    "blocked_until",
    "bury",
    "claim",
    "connection_endpoints",
    "database_clock",
    "due_system_ids",
    "finish",
    "has_due",
    "has_urgent",
    "hint",
    "hint_link",
    "load_links",
    "put_back",
    "retry",
    "revive",
    "spend",
    "take_turn",
    "wait",
    "working_system",
    "writing",
    "writing_for",
]
