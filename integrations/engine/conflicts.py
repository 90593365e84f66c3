"""Who wins where both sides changed one field."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from integrations.engine.state import Side

TIE = timedelta(seconds=5)


class Policy(StrEnum):
    """What a field's rule says about conflicts."""

    HOLD = "hold"
    NEWEST = "newest"
    PREFER_A = "prefer_a"
    PREFER_B = "prefer_b"


def winner(
    policy: Policy,
    changed_at: Mapping[Side, datetime],
    names: Mapping[Side, str],
    tie: Side = "a",
) -> tuple[Side | None, str]:
    """Return the side that wins, None to hold, and why; within five seconds `tie` wins."""
    if policy is Policy.HOLD:
        return None, "both sides changed it, and its rule asks a person"
    if policy is not Policy.NEWEST:
        preferred: Side = "a" if policy is Policy.PREFER_A else "b"
        return preferred, f"both sides changed it, and its rule prefers {names[preferred]}"
    if abs(changed_at["a"] - changed_at["b"]) < TIE:
        return tie, f"both sides changed it at the same time, so {names[tie]} wins"
    newest: Side = "a" if changed_at["a"] > changed_at["b"] else "b"
    return newest, f"both sides changed it, and {names[newest]} did so last"
