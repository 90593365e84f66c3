"""Slowing down when asked to: Azure DevOps asks with answers that are successes, too.

https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits
"""

import time
from dataclasses import dataclass

from integrations.base.answers import Answer
from integrations.base.errors import RateLimitedError
from integrations.connectors.azure_devops.dialect import BUCKET


@dataclass(slots=True)
class Pace:
    """The moment before which nothing is sent, by the clock that never jumps."""

    until: float = 0.0

    def heard(self, answer: Answer) -> None:
        """Note for how long an answer asks us to rest."""
        if answer.retry_after:
            self.until = time.monotonic() + answer.retry_after

    def keep(self) -> None:
        """Refuse to send what should wait; nothing was applied then."""
        left = self.until - time.monotonic()
        if left > 0:
            raise RateLimitedError(
                "Azure DevOps asks us to slow down.", bucket=BUCKET, retry_after=left
            )
