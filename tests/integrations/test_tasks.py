"""Celery's entries, and what wakes them; losing every message loses nothing."""

import pytest
from kombu.exceptions import OperationalError

from integrations import services, tasks
from integrations.models import SyncTask
from testmgmt.core import events
from tests.integrations.services.test_drain import changed, issue


@pytest.fixture
def messages(settings, monkeypatch):
    """Return the systems for which a message was sent; nobody receives it."""
    sent = []
    monkeypatch.setattr(tasks.drain, "delay", sent.append)
    return sent


def test_a_change_wakes_a_worker_once_it_is_durable(
    both, messages, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        changed(both)
        assert messages == []

    assert messages == [str(both.systems["b"].pk)]


def test_a_message_does_the_work(both):
    both.a.add({"title": "Login fails"})
    changed(both)

    tasks.drain(str(both.systems["b"].pk))

    assert issue(both).fields["title"] == "Login fails"


def test_a_message_twice_does_it_once(both):
    both.a.add({"title": "Login fails"})
    changed(both)

    for _ in range(2):
        tasks.drain(str(both.systems["b"].pk))

    assert both.b.calls.count("create") == 1


def test_the_tick_finds_what_lost_its_message(both, messages):
    changed(both)
    messages.clear()

    tasks.tick()

    assert set(messages) == {str(system.pk) for system in both.systems.values()}


def test_the_tick_wakes_nobody_for_nothing(both, messages):
    for system in both.systems.values():
        services.drain(system_id=system.pk)
    messages.clear()

    tasks.tick()

    assert messages == []


@pytest.mark.parametrize("name", ["defect.created", "defect.updated", "defect.commented"])
def test_a_saved_defect_is_marked_in_its_own_transaction(both, name):
    events.publish(events.Event(name, 17, both.connection.project_id, None))

    assert SyncTask.objects.get().item_id == "D-17"


def test_a_defect_of_another_project_is_nobodys_business(both):
    events.publish(events.Event("defect.updated", 17, both.connection.project_id + 1, None))

    assert not SyncTask.objects.exists()


def test_a_broker_that_is_down_loses_nothing(
    both, settings, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def down(_system_id):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.drain, "delay", down)

    with django_capture_on_commit_callbacks(execute=True):
        changed(both)

    assert SyncTask.objects.count() == 1
    assert "waits for the tick" in caplog.text
