"""From one state to another, by the steps that a type of work item allows."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.errors import InvalidError, UnsupportedError
from integrations.connectors.azure_devops.shapes import STATE

MAX_HOPS = 4
Steps = Mapping[str, Sequence[str]]


class NoWayError(InvalidError, UnsupportedError):
    """The type does not lead to a state: a refusal of that one field."""


def steps_of(type_: Mapping[str, Any]) -> Steps:
    """Return the states that follow each state, as a type describes them."""
    return {
        here: [str(step["to"]) for step in steps or [] if step.get("to") != here]
        for here, steps in (type_.get("transitions") or {}).items()
    }


def way(steps: Steps, here: str, target: str) -> list[str]:
    """Return the states to pass, the target last; empty where there is no way of few steps."""
    known = {state.casefold(): following for state, following in steps.items()}
    seen = {here.casefold()}
    waiting: deque[tuple[str, list[str]]] = deque([(here, [])])
    while waiting:
        state, passed = waiting.popleft()
        for following in known.get(state.casefold(), []):
            if following.casefold() == target.casefold():
                return [*passed, following]
            if following.casefold() not in seen and len(passed) + 1 < MAX_HOPS:
                seen.add(following.casefold())
                waiting.append((following, [*passed, following]))
    return []


def no_way(steps: Steps, type_: str, here: str, target: str) -> NoWayError:
    """Return the error that lists what can be reached."""
    known = {state.casefold() for state in steps if state}
    following = _after(steps, here)
    if target.casefold() in known:
        message = f"{type_} has no way from “{here}” to “{target}”; open are: {_named(following)}."
        fix = "Map the status to one of these, or allow the step in Azure DevOps."
    else:
        states = [state for state in steps if state]
        message = f"{type_} has no state “{target}” in Azure DevOps; it has: {_named(states)}."
        fix = "Mend the map of statuses."
    return NoWayError(message, fields={STATE: message}, fix=fix)


def refused(error: InvalidError, steps: Steps, here: str) -> InvalidError:
    """Return a refusal of a step that the type allows, with what else is open."""
    message = f"{error.fields[STATE]} From “{here}” these are open: {_named(_after(steps, here))}."
    fix = "Map the fields that the step asks for."
    return InvalidError(message, fields={**error.fields, STATE: message}, fix=fix)


def _after(steps: Steps, here: str) -> Sequence[str]:
    return next((to for state, to in steps.items() if state.casefold() == here.casefold()), [])


def _named(states: Sequence[str]) -> str:
    return ", ".join(f"“{state}”" for state in states) or "none"
