"""Counts and paces the calls of this worker to one system, by budgets that all workers share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from integrations import store
from integrations.base.meter import Budget, Count
from integrations.models import System
from integrations.registry import connector_class


@dataclass(slots=True)
class SharedMeter(Count):
    """Implements `base.meter.Meter` for one system and this thread."""

    system_id: UUID = field(kw_only=True)
    budgets: dict[str, Budget] = field(kw_only=True)

    def before(self, bucket: str) -> None:
        """Spend a token of the bucket; a bucket without a budget has no end of them."""
        budget = self.budgets.get(bucket)
        if budget is not None and settings.SYNC_RATE_BUDGETS:
            store.spend(self.system_id, bucket, budget)


class Spent:
    """Tells what the systems of a connection were called since it was asked last."""

    def __init__(self, meters: Sequence[Count]) -> None:
        self._meters = meters
        self._calls, self._milliseconds = self._read()

    def __call__(self) -> tuple[int, int]:
        """Return the calls and their milliseconds."""
        calls, milliseconds = self._read()
        spent = (calls - self._calls, round(milliseconds - self._milliseconds))
        self._calls, self._milliseconds = calls, milliseconds
        return spent

    def _read(self) -> tuple[int, float]:
        meters = self._meters
        return sum(meter.calls for meter in meters), sum(meter.milliseconds for meter in meters)


def meter_of(system: System) -> SharedMeter:
    """Return a new meter for a system."""
    caps = connector_class(system.kind).caps
    return SharedMeter(system_id=system.pk, budgets=dict(caps.budgets))
