"""Two schemas that never met work together without any configuration."""

from integrations.base.items import FieldSpec, FieldType, Option, Schema, TypeSpec
from integrations.engine.rules import default_document, parse

PLATFORM = Schema(
    (
        TypeSpec(
            "defect",
            "Defect",
            (
                FieldSpec("title", "Title", FieldType.TEXT, "title"),
                FieldSpec("description", "Description", FieldType.RICH, "description"),
                FieldSpec(
                    "status",
                    "Status",
                    FieldType.STATUS,
                    "status",
                    options=(
                        Option("1", "Open", "new"),
                        Option("2", "In progress", "active"),
                        Option("3", "Fixed", "done"),
                        Option("4", "Closed", "done"),
                    ),
                ),
                FieldSpec(
                    "priority",
                    "Priority",
                    FieldType.OPTION,
                    "priority",
                    options=(Option("1", "High"), Option("2", "Medium"), Option("3", "Low")),
                ),
                FieldSpec("reporter", "Reporter", FieldType.PERSON, "reporter"),
                FieldSpec("labels", "Tags", FieldType.SET, "labels"),
                FieldSpec("own", "Own field", FieldType.TEXT),
            ),
        ),
    )
)
TRACKER = Schema(
    (
        TypeSpec("1", "Epic", ()),
        TypeSpec(
            "2",
            "Bug",
            (
                FieldSpec("summary", "Summary", FieldType.TEXT, "title"),
                FieldSpec("body", "Body", FieldType.RICH, "description", is_writable=False),
                FieldSpec(
                    "state",
                    "State",
                    FieldType.STATUS,
                    "status",
                    options=(
                        Option("10", "To Do", "new"),
                        Option("11", "In Progress", "active"),
                        Option("12", "Done", "done"),
                    ),
                ),
                FieldSpec(
                    "prio",
                    "Priority",
                    FieldType.OPTION,
                    "priority",
                    options=tuple(
                        Option(name, name)
                        for name in ("Highest", "High", "Medium", "Low", "Lowest")
                    ),
                ),
                FieldSpec("author", "Reporter", FieldType.PERSON, "reporter"),
                FieldSpec("labels", "Labels", FieldType.TEXT, "labels"),
            ),
        ),
    )
)
RULES = parse(default_document(PLATFORM, TRACKER))
FIELDS = {rule.id: rule for rule in RULES.fields}


def test_joins_types_that_mean_the_same():
    assert RULES.counterpart_type("a", "Defect") == "Bug"
    assert RULES.counterpart_type("b", "Epic") is None


def test_joins_fields_by_what_they_mean():
    assert set(FIELDS) == {"title", "description", "status", "priority"}
    assert (FIELDS["title"].a, FIELDS["title"].b) == ("title", "summary")


def test_a_field_that_one_side_cannot_write_travels_one_way():
    assert FIELDS["description"].senders == {"b"}
    assert FIELDS["title"].senders == {"a", "b"}


def test_a_list_is_not_joined_to_a_text():
    assert "labels" not in FIELDS


def test_statuses_are_paired_by_name_then_by_category():
    values = FIELDS["status"].values

    assert values.translate("a", "In progress") == "In Progress"
    assert values.translate("a", "Open") == "To Do"
    assert values.translate("a", "Fixed") == values.translate("a", "Closed") == "Done"
    assert values.translate("b", "Done") == "Fixed"


def test_options_are_paired_by_name_then_by_rank():
    values = FIELDS["priority"].values

    assert [values.translate("a", name) for name in ("High", "Medium", "Low")] == [
        "High",
        "Medium",
        "Low",
    ]
    assert values.translate("b", "Highest") == "High"
    assert values.translate("b", "Lowest") == "Low"


def test_title_and_texts_ask_a_person_about_conflicts():
    assert [FIELDS[name].conflict for name in ("title", "description", "status")] == [
        "hold",
        "hold",
        "newest",
    ]


def test_types_that_share_no_name_are_joined_in_order():
    other = Schema((TypeSpec("9", "Ticket", TRACKER.types[1].fields),))

    assert parse(default_document(PLATFORM, other)).counterpart_type("a", "Defect") == "Ticket"


CASES = Schema(
    (
        *PLATFORM.types,
        TypeSpec(
            "case",
            "Test Case",
            (
                FieldSpec("title", "Title", FieldType.TEXT, "title"),
                FieldSpec("description", "Description", FieldType.RICH, "description"),
                FieldSpec("text", "All text", FieldType.RICH, "text"),
                FieldSpec(
                    "state",
                    "State",
                    FieldType.STATUS,
                    "status",
                    options=(
                        Option("1", "Draft", "new"),
                        Option("2", "Ready", "active"),
                        Option("3", "Deprecated", "done"),
                    ),
                ),
            ),
        ),
    )
)
GITHUB = Schema(
    (
        TypeSpec(
            "issue",
            "Issue",
            (
                FieldSpec("title", "Title", FieldType.TEXT, "title"),
                FieldSpec("body", "Body", FieldType.RICH, "description"),
                FieldSpec(
                    "state",
                    "State",
                    FieldType.STATUS,
                    "status",
                    options=(
                        Option("open", "Open", "new"),
                        Option("completed", "Closed as completed", "done"),
                        Option("not_planned", "Closed as not planned", "done"),
                        Option("duplicate", "Closed as duplicate", "done"),
                    ),
                ),
            ),
        ),
    )
)


def test_a_status_without_a_like_one_goes_to_the_category_before_it():
    rules = parse(default_document(PLATFORM, GITHUB))
    values = next(rule.values for rule in rules.fields if rule.id == "status")

    assert values.translate("a", "In progress") == "Open"
    assert values.translate("a", "Fixed") == "Closed as completed"
    assert values.translate("a", "Closed") == "Closed as completed"
    assert values.translate("b", "Open") == "Open"
    assert values.translate("b", "Closed as completed") == "Fixed"
    assert values.translate("b", "Closed as not planned") == "Closed"
    assert values.translate("b", "Closed as duplicate") == "Closed"


def test_defects_and_cases_share_what_they_have_in_common_and_no_more():
    rules = parse(default_document(CASES, GITHUB))
    defect = {rule.id: (rule.a, rule.b) for rule in rules.fields_of("Defect")}
    case = {rule.id: (rule.a, rule.b) for rule in rules.fields_of("Test Case")}

    assert rules.counterpart_type("a", "Defect") == "Issue"
    assert rules.counterpart_type("a", "Test Case") == "Issue"
    assert rules.counterpart_type("b", "Issue") == "Defect"
    assert defect["title"] == case["title"] == ("title", "title")
    assert defect["description"] == ("description", "body")
    assert case["text"] == ("text", "body")
    assert "description" not in case


def test_the_state_of_a_case_follows_no_tracker():
    rules = parse(default_document(CASES, GITHUB))
    [state] = [rule for rule in rules.fields_of("Test Case") if rule.a == "state"]

    assert state.senders == {"a"}
    assert state.values.translate("a", "Ready") == "Open"
    assert state.values.translate("a", "Deprecated") == "Closed as completed"
