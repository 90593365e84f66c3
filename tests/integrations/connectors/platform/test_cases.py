"""Cases as items: each field both ways, and what no tracker may do to one."""

import pytest

from integrations.base.errors import ConnectorError, InvalidError, StaleError
from integrations.base.items import Gone, Person, Ref, Rich, Want
from testmgmt.cases import services
from testmgmt.cases.domain import CaseChange
from testmgmt.cases.models import Case
from testmgmt.projects.models import CustomField
from tests.integrations.connectors.contract import MARKER
from tests.integrations.connectors.platform.humans import Author, Human

STEPS = "1. Open the page\n2. Sign in\\\n   **Expected:** The start page"


@pytest.fixture
def item(connector, scope):
    return connector.create(scope, "Test Case", {"title": "Sign in", "steps": Rich(STEPS)}, MARKER)


def case_of(item):
    return Case.objects.select_related("current").get(pk=int(item.ref.id[2:]))


def test_creates_once_for_one_marker(connector, scope, item):
    again = connector.create(scope, "Test Case", {"title": "Sign in"}, MARKER)

    assert again.ref == item.ref
    assert Case.objects.count() == 1


def test_describes_both_types(connector, scope):
    defect, case = connector.schema(scope).types

    assert (defect.name, case.name) == ("Defect", "Test Case")
    roles = {field.role for field in case.fields}
    assert roles >= {"title", "description", "preconditions", "steps", "expected", "status"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", Rich("What for.")),
        ("preconditions", Rich("- An account")),
        ("expected", Rich("It works.")),
        ("state", "Draft"),
        ("priority", "High"),
        ("type", "Smoke"),
        ("template", "Text"),
        ("tags", frozenset({"login", "web"})),
        ("references", "REQ-7"),
        ("estimate_seconds", 90),
        ("assignee", Person(None, "Ken Ito")),
        ("assignee", None),
        ("owner", None),
    ],
)
def test_writes_each_field_and_reads_it_back(connector, item, field, value):
    back = connector.update(item, {field: value})

    assert back.fields[field] == value


def test_writes_members_as_people(connector, item, tom):
    member = Person(str(tom.pk), "Tom", "tom@example.com")

    back = connector.update(item, {"assignee": member, "owner": member})

    assert (back.fields["assignee"], back.fields["owner"]) == (member, member)


def test_names_an_owner_who_is_no_member(connector, item):
    with pytest.raises(InvalidError, match="Ken Ito") as refusal:
        connector.update(item, {"owner": Person("557058:k", "Ken Ito")})

    assert "owner" in refusal.value.fields


def test_reads_steps_as_a_list(item):
    assert item.fields["steps"] == Rich(STEPS)
    steps = case_of(item).current.steps
    assert [(step["action"], step["expected"]) for step in steps] == [
        ("Open the page", ""),
        ("Sign in", "The start page"),
    ]


def test_a_changed_step_keeps_its_id_and_the_others_are_untouched(connector, item):
    before = case_of(item).current.steps

    connector.update(item, {"steps": Rich(STEPS.replace("start page", "home page"))})

    after = case_of(item).current.steps
    assert after[0] == before[0]
    assert after[1] == {**before[1], "expected": "The home page"}


def test_refuses_steps_that_are_no_list(connector, item):
    with pytest.raises(InvalidError) as refusal:
        connector.update(item, {"steps": Rich("First open it, then sign in.")})

    assert set(refusal.value.fields) == {"steps"}
    assert len(case_of(item).current.steps) == 2


def test_refuses_an_empty_step_under_the_name_of_the_field_that_was_asked(connector, item):
    with pytest.raises(InvalidError) as refusal:
        connector.update(item, {"text": Rich("Why.\n\n## Steps\n\n1. Open it\n2.")})

    assert set(refusal.value.fields) == {"text"}


def test_writes_all_text_at_once(connector, item):
    text = f"Why.\n\n## Preconditions\n\nAn account.\n\n## Steps\n\n{STEPS}"

    back = connector.update(item, {"text": Rich(text)})

    assert back.fields["text"] == Rich(text)
    assert back.fields["description"] == Rich("Why.")
    assert back.fields["preconditions"] == Rich("An account.")
    assert back.fields["steps"] == item.fields["steps"]


def test_refuses_what_the_product_sets_itself(connector, item):
    with pytest.raises(InvalidError) as refusal:
        connector.update(item, {"created_by": Person(None, "Ken Ito")})

    assert set(refusal.value.fields) == {"created_by"}


