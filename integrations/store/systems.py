"""Whose turn it is: one worker at a time calls a tracker's account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from integrations.models import System

LEASE = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to work for a system, for two minutes from the last renewal."""

    system_id: UUID
    token: UUID

    def renew(self) -> bool:
        """Prolong the turn; False once somebody else took over."""
        return bool(self._ours().update(lease_until=Now() + LEASE))

    def end(self) -> None:
        """Let others have it."""
        self._ours().update(lease_until=None, lease_token=None)

    def _ours(self) -> QuerySet[System]:
        return System.objects.filter(pk=self.system_id, lease_token=self.token)


@contextmanager
def take_turn(system_id: UUID) -> Iterator[Turn | None]:
    """Give the turn for a system, None while somebody else has it."""
    turn = Turn(system_id, uuid4())
    is_free = Q(lease_until=None) | Q(lease_until__lt=Now())
    taken = System.objects.filter(is_free, pk=system_id).update(
        lease_until=Now() + LEASE, lease_token=turn.token
    )
    if not taken:
        yield None
        return
    try:
        yield turn
    finally:
        turn.end()
