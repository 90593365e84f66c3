"""Two people changed the same case: what differs, and whose text is the likelier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people left different; `is_theirs` where only the other changed it."""

    name: str
    mine: str
    theirs: str
    is_theirs: bool


def _step_text(step: Mapping[str, str]) -> str:
    parts = [step["action"]]
    parts += [f"Data: {step['data']}"] if step["data"] else []
    parts += [f"Expected: {step['expected']}"] if step["expected"] else []
    return "\n   ".join(part for part in parts if part)


def text_of(value: Any) -> str:
    """Return a value in words that can be read side by side."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {text_of(entry)}" for name, entry in sorted(value.items()))
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "\n".join(f"{n}. {_step_text(step)}" for n, step in enumerate(value, 1))
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    """Ids of steps and the order of tags make no difference."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [(step["action"], step["data"], step["expected"]) for step in value]
    return sorted(value) if isinstance(value, list) else value


def clashes(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[Clash]:
    """Return what differs between mine and theirs; `base` is what both had started from."""
    return [
        Clash(
            name,
            text_of(value),
            text_of(theirs.get(name)),
            is_theirs=name in base and _plain(base[name]) == _plain(value),
        )
        for name, value in mine.items()
        if _plain(value) != _plain(theirs.get(name))
    ]
