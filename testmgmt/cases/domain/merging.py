"""Two people changed the same case: what differs, and whose text is the likelier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testmgmt.cases.domain.steps import Step, from_json


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people left different; `is_theirs` where only the other changed it."""

    name: str
    mine: str
    theirs: str
    is_theirs: bool

    @property
    def label(self) -> str:
        """What people call the field."""
        return self.name.removesuffix("_id").removesuffix("_seconds").replace("_", " ").capitalize()


def _is_steps(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Step | Mapping)


def _steps(value: list[Any]) -> list[Step]:
    return [entry if isinstance(entry, Step) else from_json([entry])[0] for entry in value]


def _step_text(step: Step) -> str:
    labelled = (("", step.action), ("Data: ", step.data), ("Expected: ", step.expected))
    return "\n   ".join(f"{label}{text}" for label, text in labelled if text)


def text_of(value: Any) -> str:
    """Return a value in words that can be read side by side."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {text_of(entry)}" for name, entry in sorted(value.items()))
    if _is_steps(value):
        return "\n".join(f"{n}. {_step_text(step)}" for n, step in enumerate(_steps(value), 1))
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    """Ids of steps, the order of tags and fields without a value make no difference."""
    if _is_steps(value):
        return [step.words for step in _steps(value)]
    if isinstance(value, Mapping):
        return {name: entry for name, entry in value.items() if entry not in (None, "", [])}
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
