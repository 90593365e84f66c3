from testmgmt.cases.domain.merging import clashes
from testmgmt.cases.domain.steps import Step

STEP = {"id": "1", "action": "Open", "data": "", "expected": "Shown"}


def test_shows_what_two_people_left_different():
    base = {"title": "Old", "tags": ["a"]}

    found = clashes(base, {"title": "Mine", "tags": ["a"]}, {"title": "Theirs", "tags": ["a"]})

    assert [(c.name, c.mine, c.theirs, c.is_theirs) for c in found] == [
        ("title", "Mine", "Theirs", False)
    ]


def test_prefers_theirs_where_only_they_changed_it():
    (clash,) = clashes({"title": "Old"}, {"title": "Old"}, {"title": "Theirs"})

    assert clash.is_theirs


def test_overlooks_ids_of_steps_order_of_tags_and_empty_fields():
    mine = {"steps": [Step("Open", "", "Shown")], "tags": ["b", "a"], "custom": {"risk": ""}}
    theirs = {"steps": [STEP], "tags": ["a", "b"], "custom": {}}

    assert clashes({}, mine, theirs) == []


def test_writes_steps_as_a_numbered_list():
    (clash,) = clashes({}, {"steps": [Step("Shut", "url")]}, {"steps": [STEP]})

    assert clash.mine == "1. Shut\n   Data: url"
    assert clash.theirs == "1. Open\n   Expected: Shown"


def test_calls_fields_what_people_call_them():
    labels = [c.label for c in clashes({}, {"section_id": 1, "estimate_seconds": 5}, {})]

    assert labels == ["Section", "Estimate"]
