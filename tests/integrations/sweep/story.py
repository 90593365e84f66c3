"""The story of every run: creation, comments, edits, labels, files and status on both sides."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.integrations.sweep.stage import Stage


@dataclass
class Story:
    """People work on both sides; `meanwhile` is what they do while a worker is in trouble."""

    stage: Stage
    item: str = ""
    comment: str = ""
    done: set[str] = field(default_factory=set)

    def tell(self) -> None:
        for chapter in (self.begin, self.edit, self.go_on, self.meanwhile):
            self.stage.clock.leap(1)
            chapter()
            self.stage.clock.leap(1)
            self.stage.settle()

    def begin(self) -> None:
        a = self.stage.a
        self.item = a.create("Login fails", "It breaks.", {"web", "login"})
        self.comment = a.comment(self.item, "I saw it twice.")
        a.attach(self.item, "log.txt", b"first line")

    def edit(self) -> None:
        a, b = self.stage.a, self.stage.b
        a.retitle(self.item, "Login fails often")
        a.relabel(self.item, {"new"}, {"login"})
        for item in b.items():
            b.relabel(item, {"from-b"}, set())
            b.comment(item, "Looking into it.")

    def go_on(self) -> None:
        a, b = self.stage.a, self.stage.b
        for item in b.items():
            b.retitle(item, "Login fails for Ann")
            b.close(item)
        a.edit_comment(self.item, self.comment, "I saw it once.")

    def meanwhile(self) -> None:
        """Edits that end the same whenever they are made, and made once."""
        if "text" not in self.done and self.item:
            self.done.add("text")
            self.stage.a.rewrite(self.item, "It breaks on Mondays.")
            self.stage.a.relabel(self.item, {"late"}, set())


def told(stage: Stage, trouble: Callable[[Story], None] | None = None) -> Story:
    """Tell the story on a stage, prepared by `trouble`."""
    story = Story(stage)
    if trouble is not None:
        trouble(story)
    story.tell()
    stage.on_step = None
    return story


def check(stage: Stage, expected: dict[str, list]) -> None:
    """What must hold whatever happened on the way."""
    found = stage.picture()
    assert stage.holds() == []
    assert len(found["a"]) == len(expected["a"]), "a copy came back"
    assert len(found["b"]) == len(expected["b"]), "there is a second counterpart"
    assert found == expected
    before = stage.writes()
    for _ in range(3):
        stage.force()
        stage.clock.leap(61)
        stage.work()
    stage.settle()
    assert stage.writes() == before, "an item in step was written"
