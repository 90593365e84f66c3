from dataclasses import replace

from integrations.base.errors import (
    InvalidError,
    StaleError,
)
from integrations.base.items import Item, Person, Rich, Want
from tests.integrations.connectors.azure_devops.conftest import (
    ENG,
    OPS,
    PRIORITY,
    STATE,
    TITLE,
    WANT,
    paths,
)


def test_writes_many_with_one_call(connector, ken, read, calls):
    bases = [read(ken.create("Engineering", "Task", title=f"T{n}")) for n in range(5)]
    calls.clear()

    back = connector.update_many([(base, {TITLE: f"U{n}"}) for n, base in enumerate(bases)])

    assert paths(calls) == [("PATCH", "$batch")]
    assert [item.fields[TITLE] for item in back] == ["U0", "U1", "U2", "U3", "U4"]
    assert [replace(item, marker=None) for item in back] == [read(item) for item in back]


def test_does_of_many_what_can_be_done(connector, ken, issue_of_ops, read):
    tasks = [read(ken.create("Engineering", "Task", title=f"T{n}")) for n in range(4)]
    ken.edit(int(tasks[1].ref.id), title="By hand")
    far = read(issue_of_ops, scope=OPS)

    done, stale, refused, strange, walked = connector.update_many(
        [
            (tasks[0], {TITLE: "A"}),
            (tasks[1], {TITLE: "B"}),
            (tasks[2], {PRIORITY: "9"}),
            (tasks[3], {"System.AssignedTo": Person(None, "Zoe")}),
            (far, {STATE: "Resolved", "Custom.RootCause": "Data"}),
        ]
    )

    assert done.fields[TITLE] == "A"
    assert isinstance(stale, StaleError)
    assert PRIORITY in refused.fields
    assert strange.fix == "Map the person."
    assert walked.fields[STATE] == "Resolved"


def test_sends_nothing_where_nothing_can_be_sent(connector, ken, read, calls):
    base = read(ken.create("Engineering", "Task", title="T"))
    calls.clear()

    [refused] = connector.update_many([(base, {PRIORITY: "High"})])

    assert isinstance(refused, InvalidError)
    assert calls == []


def test_falls_back_to_html_for_many(connector, azure, ken, read):
    azure.change_state({"has_markdown": False})
    want = Want(frozenset({"System.Description"}))
    bases = [read(ken.create("Engineering", "Task", title=f"T{n}"), want) for n in range(3)]

    back = connector.update_many([(one, {"System.Description": Rich("**x**")}) for one in bases])

    assert [item.fields["System.Description"].md for item in back] == ["**x**"] * 3


def test_costs_three_calls_for_a_hundred_changes(connector, ken, calls):
    cursor = connector.changed_since(ENG, None, Want(frozenset())).cursor
    cursor = connector.changed_since(ENG, cursor, Want(frozenset())).cursor
    for number in range(100):
        ken.create("Engineering", "Task", title=f"Task {number}")
    calls.clear()

    page = connector.changed_since(ENG, cursor, Want(frozenset()))
    found = connector.fetch([item.ref for item in page.items], replace(WANT, comments=True))
    back = connector.update_many([(item, {TITLE: f"New {item.key}"}) for item in found.values()])

    assert (page.has_more, len(back)) == (False, 100)
    assert all(isinstance(item, Item) for item in back)
    assert [path for _method, path in paths(calls)] == [
        "reporting/workitemrevisions",
        "workitemsbatch",
        "$batch",
    ]
