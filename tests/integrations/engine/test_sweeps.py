"""The proof: trouble at every step of one story, and always the same end."""

from functools import cache

import pytest

from integrations.base.errors import TransientError, UncertainError
from tests.integrations.engine.story import Story, check, told
from tests.integrations.engine.world import CrashError, World

TIMINGS = ["quiet", "edited"]


@cache
def reference() -> tuple[dict, tuple[str, ...]]:
    """Return the end and the steps of the story without trouble."""
    world = World()
    told(world)
    steps = tuple(world.steps)
    check(world, world.picture())
    return world.picture(), steps


def crash_at(step: int, timing: str):
    def trouble(story: Story) -> None:
        def on_step(index: int, _name: str) -> None:
            if index == step:
                if timing == "edited":
                    story.world.on_step = None
                    story.meanwhile()
                raise CrashError

        story.world.on_step = on_step

    return trouble


def fault_at(step: int, fault: Exception, timing: str):
    def trouble(story: Story) -> None:
        def on_step(index: int, _name: str) -> None:
            if index == step:
                if timing == "edited":
                    story.meanwhile()
                raise fault

        story.world.on_step = on_step

    return trouble


def sleep_at(step: int):
    """Let a worker sleep at a step until its lease is over, people edit and another is done."""

    def trouble(story: Story) -> None:
        def on_step(index: int, _name: str) -> None:
            if index == step:
                story.world.on_step = None
                story.world.pass_time(200)
                story.meanwhile()
                story.world.settle()

        story.world.on_step = on_step

    return trouble


def crash_sweep(timing: str) -> None:
    expected, steps = reference()
    for step in range(len(steps)):
        world = World()
        told(world, crash_at(step, timing))
        check(world, expected)


def fault_sweep(timing: str) -> None:
    expected, steps = reference()
    for step, name in enumerate(steps):
        if not name.endswith((".before", ".applied")):
            continue
        fault = TransientError("Down.") if name.endswith("before") else UncertainError("Lost.")
        world = World()
        told(world, fault_at(step, fault, timing))
        check(world, expected)


def sleep_sweep(*, has_strong_rev: bool) -> None:
    expected, steps = reference()
    for step, name in enumerate(steps):
        if name.endswith("upload.before"):
            continue  # trackers cannot take back a file that a delayed request brings
        if has_strong_rev and name.endswith("edit_comment.before"):
            continue  # a delayed edit of a comment cannot be told from a person's
        if not has_strong_rev and name.endswith((".update.before", "edit_comment.before")):
            continue  # only a strong revision tells a delayed write from a person's
        world = World(has_strong_rev=has_strong_rev)
        told(world, sleep_at(step))
        check(world, expected)


def test_the_story_ends_with_both_sides_in_step():
    expected, steps = reference()

    [(fields_a, comments_a, files_a)], [(fields_b, comments_b, files_b)] = (
        expected["a"],
        expected["b"],
    )
    assert dict(fields_a)["labels"] == "New One,Web,from-b,late"
    assert dict(fields_b)["labels"] == "from-b,late,new-one,web"
    assert dict(fields_a)["status"] == dict(fields_b)["status"] == "Done"
    assert dict(fields_a)["priority"] == dict(fields_b)["priority"] == "Low"
    assert dict(fields_a)["title"] == dict(fields_b)["title"] == "Login fails in b"
    assert [text for _, text in comments_a] == ["I saw it.\tOnce.", "Fixed in b."]
    assert [text for _, text in comments_b] == ["Fixed in b.", "I saw it. Once."]
    assert files_a == files_b == (("log.txt", b"first"), ("shot.png", b"a picture"))
    assert len(steps) > 60


@pytest.mark.parametrize("timing", TIMINGS)
def test_a_crash_at_any_step_changes_nothing_in_the_end(timing):
    crash_sweep(timing)


@pytest.mark.parametrize("timing", TIMINGS)
def test_a_fault_of_any_call_changes_nothing_in_the_end(timing):
    fault_sweep(timing)


@pytest.mark.parametrize("has_strong_rev", [False, True])
def test_a_worker_asleep_at_any_step_changes_nothing_in_the_end(has_strong_rev):
    sleep_sweep(has_strong_rev=has_strong_rev)


@pytest.mark.full
def test_a_crash_and_a_later_fault_change_nothing_in_the_end():
    """Crash at every third step, then a lost answer at every third call of the new process."""
    expected, steps = reference()
    for crash in range(0, len(steps), 3):
        for later in range(1, len(steps), 3):
            world = World()

            def on_step(index, name, world=world, crash=crash, later=later):
                if index == crash:
                    raise CrashError
                if index == crash + later and name.endswith(".applied"):
                    raise UncertainError("Lost.")

            def trouble(story, on_step=on_step):
                story.world.on_step = on_step

            told(world, trouble)
            check(world, expected)
