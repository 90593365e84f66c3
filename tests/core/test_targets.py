import pytest

from testmgmt.core import targets
from testmgmt.core.errors import NotFoundError
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action


@pytest.fixture(autouse=True)
def no_types(monkeypatch):
    monkeypatch.setattr(targets, "_types", {})


def test_finds_where_a_thing_lives_and_what_changing_it_takes():
    targets.register(TargetKind.CASE, targets.TargetType(Action.EDIT_CASES, lambda pk: pk * 10))

    found = targets.located("case", 7)

    assert found == (targets.Target(TargetKind.CASE, 7, 70), Action.EDIT_CASES)


@pytest.mark.parametrize("kind", ["case", "planet"])
def test_knows_nothing_that_nobody_told(kind):
    with pytest.raises(NotFoundError):
        targets.located(kind, 7)


def test_knows_no_thing_without_a_project():
    targets.register(TargetKind.CASE, targets.TargetType(Action.EDIT_CASES, lambda _: None))

    with pytest.raises(NotFoundError):
        targets.located("case", 7)
