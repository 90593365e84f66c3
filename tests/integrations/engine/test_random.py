"""The net below the sweeps: random people, crashes, sleeping workers and lost answers."""

import random

import pytest

from integrations.base.errors import RateLimitedError, TransientError, UncertainError
from integrations.base.items import Rich
from tests.integrations.engine.world import CrashError, World

LABELS = ["Web", "login", "Needs Review", "urgent"]
WORDS = ["Login  fails", "Crash\ton start", "Slow page", "x" * 70, "Ünïcode"]
FAULTS = {
    "before": [TransientError("Down."), RateLimitedError("Slow down.", retry_after=3)],
    "applied": [UncertainError("Lost.")],
}


class Chaos:
    """People and trouble, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  a seed to repeat
        self.world = World(on_step=self.on_step)
        self.depth = 0
        self.acts = 0
        self.comments = 0

    def on_step(self, _index: int, name: str) -> None:
        """Now and then a step goes wrong, or others act in the middle of it."""
        draw = self.random.random()
        if draw < 0.01:
            raise CrashError
        if draw < 0.03 and name.endswith((".before", ".applied")):
            raise self.random.choice(FAULTS[name.rpartition(".")[2]])
        if (
            draw < 0.05
            and self.depth < 2
            and not name.endswith((".update.before", "comment.before"))
        ):
            self.sleep()

    def sleep(self) -> None:
        """Let this worker sleep while people and another worker go on."""
        self.depth += 1
        self.world.pass_time(self.random.choice([1, 30, 150]))
        self.person()
        self.world.hint_everything()
        self.work(self.random.randrange(4))
        self.depth -= 1

    def work(self, tasks: int) -> None:
        for _ in range(tasks):
            self.world.work()

    def person(self) -> None:
        side = self.random.choice("ab")
        twins = {id(record) for record in self.world.twins()}
        records = [one for one in self.world.items(side) if id(one) not in twins]
        tracker = self.world.person(side)
        self.acts += 1
        if not records or (side == "a" and len(records) < 3 and self.random.random() < 0.2):
            if side == "a":
                tracker.add({"title": self.random.choice(WORDS)})
            return
        record = self.random.choice(records)
        match self.random.randrange(5):
            case 0:
                tracker.edit(record.id, {"title": f"{self.random.choice(WORDS)} {self.acts}"})
            case 1:
                tracker.edit(record.id, {"description": Rich(f"Text\t{self.acts}")})
            case 2:
                label = frozenset({self.random.choice(LABELS)})
                tracker.edit(record.id, {"labels": record.fields["labels"] ^ label})
            case 3:
                status = self.random.choice(["Open", "Doing", "Done"])
                tracker.edit(record.id, {"status": status})
            case _:
                self.comments += 1
                tracker.comment(record.id, f"Comment\t{self.comments}")

    def play(self, turns: int) -> None:
        for _ in range(turns):
            self.world.pass_time(self.random.choice([0.5, 20, 200]))
            self.person()
            if self.random.random() < 0.7:
                self.world.hint_everything()
            self.world.survive(lambda: self.work(self.random.randrange(6)))
        self.world.on_step = None
        self.world.settle()
        self.world.pass_time(700)
        self.world.settle()


def check(chaos: Chaos) -> None:
    world = chaos.world
    linked = [link for link in world.links.values() if len(link.ends) == 2]
    assert len(linked) == len([one for one in world.items("a") if not one.marker])
    assert not world.counterparts("a"), "a copy came back"
    for link in linked:
        a, b = (world.trackers[side].records[link.ends[side].id] for side in "ab")
        for name in ("title", "description", "status"):
            if name not in link.holds:
                spec = next(spec for spec in world.trackers["b"].specs("Bug") if spec.id == name)
                assert world.trackers["b"].stored(spec, a.fields[name]) == b.fields[name], name
        texts = [[one.body.md.replace("\t", " ") for one in side.comments] for side in (a, b)]
        assert sorted(texts[0]) == sorted(texts[1])
        assert len(set(texts[0])) == len(texts[0]), "a comment was copied twice"
    before = world.writes()
    for _ in range(3):
        world.pass_time(60)
        world.settle()
    assert world.writes() == before


@pytest.mark.parametrize("seed", range(25))
def test_any_schedule_ends_in_step(seed):
    chaos = Chaos(seed)

    chaos.play(40)

    check(chaos)


@pytest.mark.full
@pytest.mark.parametrize("batch", range(15))
def test_a_thousand_schedules_end_in_step(batch):
    for seed in range(1000 + 100 * batch, 1100 + 100 * batch):
        chaos = Chaos(seed)
        chaos.play(60)
        check(chaos)
