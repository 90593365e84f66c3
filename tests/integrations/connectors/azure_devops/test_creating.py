from datetime import UTC, datetime

import pytest

from integrations.base.errors import (
    InvalidError,
    UncertainError,
)
from integrations.base.items import Rich
from integrations.sandbox.faults import Fault, FaultKind
from tests.integrations.connectors.azure_devops.conftest import (
    ENG,
    MARK,
    OPS,
    PRIORITY,
    REPRO,
    STATE,
    TITLE,
    paths,
)


def test_creates_with_one_call(connector, calls):
    made = connector.create(ENG, "Bug", {TITLE: "Login fails", PRIORITY: "1"}, MARK)

    assert paths(calls) == [("POST", "workitems/$Bug")]
    assert (made.ref.scope, made.marker, made.is_author_us) == (ENG, MARK, True)
    assert made.fields == {TITLE: "Login fails", PRIORITY: "1", STATE: "New"}
    assert list(made.comments) == []


def test_writes_text_as_markdown(connector, azure):
    made = connector.create(ENG, "Bug", {TITLE: "T", REPRO: Rich("a < `<b>` **c**")}, MARK)

    stored = azure.as_human().item(int(made.ref.id))
    assert stored.values[REPRO] == "a &lt; `&lt;b&gt;` **c**"
    assert stored.formats == [REPRO]


def test_writes_html_to_a_server_without_markdown(connector, azure, calls):
    azure.change_state({"has_markdown": False})

    first = connector.create(ENG, "Bug", {TITLE: "T", REPRO: Rich("It **breaks**")}, MARK)
    second = connector.create(ENG, "Bug", {TITLE: "U", REPRO: Rich("It **breaks**")}, "other")

    assert first.fields[REPRO] == second.fields[REPRO] == Rich("It **breaks**")
    assert [status for _method, _path, status in calls] == [400, 200, 200]


def test_creates_in_a_state_that_is_next(connector, calls):
    made = connector.create(ENG, "Bug", {TITLE: "T", STATE: "Active"}, MARK)

    assert made.fields[STATE] == "Active"
    assert len(calls) == 1


def test_walks_to_a_state_that_is_not(connector):
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search", "Custom.RootCause": "Code"}

    made = connector.create(OPS, "Bug", values, MARK)

    assert made.fields[STATE] == "Closed"
    assert made.marker == MARK


def test_keeps_the_first_state_where_another_is_out_of_reach(connector):
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search"}

    made = connector.create(OPS, "Bug", values, MARK)

    assert made.fields[STATE] in {"New", "Active"}


def test_names_a_required_field(connector):
    with pytest.raises(InvalidError) as refusal:
        connector.create(OPS, "Bug", {TITLE: "T"}, MARK)

    assert "Custom.Team" in refusal.value.fields


def test_refuses_an_unknown_type_as_a_value(connector):
    with pytest.raises(InvalidError, match=r"(?i)type incident"):
        connector.create(ENG, "Incident", {TITLE: "T"}, MARK)


def test_refuses_unknown_fields_before_it_sends(connector, azure):
    with pytest.raises(InvalidError) as refusal:
        connector.create(ENG, "Bug", {TITLE: "T", "Custom.Gone": "x"}, MARK)

    assert list(refusal.value.fields) == ["Custom.Gone"]
    assert azure.is_empty()


def test_never_hides_that_it_created(connector, azure):
    azure.faults(Fault(FaultKind.BEFORE, method="PATCH", status=500))
    values = {TITLE: "T", STATE: "Closed", "Custom.Team": "Search"}

    with pytest.raises(UncertainError):
        connector.create(OPS, "Bug", values, MARK)

    assert connector.find(OPS, MARK, datetime(2020, 1, 1, tzinfo=UTC)) is not None


def test_finds_no_mark_that_somebody_else_made(connector, azure, bug):
    ken = azure.as_human("ken")
    made = connector.create(ENG, "Bug", {TITLE: "T"}, MARK)
    assert ken.item(int(made.ref.id)).relations[0]["url"].endswith(f"#tp-sync-{MARK}")

    assert connector.find(ENG, "another", datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert connector.find(OPS, MARK, datetime(2020, 1, 1, tzinfo=UTC)) is None
