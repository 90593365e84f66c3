"""The driver: runs of many links share calls, and none pays for another's trouble."""

from uuid import uuid4

import pytest

from integrations.base.config import SystemConfig
from integrations.base.errors import (
    AuthFailedError,
    DeniedError,
    InvalidError,
    RateLimitedError,
    TransientError,
)
from integrations.base.items import Item, Ref, Want
from integrations.connectors.memory.connector import PAGE_SIZE, MemoryConnector
from integrations.connectors.memory.tracker import MemoryTracker, install
from integrations.engine.effects import Driver, Read, Write, run_alone
from integrations.engine.ports import FencedError, Place

TITLE = Want(frozenset({"title"}))


class Stage:
    """Two trackers with some items in each."""

    def __init__(self, items: int) -> None:
        self.trackers, self.places = {}, {}
        for side in ("a", "b"):
            system = SystemConfig(uuid4(), f"https://{side}.example", {})
            self.trackers[side] = MemoryTracker()
            install(system.id, self.trackers[side])
            self.places[side] = Place(MemoryConnector(system), "MEM")
            for number in range(items):
                self.trackers[side].add({"title": f"Item {number}"})
            self.trackers[side].calls.clear()

    def ref(self, side: str, item_id: str) -> Ref:
        return Ref(self.places[side].connector.system.id, "MEM", item_id)

    def copying(self, item_id: str, *, guard=lambda: None, **changes):
        """Return a run that reads both items and writes changes to side b."""
        here = yield Read("a", self.ref("a", item_id), TITLE)
        there = yield Read("b", self.ref("b", item_id), TITLE)
        asked = {"title": f"{here.fields['title']} copied", **changes}
        back = yield Write("b", there, asked, guard)
        return back.fields["title"]

    def fail_at(self, call: str, error: Exception, turns=(1,)) -> None:
        seen = []

        def hook(name, moment):
            if (name, moment) == (call, "before"):
                seen.append(name)
                if len(seen) in turns:
                    raise error

        self.trackers["b"].hook = hook


def ids(number: int) -> list[str]:
    return [str(one) for one in range(1, number + 1)]


def test_runs_share_their_calls_reads_first():
    stage = Stage(10)

    answers = Driver(stage.places, {one: stage.copying(one) for one in ids(10)}).drive()

    assert answers == {one: f"Item {int(one) - 1} copied" for one in ids(10)}
    assert stage.trackers["a"].calls == ["fetch"]
    assert stage.trackers["b"].calls == ["fetch", "update_many"]


def test_a_call_holds_no_more_than_the_tracker_takes():
    stage = Stage(PAGE_SIZE + 1)

    Driver(stage.places, {one: stage.copying(one) for one in ids(PAGE_SIZE + 1)}).drive()

    assert stage.trackers["a"].calls == ["fetch", "fetch"]
    assert stage.trackers["b"].calls == ["fetch", "fetch", "update_many", "update"]


def test_one_refused_item_of_a_batch_fails_alone():
    stage = Stage(3)
    runs = {
        "1": stage.copying("1"),
        "2": stage.copying("2", priority="No such"),
        "3": stage.copying("3"),
    }

    answers = Driver(stage.places, runs).drive()

    assert (answers["1"], answers["3"]) == ("Item 0 copied", "Item 2 copied")
    assert isinstance(answers["2"], InvalidError)
    assert stage.trackers["b"].calls.count("update_many") == 1


@pytest.mark.parametrize(("call", "single"), [("fetch", "fetch"), ("update_many", "update")])
def test_a_batch_that_is_refused_as_a_whole_is_tried_one_by_one(call, single):
    stage = Stage(3)
    stage.fail_at(call, DeniedError("One of these is closed to you."))

    answers = Driver(stage.places, {one: stage.copying(one) for one in ids(3)}).drive()

    assert answers == {one: f"Item {int(one) - 1} copied" for one in ids(3)}
    assert stage.trackers["b"].calls.count(single) >= 3


@pytest.mark.parametrize(
    "error",
    [TransientError("Down."), AuthFailedError("No."), RateLimitedError("Slow down.")],
)
def test_trouble_of_the_whole_tracker_stops_all_and_is_told_once(error):
    stage = Stage(3)
    stage.fail_at("fetch", error, turns=(1, 2, 3))

    answers = Driver(stage.places, {one: stage.copying(one) for one in ids(3)}).drive()

    assert set(answers.values()) == {error}
    assert stage.trackers["b"].calls == ["fetch"]


def test_trouble_of_one_item_stops_that_item_only():
    stage = Stage(2)
    stage.fail_at("update_many", RateLimitedError("Wait.", bucket="issue:1"))
    done = []

    def late():
        yield from stage.copying("1")

    def other():
        back = yield Read("a", stage.ref("a", "2"), TITLE)
        done.append(back.key)

    Driver(stage.places, {"late": late(), "other": other()}).drive()

    assert done == ["MEM-2"]


def test_whoever_lost_the_lease_sends_nothing_and_the_others_go_on():
    stage = Stage(3)

    def fenced():
        raise FencedError

    runs = {one: stage.copying(one) for one in ids(2)} | {"3": stage.copying("3", guard=fenced)}
    answers = Driver(stage.places, runs).drive()

    assert isinstance(answers["3"], FencedError)
    titles = [record.fields["title"] for record in stage.trackers["b"].records.values()]
    assert titles == ["Item 0 copied", "Item 1 copied", "Item 2"]


def test_what_is_dropped_between_two_calls_can_be_begun_anew():
    stage = Stage(3)
    calls = iter([True, True, False])
    runs = {one: stage.copying(one) for one in ids(3)}

    answers = Driver(stage.places, runs, lambda: next(calls)).drive()

    assert answers == {}
    assert stage.trackers["b"].calls == ["fetch"]
    again = Driver(stage.places, {one: stage.copying(one) for one in ids(3)}).drive()
    assert set(again) == set(ids(3))


def test_a_run_alone_raises_its_error():
    stage = Stage(1)
    stage.fail_at("fetch", TransientError("Down."))

    with pytest.raises(TransientError, match="Down"):
        run_alone(stage.places, stage.copying("1"))


def test_readers_of_one_call_get_all_that_any_of_them_wants():
    stage = Stage(1)
    wants = [TITLE, Want(frozenset({"status"}), comments=True)]

    def reading(want):
        found = yield Read("a", stage.ref("a", "1"), want)
        return found

    answers = Driver(stage.places, {n: reading(want) for n, want in enumerate(wants)}).drive()

    for found in answers.values():
        assert isinstance(found, Item)
        assert set(found.fields) == {"title", "status"}
        assert found.comments is not None
