"""The queue: nothing is lost, nothing is done twice at once, patience grows."""

from datetime import timedelta

import pytest
from django.db import transaction

from integrations import store
from integrations.models import SyncTask
from integrations.store.queue import LONGEST_PAUSE, MAX_ATTEMPTS, pause_after, renew


def claimed(system_id) -> SyncTask | None:
    """Claim one task."""
    return next(iter(store.claim(system_id)), None)


@pytest.fixture
def endpoint(both):
    return both.endpoint("b")


@pytest.fixture
def system(both):
    return both.systems["b"]


def hinted(endpoint, item_id="17", **how) -> SyncTask:
    key = store.hint(endpoint=endpoint, item_id=item_id, why="poll", **how)
    return SyncTask.objects.get(key=key)


def test_a_new_item_is_a_task_of_its_tracker(endpoint, system):
    task = hinted(endpoint)

    assert (task.key, task.system, task.generation, task.done) == (
        f"I:{endpoint.pk}:17",
        system,
        1,
        0,
    )


def test_an_item_of_this_product_is_a_task_of_the_tracker_too(both, system):
    assert hinted(both.endpoint("a")).system == system


def test_many_hints_are_one_task(endpoint):
    for _ in range(5):
        task = hinted(endpoint)

    assert SyncTask.objects.count() == 1
    assert task.generation == 5


def test_a_task_is_claimed_once(endpoint, system):
    hinted(endpoint)

    assert claimed(system.pk) is not None
    assert claimed(system.pk) is None


def test_a_finished_task_is_done(endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)

    assert store.finish(task)
    assert not store.has_due(system.pk)


def test_a_change_during_the_work_is_worked_on_once_more_after_a_rest(both, endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)
    hinted(endpoint)

    store.finish(task)

    assert claimed(system.pk) is None
    both.pass_time(5)
    again = claimed(system.pk)
    assert again.generation == 2
    assert again.done == 1


def test_a_dead_workers_task_is_claimed_by_another(both, endpoint, system):
    hinted(endpoint)
    claimed(system.pk)

    both.pass_time(121)

    assert claimed(system.pk) is not None


def test_who_lost_the_lease_can_do_nothing_more(both, endpoint, system):
    hinted(endpoint)
    slow = claimed(system.pk)
    both.pass_time(121)
    other = claimed(system.pk)

    assert not renew(slow)
    assert not store.finish(slow)
    assert not store.retry(slow, "TransientError", "Down.")
    assert renew(other)


def test_a_renewed_lease_keeps_others_out(both, endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)
    both.pass_time(100)
    renew(task)

    both.pass_time(100)

    assert claimed(system.pk) is None


def test_people_go_before_polls(endpoint, system):
    hinted(endpoint, "poll")
    hinted(endpoint, "person", priority=store.PERSON)

    assert claimed(system.pk).item_id == "person"


def test_a_hint_makes_a_task_more_urgent_and_never_less(endpoint, system):
    hinted(endpoint, priority=store.PERSON)
    hinted(endpoint)

    assert SyncTask.objects.get().priority == store.PERSON


def test_who_waits_does_not_wait_for_an_item_to_rest(endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)
    hinted(endpoint)
    store.finish(task)

    hinted(endpoint, priority=store.PERSON)

    assert claimed(system.pk).priority == store.PERSON


def test_a_task_that_was_done_begins_with_the_new_priority(endpoint, system):
    hinted(endpoint, priority=store.PERSON)
    store.finish(claimed(system.pk))

    assert hinted(endpoint).priority == store.LIVE


def test_a_failed_task_waits_and_remembers_why(endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)

    store.retry(task, "TransientError", "The tracker is down.")

    task.refresh_from_db()
    assert (task.attempts, task.error_class, task.error) == (
        1,
        "TransientError",
        "The tracker is down.",
    )
    assert claimed(system.pk) is None


def test_a_tracker_that_asks_for_time_gets_at_least_that(endpoint, system):
    hinted(endpoint)
    task = claimed(system.pk)

    store.retry(task, "TransientError", "Later.", at_least=500)

    task.refresh_from_db()
    assert task.due_at - store.database_clock()() > timedelta(seconds=490)


def test_twenty_failures_are_enough(both, endpoint, system):
    hinted(endpoint)
    for _ in range(MAX_ATTEMPTS):
        store.retry(claimed(system.pk), "TransientError", "Down.")
        both.pass_time(LONGEST_PAUSE + 1)

    assert claimed(system.pk) is None
    assert SyncTask.objects.get().state == SyncTask.State.DEAD


def test_an_item_that_kills_its_workers_is_given_up(both, endpoint, system):
    hinted(endpoint)
    for _ in range(MAX_ATTEMPTS):
        assert claimed(system.pk) is not None
        both.pass_time(121)

    assert claimed(system.pk) is None
    assert SyncTask.objects.get().error_class == "WorkerLost"


def test_a_batch_whose_worker_died_is_halved_so_that_the_culprit_ends_alone(both, endpoint, system):
    for number in range(9):
        hinted(endpoint, f"{number}")

    sizes = []
    for _ in range(4):
        sizes.append(len(store.claim(system.pk, lambda _: 8)))
        both.pass_time(121)

    assert sizes == [8, 4, 2, 1]


def test_a_batch_that_failed_together_is_taken_together_again(both, endpoint, system):
    for number in range(8):
        hinted(endpoint, f"{number}")
    for task in store.claim(system.pk, lambda _: 8):
        store.retry(task, "TransientError", "Down.")
    both.pass_time(LONGEST_PAUSE)

    assert len(store.claim(system.pk, lambda _: 8)) == 8


def test_a_change_revives_what_was_given_up(endpoint, system):
    hinted(endpoint)
    store.bury(claimed(system.pk), "TransientError", "Down.")

    hinted(endpoint)

    assert claimed(system.pk).attempts == 1


def test_a_task_put_back_burned_no_attempt(endpoint, system):
    hinted(endpoint)

    store.put_back(claimed(system.pk))

    assert SyncTask.objects.get().attempts == 0
    assert store.has_due(system.pk)


def test_a_waiting_task_comes_back_when_its_time_has_come(both, endpoint, system):
    hinted(endpoint)
    now = store.database_clock()
    store.wait(claimed(system.pk), now() + timedelta(seconds=60))

    assert claimed(system.pk) is None
    both.pass_time(61)
    assert claimed(system.pk) is not None


def test_nothing_is_claimed_while_a_connection_is_off(both, endpoint, system):
    hinted(endpoint)
    both.connection.status = "paused"
    both.connection.save()

    assert claimed(system.pk) is None
    assert not store.due_system_ids()


def test_pauses_grow_up_to_an_hour():
    assert all(1 <= pause_after(1) <= 10 for _ in range(50))
    assert max(pause_after(20) for _ in range(200)) > 1800
    assert all(pause_after(50) <= LONGEST_PAUSE for _ in range(50))


def test_a_turn_is_had_by_one_worker(system):
    with store.take_turn(system.pk) as first, store.take_turn(system.pk) as second:
        assert first is not None
        assert second is None

    with store.take_turn(system.pk) as third:
        assert third is not None


def test_a_turn_that_was_lost_cannot_be_renewed(both, system):
    with store.take_turn(system.pk) as first:
        both.pass_time(121)
        with store.take_turn(system.pk) as second:
            assert second is not None
            assert not first.renew()


def test_a_hint_of_a_rolled_back_change_is_no_hint(endpoint):

    class ChangedMindError(Exception):
        pass

    def change_and_fail():
        with transaction.atomic():
            hinted(endpoint)
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        change_and_fail()

    assert not SyncTask.objects.exists()
