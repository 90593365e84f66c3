"""Trouble at every step of one story, and always the same end: exactly one counterpart, nothing
lost, no echo.
"""

import pytest

from tests.integrations.sweep.stage import FAULTS, CrashError
from tests.integrations.sweep.story import Story, check, told

_references: dict[str, tuple[dict, tuple[str, ...]]] = {}


def reference(pair, play):
    """Return the end and the steps of the story without trouble."""
    if pair not in _references:
        with play() as stage:
            told(stage)
            steps, picture = tuple(stage.steps), stage.picture()
            check(stage, picture)
        _references[pair] = (picture, steps)
    return _references[pair]


def crash_at(step: int, *, is_edited: bool = False):
    def trouble(story: Story) -> None:
        def on_step(index: int, _name: str) -> None:
            if index == step:
                story.stage.on_step = None
                raise CrashError

        story.stage.on_step = on_step
        if is_edited:
            story.stage.on_crash = story.meanwhile

    return trouble


def fault_at(step: int, kind: str):
    def trouble(story: Story) -> None:
        def on_step(index: int, name: str) -> None:
            if index >= step and name == "_send":
                story.stage.on_step = None
                story.stage.arm(FAULTS[kind])

        story.stage.on_step = on_step

    return trouble


def test_the_story_ends_with_both_sides_in_step(pair, play):
    picture, steps = reference(pair, play)

    [a], [b] = picture["a"], picture["b"]
    assert a.title == b.title == "Login fails for Ann"
    assert {"web", "new", "from-b", "late"} <= a.labels
    assert a.labels == b.labels
    assert a.is_done
    assert b.is_done
    assert "I saw it once." in b.said
    assert "Looking into it." in a.said
    assert "Mondays" in a.text
    assert "Mondays" in b.text
    assert len(steps) > 40


def every(count: int, steps: tuple[str, ...]) -> range:
    """Return about `count` of the steps, evenly spread."""
    return range(0, len(steps), max(1, len(steps) // count))


def calls(steps: tuple[str, ...]) -> list[int]:
    return [index for index, name in enumerate(steps) if name == "_send"]


@pytest.fixture
def play_all(request, pair, play):
    """Return what plays every run; the report says how many were to be and how many were."""

    def all_of(troubles) -> None:
        told = _play_all(pair, play, troubles)
        request.node.user_properties.append(("sweep", told))

    return all_of


def _play_all(pair, play, troubles) -> str:
    expected, _ = reference(pair, play)
    played, unmet, broken = 0, [], []
    for name, trouble in troubles:
        with play() as stage:
            try:
                told(stage, trouble)
                check(stage, expected)
            except AssertionError as error:
                broken.append(f"{name}: {str(error)[:600]}")
            if name.startswith("fault") and not stage.faults_met:
                unmet.append(name)
            played += 1
    assert not broken, f"{len(broken)} of {played} broken: " + "\n".join(broken[:8])
    assert not unmet, f"never met: {unmet}"
    assert played == len(troubles)
    return f"{pair}: {len(troubles)} runs expected, {played} played"


def crashes(steps, chosen, *, is_edited=False):
    return [
        (f"crash {index} {steps[index]}", crash_at(index, is_edited=is_edited)) for index in chosen
    ]


def faults(steps, chosen, kinds=tuple(FAULTS)):
    return [(f"fault {kind} {index}", fault_at(index, kind)) for index in chosen for kind in kinds]


def test_trouble_at_a_few_steps_changes_nothing_in_the_end(pair, play, play_all):
    _, steps = reference(pair, play)
    some = calls(steps)[5 :: max(1, len(calls(steps)) // 2)]

    play_all(crashes(steps, every(2, steps)) + faults(steps, some, ("lost",)))


@pytest.mark.full
def test_a_crash_at_any_step_changes_nothing_in_the_end(pair, play, play_all):
    _, steps = reference(pair, play)

    play_all(crashes(steps, range(len(steps))))


@pytest.mark.full
def test_a_crash_while_people_edit_changes_nothing_in_the_end(pair, play, play_all):
    _, steps = reference(pair, play)

    play_all(crashes(steps, range(0, len(steps), 2), is_edited=True))


@pytest.mark.full
@pytest.mark.parametrize("kind", list(FAULTS))
def test_a_fault_of_any_call_changes_nothing_in_the_end(pair, play, play_all, kind):
    _, steps = reference(pair, play)

    play_all(faults(steps, calls(steps), (kind,)))
