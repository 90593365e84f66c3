"""Which connection this worker writes for: its own writes here are no news to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_NOBODY = UUID(int=0)
_connection: ContextVar[UUID] = ContextVar("connection", default=_NOBODY)


def writing() -> UUID:
    """Return the connection that writes now; an id that no connection has while none does."""
    return _connection.get()


@contextmanager
def writing_for(connection_id: UUID) -> Iterator[None]:
    """Write for a connection."""
    token = _connection.set(connection_id)
    try:
        yield
    finally:
        _connection.reset(token)
