import pytest

from testmgmt.core import events

NAMES = ("case.created", "case.updated", "case.deleted", "cases.created", "cases.updated")


@pytest.fixture
def told(monkeypatch):
    """Return the events of cases as they are published."""
    heard = []
    monkeypatch.setattr(events, "_within", {**events._within, **{name: [] for name in NAMES}})
    for name in NAMES:
        events.within(name)(heard.append)
    return heard