def test_refuses_to_write_over_a_change_it_has_not_seen(connector, item, ada, shop):
    Author(ada, shop).edit(item.ref.id, "Log in")

    with pytest.raises(StaleError):
        connector.update(item, {"title": "Sign-in"})


def test_deletes_into_the_trash_and_does_not_mind_a_second_time(connector, account, item):
    account.memberships.update(role="lead")

    connector.delete(item.ref)
    connector.delete(item.ref)

    assert connector.fetch([item.ref], Want(frozenset()))[item.ref] == Gone()
    assert case_of(item).deleted_at is not None


def test_may_not_delete_as_a_tester(connector, item):
    with pytest.raises(ConnectorError, match="role"):
        connector.delete(item.ref)


CUSTOM = [
    ("text", [], "Chrome"),
    ("rich", [], Rich("**x**")),
    ("number", [], 7),
    ("boolean", [], True),
    ("url", [], "https://example.com/a"),
    ("choice", ["A", "B"], "B"),
    ("multi", ["A", "B"], frozenset({"A", "B"})),
]


@pytest.mark.parametrize(("kind", "options", "value"), CUSTOM)
def test_carries_the_fields_of_a_project(connector, item, shop, kind, options, value):
    CustomField.objects.create(
        project=shop, entity="case", slug="extra", name="Extra", kind=kind, options=options
    )

    back = connector.update(item, {"custom_extra": value})
    cleared = connector.update(back, {"custom_extra": None})

    assert back.fields["custom_extra"] == value
    assert not cleared.fields["custom_extra"] or cleared.fields["custom_extra"] == Rich("")


def test_carries_a_person_of_a_projects_field(connector, item, shop, tom):
    CustomField.objects.create(
        project=shop, entity="case", slug="expert", name="Expert", kind="user"
    )
    member = Person(str(tom.pk), "Tom", "tom@example.com")

    back = connector.update(item, {"custom_expert": member})

    assert back.fields["custom_expert"] == member


def test_names_the_projects_field_that_is_refused(connector, item, shop):
    CustomField.objects.create(
        project=shop, entity="case", slug="size", name="Size", kind="choice", options=["S"]
    )

    with pytest.raises(InvalidError) as refusal:
        connector.update(item, {"title": "Other", "custom_size": "XL"})

    assert set(refusal.value.fields) == {"custom_size"}


def test_fetches_both_kinds_in_a_fixed_number_of_statements(
    connector, scope, ada, shop, django_assert_num_queries
):
    human, author = Human(ada, shop), Author(ada, shop)

    def refs(count):
        ids = [one.create(f"Thing {n}") for n in range(count) for one in (human, author)]
        for id_ in ids:
            (human if id_[0] == "D" else author).comment(id_, "Seen.")
        return [Ref(connector.system.id, scope, id_) for id_ in ids]

    want = Want(frozenset({"title", "labels", "tags", "steps"}), comments=True, attachments=True)
    few, many = refs(1), refs(8)

    for some in (few, many):
        with django_assert_num_queries(14):
            assert len(connector.fetch(some, want)) == len(some)


def test_polls_both_kinds_in_a_fixed_number_of_statements(
    connector, scope, ada, shop, django_assert_num_queries
):
    cursor = connector.changed_since(scope, None, Want(frozenset())).cursor
    with django_assert_num_queries(4):
        connector.changed_since(scope, cursor, Want(frozenset()))
    for n in range(5):
        Human(ada, shop).create(f"Defect {n}")
        Author(ada, shop).create(f"Case {n}")

    with django_assert_num_queries(10):
        page = connector.changed_since(scope, cursor, Want(frozenset()))

    assert len(page.items) == 10


def test_a_restored_case_is_back(connector, item, ada):
    services.delete_case(user=ada, case_id=case_of(item).pk)
    services.restore_cases(user=ada, case_ids=[case_of(item).pk])

    found = connector.fetch([item.ref], Want(frozenset({"title"})))[item.ref]

    assert found.fields == {"title": "Sign in"}


def test_an_edit_here_is_another_revision(connector, item, ada):
    services.update_case(user=ada, case_id=case_of(item).pk, change=CaseChange(title="Log in"))

    found = connector.fetch([item.ref], Want(frozenset()))[item.ref]

    assert found.rev != item.rev
