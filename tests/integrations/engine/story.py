"""The story that every sweep tells: creation, comments, edits and labels on both sides."""

from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.base.items import Rich
from tests.integrations.engine.world import World


@dataclass
class Story:
    """People work on both sides; `meanwhile` is what they do while a worker is in trouble."""

    world: World
    comment_id: str = ""
    done: set[str] = field(default_factory=set)

    def tell(self) -> None:
        for chapter in (self.begin, self.edit, self.go_on):
            chapter()
            self.sync()
        self.meanwhile()
        self.sync()

    def sync(self) -> None:
        """Let workers settle; a crash is followed by a new process."""
        for _ in range(3):
            before = len(self.world.steps)
            self.world.survive(self.world.settle)
            if self.world.steps[-1] != "restart" or len(self.world.steps) == before:
                return

    def begin(self) -> None:
        a = self.world.person("a")
        bug = a.add(
            {
                "title": "Login  fails",
                "description": Rich("Steps:\tnone"),
                "status": "Doing",
                "priority": "High",
                "labels": frozenset({"Web", "login"}),
            }
        )
        self.comment_id = self.world.person("a").comment(bug.id, "I saw it.\tTwice.").id
        self.world.person("a").attach(bug.id, "log.txt", "text/plain", b"first")

    def edit(self) -> None:
        self._change("a", title="Login  fails often", labels_in={"New One"}, labels_out={"login"})
        self._change("b", status="Done", labels_in={"from-b"})
        if "description" not in self.done:
            self._change("a", description=Rich("Steps:\tone"))
        for record in self._ours("b"):
            self.world.person("b").comment(record.id, "Fixed in b.")
            self.world.person("b").attach(record.id, "shot.png", "image/png", b"a picture")

    def go_on(self) -> None:
        self._change("b", title="Login fails in b")
        for record in self.world.items("a"):
            if not record.marker:
                self.world.person("a").edit_comment(record.id, self.comment_id, "I saw it.\tOnce.")

    def meanwhile(self) -> None:
        """Edits that end the same whenever they are made, and made once."""
        self._once("description", "a", description=Rich("Moved\ton"))
        self._once("priority", "b", priority="Low")
        self._once("labels", "a", labels_in={"late"})

    def _once(self, name: str, side, **changes) -> None:
        if name not in self.done and self._ours(side):
            self.done.add(name)
            self._change(side, **changes)

    def _ours(self, side) -> list:
        twins = {id(record) for record in self.world.twins()}
        linked = [record for record in self.world.items(side) if id(record) not in twins]
        return linked if side == "a" or self.world.links else []

    def _change(self, side, labels_in=frozenset(), labels_out=frozenset(), **values) -> None:
        for record in self._ours(side):
            if labels_in or labels_out:
                values["labels"] = (record.fields["labels"] | labels_in) - labels_out
            self.world.person(side).edit(record.id, values)


def told(world: World, trouble: Callable[[Story], None] | None = None) -> Story:
    """Tell the story in a world, prepared by `trouble`."""
    story = Story(world)
    if trouble is not None:
        trouble(story)
    story.tell()
    world.on_step = None
    return story


def check(world: World, expected: dict) -> None:
    """What must hold whatever happened on the way."""
    assert world.holds() == {}
    assert len(world.items("a")) == len(expected["a"]), "a copy came back"
    assert world.picture() == expected
    for twin in world.twins():
        assert twin.fields["status"] == "Done", "a twin stays open"
    _check_silence(world)


def _check_silence(world: World) -> None:
    """Forced syncs of an item in step write nothing."""
    before = world.writes()
    for _ in range(3):
        world.pass_time(60)
        world.settle()
    assert world.writes() == before
