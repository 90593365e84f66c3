"""What the engine itself costs: a no-op in memory, and the merge alone; CPU time, no database.

The no-op reads both ends, finds both as the last run left them, and writes nothing.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
django.setup()

from integrations.base.config import SystemConfig
from integrations.base.items import Item, Ref
from integrations.connectors.memory.connector import MemoryConnector
from integrations.connectors.memory.tracker import SCHEMA, US, MemoryTracker, install
from integrations.engine.discover import discover
from integrations.engine.fields import plan
from integrations.engine.merge import Action
from integrations.engine.ports import Engine, Entry, Place, Result
from integrations.engine.reconcile import reconcile
from integrations.engine.rules import default_document, parse
from integrations.engine.run import Run
from integrations.engine.state import SIDES, LinkState, Side

ITEMS, PASSES, TARGET_MS = 200, 5, 1.0


@dataclass
class Notebook:
    """Implements `engine.ports.Memory` in this process, for one worker."""

    links: dict[UUID, LinkState] = field(default_factory=dict)
    saves: int = 0

    def link(self, link: UUID) -> LinkState | None:
        """Return a link by its id."""
        return self.links.get(link)

    def link_at(self, side: Side, item_id: str) -> LinkState | None:
        """Return the link of an item."""
        found = (link for link in self.links.values() if side in link.ends)
        return next((link for link in found if link.ends[side].id == item_id), None)

    def member_at(self, _item: Ref, _target: Side) -> str:
        """Know of no chain."""
        return ""

    def is_contested(self, _item: Ref, _target: Side, _link: UUID) -> bool:
        """Know of no other connection."""
        return False

    def open(self, link: LinkState) -> LinkState:
        """Remember a new link."""
        return self.links.setdefault(link.id, link)

    def guard(self) -> None:
        """Be the only worker."""

    def save(self, link: LinkState, *_entries: Entry) -> None:
        """Remember a link."""
        self.saves += 1
        self.links[link.id] = link

    def note(self, _link: UUID | None, *_entries: Entry) -> None:
        """Keep no log."""


class Bench:
    """Two memory trackers whose items are linked and in step."""

    def __init__(self) -> None:
        self.memory = Notebook()
        trackers = {side: MemoryTracker() for side in SIDES}
        places = {side: self._place(tracker) for side, tracker in trackers.items()}
        rules = parse({**default_document(SCHEMA, SCHEMA), "create": {"a": "auto", "b": "off"}})
        self.engine = Engine(rules, places, b"k" * 32, self.memory, lambda: datetime.now(UTC))
        for number in range(ITEMS):
            words = {"title": f"Defect {number}", "description": "It **breaks**\n\n- here\n- there"}
            record = trackers["a"].add({**words, "labels": frozenset({"web", "login"})})
            found = discover(self.engine, "a", record.id)
            if found.link is not None:
                reconcile(self.engine, found.link)

    @staticmethod
    def _place(tracker: MemoryTracker) -> Place:
        system = SystemConfig(uuid4(), "https://memory.example", {}, account_id=US.id or "")
        install(system.id, tracker)
        return Place(MemoryConnector(system), tracker.scope)

    def reconcile_all(self) -> None:
        """Reconcile every link once; nothing is to be done."""
        for link in list(self.memory.links):
            if reconcile(self.engine, link).result is not Result.OK:
                raise AssertionError("A link is not in step.")

    def runs(self) -> list[tuple[Run, dict[Side, Item]]]:
        """Return every link with both its items."""
        found = []
        for link in self.memory.links.values():
            run, items = Run(self.engine, link), {}
            for side in SIDES:
                read = run.place(side).connector.fetch([run.ref(side)], run.want(side))
                item = read[run.ref(side)]
                if not isinstance(item, Item):
                    raise AssertionError("An item is missing.")  # noqa: TRY004  not a wrong argument
                items[side] = item
            run.know_type("a", items["a"])
            found.append((run, items))
        return found


def _seconds(act: Callable[[], object]) -> float:
    """Return the least CPU seconds of several passes."""
    least = float("inf")
    for _ in range(PASSES):
        begun = time.process_time()
        act()
        least = min(least, time.process_time() - begun)
    return least


def main() -> int:
    """Measure and print."""
    bench = Bench()
    saves = bench.memory.saves
    idle = _seconds(bench.reconcile_all) / ITEMS * 1000
    if len(bench.memory.links) != ITEMS or bench.memory.saves != saves:
        return 1
    runs = bench.runs()
    decisions = [decision for run, items in runs for decision in plan(run, items)]
    if any(decision.action is Action.WRITE for decision in decisions):
        return 1
    merging = _seconds(lambda: [plan(run, items) for run, items in runs])
    print(f"no-op, memory store  {idle:8.3f} ms of CPU  (at most {TARGET_MS})")
    print(f"merge                {len(decisions) / merging:8,.0f} decisions/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
