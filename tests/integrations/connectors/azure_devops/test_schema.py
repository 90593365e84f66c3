import pytest

from integrations.base.errors import ScopeError
from integrations.base.items import FieldType, Want
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS, REPRO

TITLE = Want(frozenset({"System.Title"}))
BARE = Want(frozenset())
WHOLE = Want(frozenset({"System.Title"}), comments=True, attachments=True)


def test_lists_projects_by_their_immutable_ids(connector):
    assert [(scope.id, scope.name) for scope in connector.scopes()] == [
        (ENG, "Engineering"),
        (OPS, "Operations"),
    ]


def test_describes_the_fields_of_a_type(connector):
    [bug] = [type_ for type_ in connector.schema(OPS).types if type_.name == "Bug"]

    fields = {field.id: field for field in bug.fields}
    kinds = {id_: field.type for id_, field in fields.items()}
    assert kinds["System.Title"] is FieldType.TEXT
    assert kinds[REPRO] is FieldType.RICH
    assert kinds["System.Tags"] is FieldType.SET
    assert kinds["System.AssignedTo"] is FieldType.PERSON
    assert kinds["Microsoft.VSTS.Scheduling.DueDate"] is FieldType.DATETIME
    assert kinds["Custom.IsRegression"] is FieldType.BOOL
    assert kinds["Custom.Team"] is FieldType.OPTION
    assert fields["Custom.Team"].is_required
    assert fields["Microsoft.VSTS.Common.Priority"].has_default
    assert not fields["System.CreatedBy"].is_writable
    assert {"System.Id", "System.Rev", "System.TeamProject", "System.History"}.isdisjoint(fields)


def test_gives_every_role_to_one_field(connector):
    [bug] = [type_ for type_ in connector.schema(ENG).types if type_.name == "Bug"]

    assert {field.role: field.id for field in bug.fields if field.role} == {
        "title": "System.Title",
        "description": REPRO,
        "status": "System.State",
        "priority": "Microsoft.VSTS.Common.Priority",
        "severity": "Microsoft.VSTS.Common.Severity",
        "labels": "System.Tags",
        "assignee": "System.AssignedTo",
        "reporter": "System.CreatedBy",
        "environment": "Microsoft.VSTS.TCM.SystemInfo",
    }


def test_describes_a_story_by_its_description(connector):
    [story] = [type_ for type_ in connector.schema(ENG).types if type_.name == "User Story"]

    assert [field.id for field in story.fields if field.role == "description"] == [
        "System.Description"
    ]


def test_describes_options_and_states_by_name(connector):
    [story] = [type_ for type_ in connector.schema(ENG).types if type_.name == "User Story"]

    fields = {field.id: field for field in story.fields}
    priorities = [option.name for option in fields["Microsoft.VSTS.Common.Priority"].options]
    assert priorities == ["1", "2", "3", "4"]
    assert {(option.name, option.category) for option in fields["System.State"].options} == {
        ("New", "new"),
        ("Active", "active"),
        ("Resolved", "active"),
        ("Closed", "done"),
        ("Removed", "done"),
    }


@pytest.mark.parametrize("scope", ["99999999-9999-4999-8999-999999999999", "NOPE"])
def test_says_that_a_scope_is_not_there(connector, scope):
    with pytest.raises(ScopeError, match="does not exist or is closed"):
        connector.schema(scope)
