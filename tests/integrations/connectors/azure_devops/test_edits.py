import pytest
import responses

from integrations.base.errors import (
    InvalidError,
    UnsupportedError,
)
from integrations.base.items import Want
from tests.integrations.connectors.azure_devops.conftest import OPS, STATE, TITLE, paths


def test_walks_through_states(connector, ken, issue_of_ops, read, calls):
    base = read(issue_of_ops, scope=OPS)
    calls.clear()

    back = connector.update(
        base, {STATE: "Closed", "Custom.RootCause": "Code", TITLE: "Done at last"}
    )

    assert (back.fields[STATE], back.fields[TITLE]) == ("Closed", "Done at last")
    item = f"workitems/{issue_of_ops.number}"
    own = [call for call in paths(calls) if call != ("GET", "fields")]
    assert own == [("PATCH", item), ("GET", "workitemtypes/Bug"), *[("PATCH", item)] * 3]


def test_knows_the_way_the_second_time(connector, ken, read, calls):
    made = [
        ken.create("Operations", "Bug", title=f"T{n}", **{"Custom.Team": "Search"})
        for n in range(2)
    ]
    bases = [read(one, scope=OPS) for one in made]
    connector.update(bases[0], {STATE: "Resolved", "Custom.RootCause": "Code"})
    calls.clear()

    connector.update(bases[1], {STATE: "Resolved", "Custom.RootCause": "Code"})

    assert [method for method, _path, _status in calls] == ["PATCH"] * 3


def test_blames_the_state_that_asks_for_a_field(connector, issue_of_ops, read):
    with pytest.raises(InvalidError) as refusal:
        connector.update(read(issue_of_ops, scope=OPS), {STATE: "Resolved"})

    assert refusal.value.fields[STATE].startswith("The state “Resolved” asks for more:")
    assert "Root Cause" in refusal.value.fields["Custom.RootCause"]


def test_lists_the_states_there_are(connector, bug, read):
    with pytest.raises(UnsupportedError) as refusal:
        connector.update(read(bug), {STATE: "Cancelled"})

    words = "Bug has no state “Cancelled” in Azure DevOps; it has: “New”, “Active”,"
    assert refusal.value.fields[STATE].startswith(words)


def test_reads_the_state_that_was_not_read(connector, issue_of_ops, read):
    base = read(issue_of_ops, Want(frozenset({TITLE})), scope=OPS)

    back = connector.update(base, {STATE: "Resolved", "Custom.RootCause": "Code"})

    assert back.fields[STATE] == "Resolved"


def test_keeps_the_words_of_a_step_that_is_refused_all_the_same(connector, bug, read):
    base = read(bug)
    words = "The field 'State' may not be changed by you."
    body = {"message": words, "customProperties": {"FieldReferenceName": STATE}}
    place = connector.site.base_url
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.patch(f"{place}/_apis/wit/workitems/{bug.number}", status=400, json=body)
        wire.add_passthru(place)
        with pytest.raises(InvalidError) as refusal:
            connector.update(base, {STATE: "Active"})

    assert refusal.value.fields[STATE].startswith(f"{words} From “New” these are open: “Active”")
