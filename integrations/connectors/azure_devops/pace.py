"""Slowing down when asked to: Azure DevOps asks with answers that are successes, too.

What began is brought to its end; the next read or write of an item waits.
https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits
"""

import time
from dataclasses import dataclass

from integrations.base.answers import Answer
from integrations.base.errors import RateLimitedError
from integrations.connectors.azure_devops.dialect import BUCKET


@dataclass(slots=True)
class Pace:
    """The moment before which nothing is begun, by the clock that never jumps."""

    until: float = 0.0

    def heard(self, answer: Answer) -> None:
        """Note for how long an answer asks us to rest."""
        if answer.retry_after:
            self.until = time.monotonic() + answer.retry_after

    def keep(self) -> None:
        """Refuse to begin what should wait; nothing was applied then."""
        left = self.until - time.monotonic()
        if left > 0:
            raise RateLimitedError(
                "Azure DevOps asks us to slow down.", bucket=BUCKET, retry_after=left
            )
