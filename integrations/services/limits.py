"""The fuses of a connection: what happens in bulk stops until a person has looked.

All count what the log of the last hour or day says, but nothing from before the connection was
last switched on: who switches it on again says that it was meant.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from integrations.engine.ports import FuseError
from integrations.models import Connection, Link, SyncLog

ALIGNED = "aligned"
"""The action of a write that no change of an item asked for."""
FEW = 50
SHARE = 0.05


@dataclass(slots=True)
class ConnectionLimits:
    """Implements `engine.ports.Limits` for a batch; what it began counts before it is logged."""

    connection: Connection
    max_creates_per_hour: int
    counted: dict[str, int] = field(default_factory=dict)

    def creation(self) -> None:
        """Stop once more items were created in an hour than the rules allow."""
        if self._done("created", timedelta(hours=1)) >= self.max_creates_per_hour:
            raise FuseError(
                f"{self.max_creates_per_hour} items were created within an hour, and the rules"
                " allow no more.",
                fix="Check that this is meant, then switch the connection on again.",
            )

    def rewrite(self) -> None:
        """Stop once very many items would be changed that nobody has changed."""
        most = most_at_once(self.connection.pk)
        if self._done(ALIGNED, timedelta(hours=1)) >= most:
            raise FuseError(
                f"The rules have changed {most} items that nobody had changed, and would go on.",
                fix="Check the mapping with a preview, then switch the connection on again.",
            )

    def loss(self) -> None:
        """Stop once very many items were deleted."""
        most = most_at_once(self.connection.pk)
        if self._done("unlinked", timedelta(days=1)) >= most:
            raise FuseError(
                f"{most} linked items were deleted within a day.",
                fix="Check that this is meant, then switch the connection on again.",
            )

    def _done(self, action: str, within: timedelta) -> int:
        """Return how often it was done, and count once more."""
        if action not in self.counted:
            self.counted[action] = self._logged(action, within)
        self.counted[action] += 1
        return self.counted[action] - 1

    def _logged(self, action: str, within: timedelta) -> int:
        since = Q(at__gte=Now() - within)
        if self.connection.switched_on_at is not None:
            since &= Q(at__gte=self.connection.switched_on_at)
        return SyncLog.objects.filter(since, connection=self.connection, action=action).count()


def most_at_once(connection_id: UUID) -> int:
    """Return how many links may change in bulk: a twentieth of them, and fifty in any case."""
    links = Link.objects.filter(connection_id=connection_id, state=Link.State.ACTIVE).count()
    return max(FEW, int(links * SHARE))
