"""Two trackers, a queue and workers that can crash or fall asleep at any step.

Everything runs in one thread: a crash is an exception that nothing in the engine catches, a
sleeping worker is other work done in the middle of one of its steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from integrations.base.config import SystemConfig
from integrations.base.errors import ConnectorError, RetryableError
from integrations.base.items import Person, Ref, Rich
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import US, MemoryTracker, Record, install
from integrations.engine.discover import discover
from integrations.engine.ports import Engine, Entry, FencedError, Place
from integrations.engine.reconcile import reconcile
from integrations.engine.rules import Rules, default_document, parse
from integrations.engine.state import SIDES, LinkState, Side

LEASE = timedelta(seconds=120)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WRITES = frozenset({"create", "update", "add_comment", "edit_comment", "delete_comment", "upload"})


class CrashError(BaseException):
    """The process died: nothing may catch this but the world."""


@dataclass(slots=True)
class Task:
    generation: int = 0
    done: int = 0
    due_at: datetime = LONG_AGO
    lease_until: datetime | None = None
    token: int = 0
    side: Side | None = None


@dataclass
class World:
    """Tracker a keeps values as they are; tracker b normalises them and searches late."""

    is_fenced: bool = True
    has_strong_rev: bool = False
    on_step: Callable[[int, str], None] | None = None
    document: dict | None = None
    clock: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    links: dict[UUID, LinkState] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    tokens: "count[int]" = field(default_factory=lambda: count(1))
    rules: Rules = field(init=False)
    trackers: Mapping[Side, MemoryTracker] = field(init=False)
    systems: Mapping[Side, SystemConfig] = field(init=False)

    def __post_init__(self):
        self.trackers = {
            "a": MemoryTracker(now=self.now, has_strong_rev=self.has_strong_rev),
            "b": MemoryTracker(
                now=self.now,
                is_lossy=True,
                search_lag=timedelta(seconds=20),
                has_strong_rev=self.has_strong_rev,
            ),
        }
        self.systems = {
            side: SystemConfig(uuid4(), f"https://{side}.example", {}, account_id=US.id)
            for side in SIDES
        }
        for side in SIDES:
            install(self.systems[side].id, self.trackers[side])
            self.trackers[side].hook = self._hook(side)
        schema = self.trackers["a"].schema
        self.rules = parse(self.document or default_document(schema, schema))

    # -- time and steps

    def now(self) -> datetime:
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)

    def step(self, name: str) -> None:
        """One boundary at which the process may die or fall asleep."""
        self.steps.append(name)
        if self.on_step is not None:
            self.on_step(len(self.steps) - 1, name)

    def _hook(self, side: Side) -> Callable[[str, str], None]:
        def hook(call: str, moment: str) -> None:
            self.pass_time(0.1)
            self.step(f"{side}.{call}.{moment}")

        return hook

    # -- people

    def person(self, side: Side) -> MemoryTracker:
        """Return what a person uses; a second passes before each of their acts."""
        self.pass_time(1)
        return self.trackers[side]

    def items(self, side: Side) -> list[Record]:
        return list(self.trackers[side].records.values())

    # -- queue

    def hint(self, side: Side, item_id: str) -> None:
        link = self._link_at(side, item_id)
        self._dirty(f"L:{link.id}" if link else f"I:{side}:{item_id}", side if link else None)

    def hint_everything(self) -> None:
        for side in SIDES:
            for record in self.items(side):
                self.hint(side, record.id)

    def _dirty(self, key: str, side: Side | None = None) -> None:
        task = self.tasks.setdefault(key, Task())
        is_idle = task.generation <= task.done
        task.side = side if is_idle or task.side == side else None
        task.generation += 1
        task.due_at = min(task.due_at, self.clock)

    def _link_at(self, side: Side, item_id: str) -> LinkState | None:
        for link in self.links.values():
            if side in link.ends and link.ends[side].id == item_id:
                return link
        return None

    def work(self) -> bool:
        """Run one due task; say whether there was one."""
        for key, task in sorted(self.tasks.items()):
            is_free = task.lease_until is None or task.lease_until < self.clock
            if task.generation > task.done and task.due_at <= self.clock and is_free:
                self._run(key, task)
                return True
        return False

    def _run(self, key: str, task: Task) -> None:
        task.token, task.lease_until = next(self.tokens), self.clock + LEASE
        generation, token = task.generation, task.token
        memory = Session(self, task, token)
        try:
            due_at = self._do(key, self.engine(memory, task.side))
            memory.guard()
        except FencedError:
            return
        except ConnectorError as error:
            pause = error.retry_after if isinstance(error, RetryableError) else None
            due_at = self.clock + timedelta(seconds=pause or 5)
        if task.token != token:
            return
        task.lease_until = None
        if due_at is None:
            task.done = generation
        else:
            task.due_at = due_at

    def _do(self, key: str, engine: Engine) -> datetime | None:
        kind, _, rest = key.partition(":")
        if kind == "L":
            return reconcile(engine, UUID(rest)).due_at
        side, _, item_id = rest.partition(":")
        found = discover(engine, side, item_id)
        if found.link is not None:
            self._dirty(f"L:{found.link}")
        return None

    def engine(self, memory: "Session", hinted: Side | None = None) -> Engine:
        places = {
            side: Place(MemoryConnector(self.systems[side]), self.trackers[side].scope)
            for side in SIDES
        }
        return Engine(
            rules=self.rules,
            places=places,
            key=b"k" * 32,
            memory=memory,
            now=self.now,
            people=lambda _side, person: person,
            hinted=hinted,
        )

    def settle(self) -> None:
        """Poll and work until nothing is left to do, as restarted workers would."""
        for _ in range(12):
            self.hint_everything()
            for _ in range(100):
                if not self.work():
                    break
            else:
                raise AssertionError("the queue never empties")
            if all(task.done == task.generation for task in self.tasks.values()):
                return
            self.pass_time(70)
        raise AssertionError(f"never settled: {self.tasks}")

    def survive(self, act: Callable[[], None]) -> None:
        """Do something that may kill the process; a new one starts afterwards."""
        try:
            act()
        except CrashError:
            self.steps.append("restart")

    def writes(self) -> int:
        """Count the calls so far that changed something in a tracker."""
        return sum(call in WRITES for side in SIDES for call in self.trackers[side].calls)

    # -- what people see in the end

    def counterparts(self, side: Side) -> list[Record]:
        return [record for record in self.items(side) if record.author == US]

    def twins(self) -> list[Record]:
        """Return the created items that no link knows."""
        known = {(side, end.id) for link in self.links.values() for side, end in link.ends.items()}
        return [
            record
            for side in SIDES
            for record in self.counterparts(side)
            if (side, record.id) not in known
        ]

    def picture(self) -> dict[Side, list[tuple]]:
        """Return all that a person would compare: values and comments, without ids and times."""
        twins = {id(record) for record in self.twins()}
        return {
            side: sorted(
                (_fields(record), _comments(record), self._files(side, record))
                for record in self.items(side)
                if id(record) not in twins
            )
            for side in SIDES
        }

    def _files(self, side: Side, record: Record) -> tuple:
        contents = self.trackers[side].files
        return tuple(sorted((file.name, contents[file.id]) for file in record.attachments.values()))

    def holds(self) -> dict[str, str]:
        return {
            name: hold.message for link in self.links.values() for name, hold in link.holds.items()
        }


@dataclass
class Session:
    """The engine's memory as one worker holds it: everything under its lease."""

    world: World
    task: Task
    token: int

    def link(self, link: UUID) -> LinkState | None:
        return self.world.links.get(link)

    def link_at(self, side: Side, item_id: str) -> LinkState | None:
        return self.world._link_at(side, item_id)

    def member_at(self, _item: Ref, _target: Side) -> str:
        return ""

    def is_contested(self, _item: Ref, _target: Side, _link: UUID) -> bool:
        return False

    def open(self, link: LinkState) -> LinkState:
        self.world.step("open")
        return self.world.links.setdefault(link.id, link)

    def guard(self) -> None:
        self.world.step("guard")
        self._check()
        self.task.lease_until = self.world.clock + LEASE

    def save(self, link: LinkState, *entries: Entry) -> None:
        self.world.step("save")
        self._check()
        for side, end in link.ends.items():
            holder = self.world._link_at(side, end.id)
            assert holder is None or holder.id == link.id, "an item belongs to two links"
        self.world.links[link.id] = link
        self.world.log += entries
        self.world.step("saved")

    def note(self, _link: UUID | None, *entries: Entry) -> None:
        self.world.log += entries

    def _check(self) -> None:
        if self.world.is_fenced and self.task.token != self.token:
            raise FencedError


def resolve(world: World, name: str, side: Side) -> None:
    """Choose a side for a held field, as a person does."""
    [link] = world.links.values()
    state = replace(link.field_state(name), resolution=side)
    world.links[link.id] = link.with_fields({name: state})


def _fields(record: Record) -> tuple:
    return tuple(sorted((name, _text(value)) for name, value in record.fields.items()))


def _text(value: object) -> str:
    match value:
        case Rich(md=md):
            return md
        case Person(name=name):
            return name
        case frozenset():
            return ",".join(sorted(value))
        case _:
            return str(value)


def _comments(record: Record) -> tuple:
    return tuple(sorted((comment.author.name, comment.body.md) for comment in record.comments))
