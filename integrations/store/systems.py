"""Whose turn it is: as many workers call a tracker's account at once as its kind allows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from integrations.models import SystemTurn

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
        self._ours().update(lease_until=Now())

    def _ours(self) -> QuerySet[SystemTurn]:
        return SystemTurn.objects.filter(system_id=self.system_id, lease_token=self.token)


@contextmanager
def take_turn(system_id: UUID, slots: int = 1) -> Iterator[Turn | None]:
    """Give one of the turns of a system, None while others have them all."""
    turn = Turn(system_id, uuid4())
    if not any(_take(turn, slot) for slot in range(slots)):
        yield None
        return
    try:
        yield turn
    finally:
        turn.end()


def _take(turn: Turn, slot: int) -> bool:
    rows = SystemTurn.objects.filter(system_id=turn.system_id, slot=slot)
    values = {"lease_until": Now() + LEASE, "lease_token": turn.token}
    if rows.filter(lease_until__lte=Now()).update(**values):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            SystemTurn.objects.create(system_id=turn.system_id, slot=slot, **values)
    except IntegrityError:
        return False
    return True
